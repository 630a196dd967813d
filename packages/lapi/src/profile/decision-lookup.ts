import type { DecisionCounts } from '@tocsin/expr'
import type { ActiveSet } from '../decision/active-set.ts'
import { parseAddress } from '../decision/address.ts'
import type { DecisionStore } from '../store/store.ts'

/** Of one run: an expression that asks for every event of an alert is refused. */
const maxQuestions = 50

interface Question {
  readonly value: string
  readonly sinceMs?: number
}

/**
 * What expressions may ask about decisions. They run without waiting and the database does not: a count that is not
 * known yet stops the run, is looked up, and the run begins again.
 */
export class DecisionLookup implements DecisionCounts {
  readonly #store: DecisionStore
  readonly #active: ActiveSet
  #known: ReadonlyMap<string, number> = new Map()
  #missing: Question | undefined
  #now = 0

  constructor(store: DecisionStore, active: ActiveSet) {
    this.#store = store
    this.#active = active
  }

  /** Runs until nothing is missing. The run must not wait, and must end soon after a question threw. */
  async answering<T>(now: number, run: () => T): Promise<T> {
    const known = new Map<string, number>()
    for (;;) {
      this.#known = known
      this.#missing = undefined
      this.#now = now
      const result = run()
      const missing = this.#takeMissing()
      if (!missing) return result
      const { value, sinceMs } = missing
      const filter = sinceMs === undefined ? {} : { createdSince: sinceMs }
      known.set(keyOf(missing), await this.#store.count(value, filter))
    }
  }

  /** Whether the run that goes on now has asked what is not known yet. */
  get isMissing(): boolean {
    return this.#missing !== undefined
  }

  /** When the run takes place, for its clock. */
  get now(): number {
    return this.#now
  }

  count(value: string): number {
    return this.#ask({ value })
  }

  countSince(value: string, sinceMs: number): number {
    return this.#ask({ value, sinceMs })
  }

  countActive(value: string): number {
    return this.#inForce(value).length
  }

  activeTimeLeftMs(value: string): number {
    return this.#inForce(value).reduce((longest, until) => Math.max(longest, until - this.#now), 0)
  }

  #ask(question: Question): number {
    const count = this.#known.get(keyOf(question))
    if (count !== undefined) return count
    if (this.#known.size >= maxQuestions)
      throw new Error(`more than ${maxQuestions} counts of decisions are asked`)
    this.#missing = question
    throw new Error('the number of decisions is looked up')
  }

  #takeMissing(): Question | undefined {
    const missing = this.#missing
    this.#missing = undefined
    return missing
  }

  /** When the decisions that are in force on it end. */
  #inForce(value: string): number[] {
    const cidr = parseAddress(value)
    const { rows } = this.#active
    const slots = cidr ? this.#active.around(cidr) : this.#active.withValue(value)
    return slots.map((slot) => rows.until(slot)).filter((until) => until > this.#now)
  }
}

function keyOf({ value, sinceMs }: Question): string {
  return `${sinceMs ?? ''} ${value}`
}
