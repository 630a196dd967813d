import type { Decision } from './decision.ts'

/**
 * Decisions that ended lately, ordered by when they ended. Bounded: the oldest are forgotten first, and whoever
 * asks for a time before what is still known is told so.
 */
export class EndedLog {
  /** Ends before this time may be missing. */
  #knownSince: number
  readonly #maxEntries: number
  #entries: Decision[] = []

  constructor(knownSince: number, maxEntries: number) {
    this.#knownSince = knownSince
    this.#maxEntries = maxEntries
  }

  add(decision: Decision): void {
    if (decision.until < this.#knownSince) return
    this.#entries.splice(this.#firstAfter(decision.until), 0, decision)
    if (this.#entries.length <= this.#maxEntries) return
    // A tenth at a time, so that a long row of ends does not move the whole array for each.
    const dropped = this.#entries.splice(0, Math.ceil(this.#maxEntries / 10))
    this.#knownSince = (dropped.at(-1)?.until ?? this.#knownSince) + 1
    while (this.#entries[0] && this.#entries[0].until < this.#knownSince) this.#entries.shift()
  }

  delete(ids: ReadonlySet<number>): void {
    if (this.#entries.some(({ id }) => ids.has(id))) {
      this.#entries = this.#entries.filter(({ id }) => !ids.has(id))
    }
  }

  /** What ended strictly between the two times, earliest first; null where that reaches before what is known. */
  between(after: number, before: number): Decision[] | null {
    if (after + 1 < this.#knownSince) return null
    const start = this.#firstAfter(after)
    let end = this.#firstAfter(before)
    while (end > start && (this.#entries[end - 1]?.until ?? 0) >= before) end--
    return this.#entries.slice(start, end)
  }

  /** Index of the first entry that ended after the time. */
  #firstAfter(time: number): number {
    let low = 0
    let high = this.#entries.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#entries[middle]?.until ?? 0) > time) high = middle
      else low = middle + 1
    }
    return low
  }
}
