import type { Decision } from './decision.ts'

/**
 * What left the set, numbered in the order in which it left, whatever its time: for readers that are told of every
 * change once. Bounded: the oldest are forgotten first.
 */
export class EndedSequence {
  readonly #maxEntries: number
  #entries: Decision[] = []
  /** The number of the first entry. */
  #first = 1

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries
  }

  /** The number of the last one; 0 where nothing has left. */
  get last(): number {
    return this.#first + this.#entries.length - 1
  }

  add(decision: Decision): void {
    this.#entries.push(decision)
    if (this.#entries.length <= this.#maxEntries) return
    const excess = Math.ceil(this.#maxEntries / 10)
    this.#entries = this.#entries.slice(excess)
    this.#first += excess
  }

  /** Up to `limit` that left after the number; null where some of them are forgotten. */
  after(number: number, limit: number): readonly Decision[] | null {
    const start = number + 1 - this.#first
    return start < 0 ? null : this.#entries.slice(start, start + limit)
  }
}
