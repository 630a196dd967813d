import { type BoundedMap, deleteOldest } from './bounded-map.ts'

interface Counted<V> {
  value: V
  uses: number
}

/** Gives up what was asked for least often; of equals, what came to that count first. */
export class LfuMap<V> implements BoundedMap<V> {
  readonly #entries = new Map<string, Counted<V>>()
  /** Keys by the number of their uses. */
  readonly #ranks = new Map<number, Map<string, true>>()
  readonly #limit: number
  #fewest = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  get size(): number {
    return this.#entries.size
  }

  get(key: string): V | undefined {
    const entry = this.#entries.get(key)
    if (!entry) return undefined
    this.#leave(key, entry.uses)
    if (this.#fewest === entry.uses && !this.#ranks.has(entry.uses)) this.#fewest++
    this.#enter(key, ++entry.uses)
    return entry.value
  }

  set(key: string, value: V): void {
    const entry = this.#entries.get(key)
    if (entry) {
      entry.value = value
      return
    }
    if (this.#entries.size >= this.#limit) this.#evict()
    this.#entries.set(key, { value, uses: 0 })
    this.#enter(key, 0)
    this.#fewest = 0
  }

  delete(key: string): void {
    const entry = this.#entries.get(key)
    if (!entry) return
    this.#entries.delete(key)
    this.#leave(key, entry.uses)
    if (!this.#ranks.has(this.#fewest)) this.#fewest = Math.min(...this.#ranks.keys())
  }

  #evict(): void {
    const rank = this.#ranks.get(this.#fewest)
    const key = rank && deleteOldest(rank)
    if (key === undefined) return
    this.#entries.delete(key)
    if (rank?.size === 0) this.#ranks.delete(this.#fewest)
  }

  #enter(key: string, uses: number): void {
    const rank = this.#ranks.get(uses)
    if (rank) rank.set(key, true)
    else this.#ranks.set(uses, new Map([[key, true]]))
  }

  #leave(key: string, uses: number): void {
    const rank = this.#ranks.get(uses)
    rank?.delete(key)
    if (rank?.size === 0) this.#ranks.delete(uses)
  }
}
