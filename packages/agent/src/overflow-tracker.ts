import type { WireAlert } from '@tocsin/model'
import type { Origin } from './local-times.ts'

/** A call of the engine that may make buckets overflow: one line of a step, or its passing of time. */
interface Call {
  readonly key: string
  /** The time of the step. */
  readonly atMs: number
  overflows: number
}

/** An overflow from its bucket's end until it leaves the postoverflows. */
interface Ticket {
  /** Where it was raised. The same lines at the same times make the same key. */
  readonly key: string
  readonly bornMs: number
  readonly call: Call
  /** Whether the journal knows that it waits. */
  isNoted: boolean
  /** Whether its alerts are in no record of the journal. */
  readonly isOpen: boolean
}

/** What came of the engine since the last record. */
export interface StepResults {
  readonly alerts: readonly WireAlert[]
  /** When the oldest bucket among those that overflowed began; null where none did. */
  readonly overflowsFromMs: number | null
  /** Overflows that wait and are not in the journal. */
  readonly waits: readonly string[]
  /** Overflows of the journal that waited, whose alerts are among these. */
  readonly settled: readonly string[]
}

/**
 * Tells which alert comes of which overflow, while overflows wait for names and steps go on: overflows leave in the
 * order in which they were raised, so it is enough to count those that wait. An overflow is known by the step, the
 * line in it and its number among the overflows of that line; those that come of another overflow, which is poured
 * again, count to the line of that one. So it is known again when its lines are read a second time.
 */
export class OverflowTracker {
  readonly #waitingOfEngine: () => number
  /** Overflows whose alerts are in no record, of an earlier process; null once its lines were read again. */
  #reopened: ReadonlySet<string> | null = null
  #step = ''
  #stepMs = 0
  #line = -1
  #isInCall = false
  #call: Call | null = null
  /** The last overflow; whether it waits shows later. */
  #last: Ticket | null = null
  /** The overflow that left last: alerts and overflows that come now come of it. */
  #leaving: Ticket | null = null
  readonly #waiting: Ticket[] = []
  #alerts: WireAlert[] = []
  #settled: string[] = []
  #overflowsFromMs = Number.POSITIVE_INFINITY

  /** Takes how many overflows wait in the engine now. */
  constructor(waitingOfEngine: () => number) {
    this.#waitingOfEngine = waitingOfEngine
  }

  /** Lines are read a second time from here on: only the alerts of these overflows count. Null ends that. */
  reopen(overflows: ReadonlySet<string> | null): void {
    this.#reopened = overflows
  }

  /** A step begins. `name` is its own. */
  beginStep(name: string, atMs: number): void {
    this.#step = name
    this.#stepMs = atMs
    this.#line = -1
  }

  /** Runs a call of the engine: time first, then line by line. */
  call(run: () => void): void {
    this.#isInCall = true
    this.#call = null
    this.#leaving = null
    try {
      run()
    } finally {
      this.#note()
      this.#line++
      this.#isInCall = false
    }
  }

  /** A bucket overflowed. */
  overflow(bornMs: number): void {
    this.#note()
    const call = this.#currentCall()
    const key = `${call.key}.${call.overflows++}`
    const isKnown = this.#reopened?.has(key) ?? false
    this.#last = { key, bornMs, call, isNoted: isKnown, isOpen: isKnown || this.#reopened === null }
    if (this.#reopened === null) this.#overflowsFromMs = Math.min(this.#overflowsFromMs, bornMs)
  }

  /** An overflow left the postoverflows: the first of those that wait, else the last one. Answers the step of one that waited. */
  leave(): { readonly atMs: number } | null {
    const left = this.#waiting.shift() ?? this.#last
    const isLate = !this.#isInCall
    if (left === this.#last) this.#last = null
    this.#leaving = left
    this.#note()
    if (left?.isNoted) {
      this.#settled.push(left.key)
      // What is poured again now depends on the lines of its bucket.
      this.#overflowsFromMs = Math.min(this.#overflowsFromMs, left.bornMs)
    }
    return isLate && left ? { atMs: left.call.atMs } : null
  }

  /** The overflow that alerts come of now; null where the engine does not say which leave. */
  get leaving(): Origin | null {
    return this.#leaving && { bornMs: this.#leaving.bornMs, atMs: this.#leaving.call.atMs }
  }

  /** An alert came; of the overflow that left last. */
  alert(alert: WireAlert): void {
    if (this.#leaving?.isOpen ?? this.#reopened === null) this.#alerts.push(alert)
  }

  /** Overflows of the journal that did not come again: nothing will come of them. */
  giveUp(overflows: Iterable<string>): void {
    this.#settled.push(...overflows)
  }

  /** Whether an overflow that waits has this key, or left since the last record. */
  has(key: string): boolean {
    this.#note()
    return this.#waiting.some((ticket) => ticket.key === key) || this.#settled.includes(key)
  }

  /** When the oldest bucket of the overflows that wait began; null where none waits. */
  oldestWaitingMs(): number | null {
    this.#note()
    let oldestMs = Number.POSITIVE_INFINITY
    for (const { bornMs, isOpen } of this.#waiting) if (isOpen) oldestMs = Math.min(oldestMs, bornMs)
    return Number.isFinite(oldestMs) ? oldestMs : null
  }

  /** Whether there is something to note that belongs to no line. */
  get hasResults(): boolean {
    return this.#alerts.length > 0 || this.#settled.length > 0 || Number.isFinite(this.#overflowsFromMs)
  }

  /** What came since `noted`. */
  results(): StepResults {
    this.#note()
    return {
      alerts: this.#alerts,
      overflowsFromMs: Number.isFinite(this.#overflowsFromMs) ? this.#overflowsFromMs : null,
      waits: this.#waiting.filter(({ isOpen, isNoted }) => isOpen && !isNoted).map(({ key }) => key),
      settled: this.#settled,
    }
  }

  /** The results of this moment are in the journal. */
  noted(): void {
    for (const ticket of this.#waiting) if (ticket.isOpen) ticket.isNoted = true
    this.#alerts = []
    this.#settled = []
    this.#overflowsFromMs = Number.POSITIVE_INFINITY
  }

  /** Overflows that come between calls come of one that has just left. */
  #currentCall(): Call {
    if (this.#isInCall || this.#leaving === null) {
      this.#call ??= { key: `${this.#step}:${this.#line}`, atMs: this.#stepMs, overflows: 0 }
      return this.#call
    }
    return this.#leaving.call
  }

  /** Counts the last overflow to those that wait, where the engine does. */
  #note(): void {
    if (this.#last === null || this.#waitingOfEngine() <= this.#waiting.length) return
    this.#waiting.push(this.#last)
    this.#last = null
  }
}
