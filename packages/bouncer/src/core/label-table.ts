/** The words of a decision. Many decisions share them, so they are kept once. */
export interface Label {
  readonly type: string
  readonly origin: string
  readonly scenario: string
  /** Place of the type in the owner's order: 0 is the strongest. */
  readonly rank: number
}

/** Numbers for labels, counted by use: a label that nobody holds any more is forgotten. */
export class LabelTable {
  readonly #numbers = new Map<string, number>()
  readonly #labels: (Label | null)[] = []
  readonly #keys: string[] = []
  readonly #uses: number[] = []
  readonly #free: number[] = []

  /** How many different labels are held. */
  get size(): number {
    return this.#numbers.size
  }

  /** Each label that is held, and by how many. */
  *held(): Generator<readonly [Label, number], void, undefined> {
    for (const number of this.#numbers.values()) yield [this.get(number), this.#uses[number] ?? 0]
  }

  /** The number of the label; each call is one more holder. */
  acquire(label: Label): number {
    const { type, origin, scenario } = label
    const key = `${type.length} ${origin.length} ${type}${origin}${scenario}`
    const known = this.#numbers.get(key)
    if (known !== undefined) {
      this.#uses[known] = (this.#uses[known] ?? 0) + 1
      return known
    }
    const number = this.#free.pop() ?? this.#labels.length
    this.#labels[number] = label
    this.#keys[number] = key
    this.#uses[number] = 1
    this.#numbers.set(key, number)
    return number
  }

  /** One holder less. */
  release(number: number): void {
    const uses = (this.#uses[number] ?? 0) - 1
    this.#uses[number] = uses
    if (uses > 0) return
    this.#numbers.delete(this.#keys[number] ?? '')
    this.#labels[number] = null
    this.#keys[number] = ''
    this.#free.push(number)
  }

  /** The label of a number that is held. */
  get(number: number): Label {
    const label = this.#labels[number]
    if (!label) throw new RangeError(`no label has the number ${number}`)
    return label
  }
}
