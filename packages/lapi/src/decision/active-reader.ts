import type { ActiveSet } from './active-set.ts'
import type { DecisionFilter } from './decision-filter.ts'
import { candidates, slotTest } from './slot-filter.ts'

/** How many decisions are looked at before others run. */
const lookedAtOnce = 8_192

export interface ReadRange {
  /** Only what came after this version … */
  readonly after: number
  /** … up to this one: what comes while reading is left for the next time. */
  readonly upTo: number
}

/** Reads the decisions of the set that match, oldest first, a step at a time: the set may change between two steps. */
export class ActiveReader {
  readonly #set: ActiveSet
  readonly #test: (slot: number) => boolean
  readonly #upTo: number
  #after: number
  /** The few that come into question, with the versions by which to know that they are still held; null: all. */
  readonly #few: { slot: number; version: number }[] | null

  constructor(set: ActiveSet, filter: DecisionFilter, { after, upTo }: ReadRange) {
    const { rows } = set
    this.#set = set
    this.#test = slotTest(filter, rows)
    this.#after = after
    this.#upTo = upTo
    this.#few = candidates(set, filter)?.map((slot) => ({ slot, version: rows.version(slot) })) ?? null
  }

  /**
   * Hands the next slots that match to `take`, until it answers false. Answers whether there may be more: then let
   * others run before the next step.
   */
  step(take: (slot: number) => boolean): boolean {
    return this.#few ? this.#stepFew(this.#few, take) : this.#stepAll(take)
  }

  #stepAll(take: (slot: number) => boolean): boolean {
    const { rows } = this.#set
    const last = this.#set.scan(this.#after, lookedAtOnce, (slot) => {
      if (rows.version(slot) > this.#upTo) return false
      return this.#test(slot) ? take(slot) : true
    })
    if (last === null || last >= this.#upTo) return false
    this.#after = last
    return true
  }

  #stepFew(few: { slot: number; version: number }[], take: (slot: number) => boolean): boolean {
    const { rows } = this.#set
    for (let next = few.shift(); next; next = few.shift()) {
      const { slot, version } = next
      const isAsked = version > this.#after && version <= this.#upTo && rows.version(slot) === version
      if (isAsked && this.#test(slot) && !take(slot)) return true
    }
    return false
  }
}
