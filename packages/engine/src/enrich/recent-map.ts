/**
 * A map that keeps at least the `size` entries that were set or read last and at most twice as many: it has two
 * generations, and forgets the older one when the younger is full. Cheaper than a list of all entries by their use.
 */
export class RecentMap<V> {
  private readonly size: number
  private young = new Map<string, V>()
  private old = new Map<string, V>()

  constructor(size: number) {
    this.size = size
  }

  get(key: string): V | undefined {
    const known = this.young.get(key)
    if (known !== undefined) return known
    const aging = this.old.get(key)
    if (aging !== undefined) this.set(key, aging)
    return aging
  }

  set(key: string, value: V): void {
    if (this.young.size >= this.size) {
      this.old = this.young
      this.young = new Map()
    }
    this.young.set(key, value)
  }
}
