import type { Decision } from './decision.ts'

/** How many are remembered unless told otherwise: what a busy hour brings, in some ten megabytes. */
export const usualMaxEnded = 20_000

/**
 * Decisions that ended lately, ordered by when they ended. Bounded: the oldest are forgotten first, and whoever
 * asks for a time before what is still known is told so.
 */
export class EndedLog {
  /** Ends before this time may be missing. */
  #knownSince: number
  readonly #maxEntries: number
  /** Entries that were deleted stay until there are many of them. */
  #entries: Decision[] = []
  readonly #held = new Map<number, Decision>()

  constructor(knownSince: number, maxEntries: number) {
    this.#knownSince = knownSince
    this.#maxEntries = maxEntries
  }

  add(decision: Decision): void {
    if (decision.until < this.#knownSince) return
    this.#held.set(decision.id, decision)
    const at = this.#firstAfter(decision.until)
    if (at === this.#entries.length) this.#entries.push(decision)
    else this.#entries.splice(at, 0, decision)
    if (this.#entries.length > this.#maxEntries) this.#forgetOldest()
  }

  delete(ids: Iterable<number>): void {
    for (const id of ids) this.#held.delete(id)
  }

  /** What ended strictly between the two times, earliest first; null where that reaches before what is known. */
  between(after: number, before: number): Decision[] | null {
    if (after + 1 < this.#knownSince) return null
    const found: Decision[] = []
    for (let at = this.#firstAfter(after); at < this.#entries.length; at++) {
      const entry = this.#entries[at]
      if (!entry || entry.until >= before) break
      if (this.#isHeld(entry)) found.push(entry)
    }
    return found
  }

  /** A tenth at a time, so that a long row of ends does not move the whole array for each. */
  #forgetOldest(): void {
    this.#entries = this.#entries.filter((entry) => this.#isHeld(entry))
    const excess = this.#entries.length - Math.floor(this.#maxEntries * 0.9)
    if (excess <= 0) return
    const lastUntil = this.#entries[excess - 1]?.until ?? this.#knownSince
    this.#knownSince = lastUntil + 1
    const kept = this.#firstAfter(lastUntil)
    for (const { id } of this.#entries.slice(0, kept)) this.#held.delete(id)
    this.#entries = this.#entries.slice(kept)
  }

  #isHeld(entry: Decision): boolean {
    return this.#held.get(entry.id) === entry
  }

  /** Index of the first entry that ended after the time. */
  #firstAfter(time: number): number {
    const last = this.#entries.at(-1)
    if (!last || last.until <= time) return this.#entries.length
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
