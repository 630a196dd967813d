import type { Event, EventView, Mode } from '../event.ts'
import { Bucket } from './bucket.ts'
import { type FilledBucket, neverOverflows } from './bucket-kind.ts'
import { BucketTable, none } from './bucket-table.ts'
import { DistinctValues } from './distinct-values.ts'
import { EventQueue } from './event-queue.ts'
import { EventStore } from './event-store.ts'
import { ExpiryQueue } from './expiry.ts'
import { putAt } from './grow.ts'
import type { Kept } from './kept.ts'
import { LineClock } from './line-clock.ts'
import type { LogTime } from './log-time.ts'
import type { Scenario } from './scenario.ts'

/** Estimated bytes of a bucket without events, and of a place in its queue. */
const bucketBytes = 250
const placeBytes = 8

/** How many buckets are looked at with each event, whether they are over; from which share of the budget on. */
const sweep = 2
const sweptShare = 1 / 8

/** How many events stay in a queue without a limit when room is needed. */
const trimmedLength = 16

const noneSettled = new Set<number>()

/**
 * All buckets of an engine, by number, with their events. They share a budget of memory, in which an event that several of
 * them hold counts once: beyond it, queues without a limit are cut to their newest events, and at last the buckets go whose
 * last event is oldest.
 */
export class BucketStore {
  readonly table: BucketTable
  readonly #scenarios: readonly Scenario[]
  readonly #budgetBytes: number
  readonly #events: EventStore
  readonly #seen = new DistinctValues()
  /** Conditions of bayesian buckets that stay true. */
  readonly #settled = new Map<number, Set<number>>()
  /** By number, the buckets whose conditions look at them at each pour; null for others. */
  readonly #filled: (Filled | null)[] = []
  /** The ends of buckets, by number; null for those without one. Live only. */
  readonly #deadlines: (BucketDeadline | null)[] = []
  readonly #expiry = new ExpiryQueue<BucketDeadline>()
  #clock = new LineClock()
  /** The bucket that was looked at last. */
  #swept = 0
  /** Estimated bytes of the buckets alone. */
  #bytes = 0
  /** Events that had to leave queues without a limit since the start. */
  trimmed = 0
  /** Buckets that ended since the start without an overflow. */
  expired = 0
  /** Buckets that were given up for others since the start, although they were not over. */
  evicted = 0

  constructor(scenarios: readonly Scenario[], budgetBytes: number, kept: Kept) {
    this.table = new BucketTable(scenarios)
    this.#scenarios = scenarios
    this.#budgetBytes = budgetBytes
    this.#events = new EventStore(kept)
  }

  /** Estimated bytes that all buckets hold. */
  get bytes(): number {
    return this.#bytes + this.#seen.bytes + this.#events.bytes
  }

  /** Buckets that exist. */
  get size(): number {
    return this.table.size
  }

  /** The scenario at a position. */
  scenarioAt(position: number): Scenario {
    const scenario = this.#scenarios[position]
    if (scenario === undefined) throw new RangeError(`no scenario at ${position}`)
    return scenario
  }

  /** By whose rules a bucket is filled. */
  scenarioOf(bucket: number): Scenario {
    return this.scenarioAt(this.table.scenarioOf(bucket))
  }

  /** Takes in an event that is about to be poured; see EventStore. */
  addEvent(event: Event): number {
    return this.#events.add(event)
  }

  fillEvent(place: number, event: Event): void {
    this.#events.fill(place, event)
  }

  /** Ends the pouring of an event, with the time that its line names, if that counts: buckets may have to go for it. */
  settleEvent(place: number, time: LogTime | null): void {
    if (time) this.#clock.see(time)
    this.#events.settle(place)
    if (this.bytes > this.#budgetBytes * sweptShare) this.#sweep()
    if (this.bytes > this.#budgetBytes) this.#shrink()
  }

  /** A new bucket of a group for the scenario at a position. */
  create(scenario: number, group: string, mode: Mode, bornMs: number): number {
    this.#bytes += bytesOf(group)
    return this.table.create(scenario, group, mode, bornMs)
  }

  /** Empties a bucket that is over, as if it had ended and been created again. */
  renew(bucket: number, mode: Mode, bornMs: number): void {
    this.expired++
    this.#empty(bucket)
    this.table.begin(bucket, this.table.scenarioOf(bucket), mode, bornMs)
  }

  remove(bucket: number): void {
    this.#empty(bucket)
    this.#bytes -= bytesOf(this.table.groupText(bucket))
    this.table.remove(bucket)
  }

  /** Removes a bucket that is over. */
  expire(bucket: number): void {
    this.expired++
    this.remove(bucket)
  }

  /** Puts an event into the queue of a bucket that it was poured into. */
  add(bucket: number, event: number): void {
    const { table } = this
    const { queueLimit, overflows } = this.scenarioOf(bucket)
    this.#events.hold(event)
    if (queueLimit !== null && table.poured(bucket) > queueLimit + 1) this.#dropOldest(bucket)
    this.#bytes += placeBytes
    table.enqueue(bucket, event)
    if (overflows !== neverOverflows) this.#fill(bucket).push(this.#events.looked(event))
  }

  /** A bucket that was poured into and whose scenario looks at it. */
  filled(bucket: number): FilledBucket {
    const filled = this.#filled[bucket]
    if (!filled) throw new RangeError(`nothing was poured into bucket ${bucket}`)
    return filled
  }

  /** Takes a bucket away that overflows. Its events stay until they are let go. */
  take(bucket: number): HeldBucket {
    const events = this.table.queue(bucket)
    for (const event of events) this.#events.hold(event)
    const view = this.#viewOf(bucket, this.queueOf(events, this.scenarioOf(bucket)))
    this.remove(bucket)
    return { bucket: view, events }
  }

  letGo(events: readonly number[]): void {
    for (const event of events) this.#events.release(event)
  }

  /** Keeps the event at a place until it is let go. */
  hold(event: number): void {
    this.#events.hold(event)
  }

  /** The events at places, as a bucket of that scenario keeps them. */
  queueOf(events: readonly number[], scenario: Scenario): EventQueue {
    return new EventQueue(() => events.map((event) => this.#events.event(event)), scenario.queueLimit)
  }

  #viewOf(bucket: number, queue: EventQueue): Bucket {
    const { table } = this
    const scenario = this.scenarioOf(bucket)
    return new Bucket({
      scenario,
      group: table.groupText(bucket),
      mode: table.isLive(bucket) ? 'live' : 'replay',
      bornMs: table.bornMs(bucket),
      queue,
      poured: table.poured(bucket),
      first: table.first(bucket),
      last: table.last(bucket),
      settled: scenario.document.bayesianConditions.length > 0 ? this.#settledOf(bucket) : noneSettled,
    })
  }

  /** The events of a bucket whose scenario looks at it. */
  #fill(bucket: number): EventView[] {
    const known = this.#filled[bucket]
    if (known) return known.events
    const events: EventView[] = []
    const queue = new EventQueue(() => events, this.scenarioOf(bucket).queueLimit)
    putAt(this.#filled, bucket, { events, queue, view: () => this.#viewOf(bucket, queue) })
    return events
  }

  #dropOldest(bucket: number): void {
    this.#release(this.table.dequeue(bucket))
    this.#filled[bucket]?.events.shift()
  }

  #release(event: number): void {
    this.#events.release(event)
    this.#bytes -= placeBytes
  }

  #settledOf(bucket: number): Set<number> {
    const known = this.#settled.get(bucket) ?? new Set()
    this.#settled.set(bucket, known)
    return known
  }

  /** When the oldest bucket was created, or null. */
  oldestBornMs(): number | null {
    let oldest = Number.POSITIVE_INFINITY
    for (const bucket of this.table.buckets()) oldest = Math.min(oldest, this.table.bornMs(bucket))
    return Number.isFinite(oldest) ? oldest : null
  }

  /** Whether a value of `distinct` is new to the bucket; if so it is remembered. */
  isNew(bucket: number, value: string): boolean {
    return this.#seen.isNew(bucket, value)
  }

  /** When a bucket ends, milliseconds since the epoch; null if that is not set. */
  deadlineMs(bucket: number): number | null {
    return this.#deadlines[bucket]?.deadlineMs ?? null
  }

  /** Sets when a bucket ends, or moves it on. */
  endAt(bucket: number, deadlineMs: number): void {
    const known = this.#deadlines[bucket]
    if (known) {
      known.deadlineMs = deadlineMs
      return
    }
    const deadline = { deadlineMs, bucket }
    putAt(this.#deadlines, bucket, deadline)
    this.#expiry.add(deadline)
    if (this.#expiry.size > 2 * this.size + fewDeadlines) this.#expiry.forget(isGone)
  }

  /** The next bucket whose end has come, still in place, or `none`. */
  nextDue(nowMs: number): number {
    return this.#expiry.next(nowMs, isGone)?.bucket ?? none
  }

  /** Forgets every bucket. */
  clear(): void {
    for (const bucket of this.table.buckets()) this.remove(bucket)
    this.#clock = new LineClock()
  }

  /** Lets go of all that a bucket holds. */
  #empty(bucket: number): void {
    const { table } = this
    for (let event = table.dequeue(bucket); event !== none; event = table.dequeue(bucket))
      this.#release(event)
    this.#seen.forget(bucket)
    if (this.#filled[bucket]) this.#filled[bucket] = null
    if (this.#settled.size > 0) this.#settled.delete(bucket)
    const deadline = this.#deadlines[bucket]
    if (!deadline) return
    deadline.bucket = none
    this.#deadlines[bucket] = null
  }

  /** Makes room; an eighth of the budget at once, so that it costs little for each event. */
  #shrink(): void {
    const enough = (this.#budgetBytes * 7) / 8
    const now = this.#clock.certain
    if (now) for (const bucket of this.table.buckets()) this.#removeIfOver(bucket, now)
    this.#trim(enough)
    if (this.bytes > enough) this.#evict(enough)
  }

  /** Lets go of buckets that are over by the clock of the lines: a few at a time, so that none stays for long. */
  #sweep(): void {
    const now = this.#clock.certain
    if (now === null) return
    for (let count = 0; count < sweep; count++) {
      this.#swept = this.table.after(this.#swept)
      if (this.table.has(this.#swept)) this.#removeIfOver(this.#swept, now)
    }
  }

  #removeIfOver(bucket: number, now: LogTime): void {
    const { table } = this
    if (!table.isLive(bucket) && table.isOver(bucket, now)) this.expire(bucket)
  }

  /** Shortens the queues that have no limit of their own, which one source alone can fill. */
  #trim(downTo: number): void {
    const { table } = this
    for (const bucket of table.buckets()) {
      if (this.bytes <= downTo) return
      if (this.scenarioOf(bucket).queueLimit !== null) continue
      const excess = table.queue(bucket).length - trimmedLength
      if (excess <= 0) continue
      for (let count = 0; count < excess; count++) this.#release(table.dequeue(bucket))
      this.#filled[bucket]?.events.splice(0, excess)
      this.trimmed += excess
    }
  }

  /** Gives up the buckets whose last event is oldest; those that are over by the latest line were due anyway. */
  #evict(downTo: number): void {
    const { table } = this
    const { latest } = this.#clock
    const age = (bucket: number) => table.lastSecond(bucket) || Number.NEGATIVE_INFINITY
    const buckets = [...table.buckets()].sort((a, b) => (age(a) < age(b) ? -1 : 1))
    for (const bucket of buckets) {
      if (this.bytes <= downTo) return
      if (latest !== null) this.#removeIfOver(bucket, latest)
      if (!table.has(bucket)) continue
      this.remove(bucket)
      this.evicted++
    }
  }
}

/** Estimated bytes of a bucket of a group that holds nothing. */
function bytesOf(group: string): number {
  return bucketBytes + 2 * group.length
}

/** Deadlines of buckets that are gone are not worth a pass below this number. */
const fewDeadlines = 4096

function isGone({ bucket }: BucketDeadline): boolean {
  return bucket === none
}

/** A bucket whose scenario looks at it, and the events that its queue shows. */
interface Filled extends FilledBucket {
  readonly events: EventView[]
}

/** When a bucket ends; `none` once it is gone. */
interface BucketDeadline {
  deadlineMs: number
  bucket: number
}

/** A bucket that was taken away, and the places of its events. */
export interface HeldBucket {
  readonly bucket: Bucket
  readonly events: readonly number[]
}
