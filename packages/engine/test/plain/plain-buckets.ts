import { Time } from '@tocsin/expr'
import type { Clock } from '@tocsin/model'
import type { Event } from '../../src/event.ts'
import { PlainBucket } from './plain-bucket.ts'
import { eventTime } from './plain-date.ts'
import { evaluate } from './plain-node.ts'
import type { PlainScenario } from './plain-scenario.ts'

/** Every event is shown to every scenario, one after the other. */
export class PlainBuckets {
  /** Buckets that overflowed and were not looked at yet, and when they did. */
  readonly full: { readonly bucket: PlainBucket; readonly at: Time }[] = []
  poured = 0
  readonly #scenarios: readonly PlainScenario[]
  readonly #clock: Clock
  readonly #live: boolean
  /** By what scenarios share, then by group. */
  readonly #buckets = new Map<string, PlainBucket>()

  constructor(scenarios: readonly PlainScenario[], clock: Clock, live: boolean) {
    this.#scenarios = scenarios
    this.#clock = clock
    this.#live = live
  }

  /** Forgets all buckets and what hides overflows. */
  clear(): void {
    this.#buckets.clear()
    for (const { hidden } of this.#scenarios) hidden.clear()
  }

  pour(event: Event): void {
    for (const scenario of this.#scenarios) {
      if (evaluate(scenario.filter, event) !== true) continue
      const group = scenario.groupby === null ? '' : evaluate(scenario.groupby, event)
      if (typeof group === 'string') this.#pourInto(scenario, group, event)
    }
  }

  /** Ends the buckets whose time has come, the earliest first. */
  tick(nowMs: number): void {
    const now = Time.fromMs(nowMs).ns
    const due = [...this.#buckets.values()].flatMap((bucket) =>
      bucket.deadlineNs !== null && bucket.deadlineNs <= now ? { bucket, ns: bucket.deadlineNs } : [],
    )
    for (const { bucket } of due.sort((a, b) => (a.ns < b.ns ? -1 : a.ns > b.ns ? 1 : 0))) this.#end(bucket)
  }

  #pourInto(scenario: PlainScenario, group: string, event: Event): void {
    const now = Time.fromMs(this.#clock())
    if (scenario.compiled.document.type.value === 'trigger') {
      const bucket = new PlainBucket(scenario, group, event.mode)
      const at = event.mode === 'live' ? now : (eventTime(event.marshaledTime) ?? now)
      this.#put(bucket, event, at)
      this.full.push({ bucket, at })
      return
    }
    const key = keyOf(scenario, group)
    let bucket = this.#buckets.get(key)
    if (bucket && this.#isOver(bucket, event, now)) {
      if (bucket.mode === 'replay') this.#buckets.delete(key)
      else this.#end(bucket)
      bucket = undefined
    }
    this.#fill(bucket ?? new PlainBucket(scenario, group, event.mode), event, now)
  }

  #isOver(bucket: PlainBucket, event: Event, now: Time): boolean {
    if (bucket.mode === 'live') return bucket.deadlineNs !== null && bucket.deadlineNs <= now.ns
    const time = eventTime(event.marshaledTime)
    return time !== null && bucket.lastTime !== null && time.ns > bucket.lastTime.ns + bucket.plain.lifetimeNs
  }

  #fill(bucket: PlainBucket, event: Event, now: Time): void {
    const { plain, group } = bucket
    const at = bucket.mode === 'live' ? now : eventTime(event.marshaledTime)
    if (at === null) return
    if (plain.distinct !== null) {
      const value = evaluate(plain.distinct, event)
      const text = typeof value === 'string' ? value : ''
      if (value !== undefined && bucket.seen.has(text)) return
      if (value !== undefined) bucket.seen.add(text)
    }
    if (plain.cancelOn !== null && evaluate(plain.cancelOn, event) === true) {
      this.#buckets.delete(keyOf(plain, group))
      return
    }
    this.#buckets.set(keyOf(plain, group), bucket)
    this.#put(bucket, event, at)
    const isFull = plain.compiled.document.type.value === 'leaky' && !bucket.take(at.ns)
    if (isFull || plain.overflows(bucket, event)) this.#overflow(bucket, at)
    else if ((this.#live || bucket.mode === 'live') && (bucket.deadlineNs === null || !plain.timed)) {
      bucket.deadlineNs = now.ns + plain.lifetimeNs
    }
  }

  #put(bucket: PlainBucket, event: Event, at: Time): void {
    this.poured++
    bucket.poured++
    bucket.firstTime ??= at
    bucket.lastTime = at
    bucket.keep(event)
  }

  #end(bucket: PlainBucket): void {
    if (bucket.plain.timed) this.#overflow(bucket, Time.fromNs(bucket.deadlineNs ?? 0n))
    else this.#buckets.delete(keyOf(bucket.plain, bucket.group))
  }

  #overflow(bucket: PlainBucket, at: Time): void {
    this.#buckets.delete(keyOf(bucket.plain, bucket.group))
    this.full.push({ bucket, at })
  }
}

function keyOf({ compiled }: PlainScenario, group: string): string {
  return JSON.stringify([compiled.document.filter.value, compiled.name, group])
}
