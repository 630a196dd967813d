import { structTypeOf, type Time } from '@tocsin/expr'
import { bucketType } from '../../src/bucket/bucket.ts'
import { queueType } from '../../src/bucket/event-queue.ts'
import type { LogTime } from '../../src/bucket/log-time.ts'
import type { Scenario } from '../../src/bucket/scenario.ts'
import type { Event, Mode } from '../../src/event.ts'
import type { PlainScenario } from './plain-scenario.ts'

/** What one group has collected in a scenario. */
export class PlainBucket {
  readonly plain: PlainScenario
  readonly group: string
  readonly mode: Mode
  /** The events themselves, the newest last. */
  readonly queue: { readonly events: Event[]; readonly limit: number | null }
  readonly seen = new Set<string>()
  readonly settled = new Set<number>()
  poured = 0
  firstTime: Time | null = null
  lastTime: Time | null = null
  /** When it ends by the wall clock; null for never. */
  deadlineNs: bigint | null = null
  /** The room that is left, as the time in which it leaks, and when that was true. */
  #roomNs: bigint
  #roomAt: bigint | null = null

  constructor(plain: PlainScenario, group: string, mode: Mode) {
    const { capacity, cacheSize } = plain.compiled
    this.plain = plain
    this.group = group
    this.mode = mode
    const isBounded = cacheSize > 0 && (capacity === -1 || cacheSize <= capacity)
    this.queue = { events: [], limit: isBounded ? cacheSize : capacity === -1 ? null : capacity }
    Object.defineProperty(this.queue, structTypeOf, { value: queueType })
    this.#roomNs = plain.capacity * plain.leakNs
  }

  /** Whether one more event fits at a time; the past leaks nothing, but is what the next one is measured from. */
  take(now: bigint): boolean {
    const { capacity, leakNs } = this.plain
    const elapsed = this.#roomAt === null || now < this.#roomAt ? 0n : now - this.#roomAt
    const full = capacity * leakNs
    const room = this.#roomNs + elapsed > full ? full : this.#roomNs + elapsed
    if (room < leakNs) return false
    this.#roomNs = room - leakNs
    this.#roomAt = now
    return true
  }

  /** Keeps the newest events: one more than the limit. */
  keep(event: Event): void {
    const { events, limit } = this.queue
    events.push(event)
    if (limit !== null && events.length > limit + 1) events.shift()
  }

  // What `leaky` of expressions looks at.
  get scenario(): Scenario {
    return this.plain.compiled
  }

  get first(): LogTime | null {
    return logTime(this.firstTime)
  }

  get last(): LogTime | null {
    return logTime(this.lastTime)
  }
}

Object.defineProperty(PlainBucket.prototype, structTypeOf, { value: bucketType })

function logTime(time: Time | null): LogTime | null {
  return time && { seconds: time.seconds, nanoseconds: time.nanoseconds, offsetMinutes: 0 }
}
