import type { Want } from '../sieve/sifted.ts'
import type { Clock } from '@tocsin/model'
import type { Event } from '../event.ts'
import type { EventReader } from '../event-reader.ts'
import { cancels, distinctOf, groupOf, takes } from './answers.ts'
import { Bucket } from './bucket.ts'
import { BucketStore } from './bucket-store.ts'
import { type LogTime, LogTimeReader, logTimeOfMs, msOf } from './log-time.ts'
import type { Partition } from './partition.ts'
import { type Kept, QueuedEvent } from './queued-event.ts'
import type { Scenario } from './scenario.ts'
import { ScenarioIndex } from './scenario-index.ts'

/** A bucket that overflowed, and when. */
export interface FullBucket {
  readonly bucket: Bucket
  readonly at: LogTime
}

export interface BucketsOptions {
  readonly clock: Clock
  /** Whether time passes by the clock, so that buckets of replayed lines end by it too. */
  readonly live: boolean
  /** Estimated bytes that all buckets together may hold. */
  readonly budgetBytes: number
  /** What has to be kept of queued events. */
  readonly kept: Kept
  /** Has all found out about an event that was left out of it, before a filter writes into it. */
  complete(event: Event): void
  /** Takes the buckets that overflow, in order, while the event that filled them is poured. */
  onFull(full: FullBucket): void
  /** Told of each scenario whose filter took an event, whatever its other rules make of it. */
  onPour?(scenario: Scenario, event: Event): void
}

/** What was done since the start. */
export interface PourCounters {
  /** Events that were put into a bucket, once for each bucket. */
  poured: number
  /** Events that a filter took and that no group, time, `distinct` or `cancel_on` let in. */
  discarded: number
  /** Buckets that ended without an overflow. */
  expired: number
  /** Events of a replay whose time is unknown, so that no bucket could place them. */
  untimed: number
  /** Expressions that failed: a filter or a groupby, which leave the event out of that scenario. */
  failed: number
}

/** Pours events into the buckets of scenarios. Source: the original's leakybucket.PourItemToHolders. */
export class Buckets {
  readonly index: ScenarioIndex
  readonly store: BucketStore
  readonly counters: PourCounters = { poured: 0, discarded: 0, expired: 0, untimed: 0, failed: 0 }
  readonly #options: BucketsOptions
  readonly #times = new LogTimeReader()
  readonly #scenarios: readonly Scenario[]

  constructor(scenarios: readonly Scenario[], options: BucketsOptions) {
    this.#scenarios = scenarios
    this.index = new ScenarioIndex(scenarios)
    this.store = new BucketStore(options.budgetBytes)
    this.#options = options
  }

  /** Pours an event into every scenario whose filter takes it. Gives the number of those scenarios. */
  pour(event: Event): number {
    const { index } = this
    const moment = new Moment(event, this.#options, this.#times)
    let taken = 0
    let found = index.candidates(event)
    index.read(event)
    for (let at = 0; at < found.length; at++) {
      const candidate = found[at]!
      if (!index.mayTake(candidate, event)) continue
      const { scenario } = candidate
      if (candidate.writes && !event.complete) {
        this.#options.complete(event)
        moment.queuedOrNull?.fill(event, this.#options.kept)
      }
      const takes = candidate.decided || this.#takes(scenario, event)
      if (takes) {
        taken++
        this.#options.onPour?.(scenario, event)
        this.#pourInto(scenario, moment)
      }
      if (!candidate.writes) continue
      moment.changed()
      found = index.candidates(event).filter(({ position }) => position > candidate.position)
      index.read(event)
      at = -1
    }
    const queued = moment.queuedOrNull
    if (queued) this.store.settle(queued)
    return taken
  }

  /** Pours an event into the scenarios that want it, as far as filters are concerned. */
  pourWanted(event: Event, wants: readonly Want[]): void {
    const moment = new Moment(event, this.#options, this.#times)
    for (const want of wants) {
      const scenario = this.#scenarios[want.position]
      if (scenario === undefined) continue
      moment.want = want
      this.#pourInto(scenario, moment)
    }
    const queued = moment.queuedOrNull
    if (queued) this.store.settle(queued)
  }

  /** Ends the buckets whose time has come by the wall clock; those of counters overflow. */
  tick(nowMs: number): void {
    for (let due = this.store.nextDue(nowMs); due; due = this.store.nextDue(nowMs)) this.#end(due)
  }

  #takes(scenario: Scenario, event: Event): boolean {
    const taken = takes(scenario, event)
    if (taken === null) this.counters.failed++
    return taken === true
  }

  #pourInto(scenario: Scenario, moment: Moment): void {
    const group = moment.groupOf(scenario)
    if (group === null) {
      this.counters.failed++
      return
    }
    if (scenario.immediate) {
      this.#pourImmediate(scenario, group, moment)
      return
    }
    const bucket = this.#bucketFor(scenario, moment.partitionOf(group, this.store), moment)
    this.#fill(bucket, moment)
    if (bucket.poured === 0) this.store.remove(bucket)
  }

  #pourImmediate(scenario: Scenario, group: string, moment: Moment): void {
    const { mode } = moment.event
    const bucket = new Bucket(scenario, group, mode, moment.nowMs)
    const at = mode === 'live' ? moment.now : (moment.lineTime ?? moment.now)
    bucket.first = at
    bucket.last = at
    bucket.poured = 1
    bucket.queue.add(moment.queued)
    this.counters.poured++
    this.#options.onFull({ bucket, at })
  }

  /** The bucket of a partition: the one that is there, unless its time is over, else a new one. */
  #bucketFor(scenario: Scenario, partition: Partition, moment: Moment): Bucket {
    const found = partition.bucketOf(scenario)
    if (found === undefined) return this.store.create(scenario, partition, moment.event.mode, moment.nowMs)
    if (found.mode === 'replay') {
      if (moment.lineTime === null || !found.isOver(moment.lineTime)) return found
      this.counters.expired++
      if (found.scenario === scenario) {
        this.store.renew(found, moment.event.mode, moment.nowMs)
        return found
      }
    } else {
      if (found.deadline === null || found.deadline.deadlineMs > moment.nowMs) return found
      this.#end(found)
    }
    return this.store.create(scenario, partition, moment.event.mode, moment.nowMs)
  }

  #fill(bucket: Bucket, moment: Moment): void {
    const { scenario } = bucket
    const { event } = moment
    const at = bucket.mode === 'live' ? moment.now : moment.lineTime
    if (at === null) {
      this.counters.untimed++
      return
    }
    if (this.#isRepeated(bucket, moment) || this.#isCancelled(bucket, moment)) {
      this.counters.discarded++
      return
    }
    bucket.poured++
    bucket.first ??= at
    bucket.last = at
    const fits = bucket.limiter === null || bucket.limiter.take(at)
    this.counters.poured++
    this.store.add(bucket, moment.queued)
    if (!fits || scenario.overflows(bucket, event)) this.#overflow(bucket, at)
    else if (this.#options.live || bucket.mode === 'live') this.#prolong(bucket, moment.now)
  }

  #isRepeated(bucket: Bucket, { event, want }: Moment): boolean {
    const value = want ? want.distinct : distinctOf(bucket.scenario, event)
    return value !== null && !this.store.isNew(bucket, value)
  }

  /** Whether the event ends the bucket instead of filling it. */
  #isCancelled(bucket: Bucket, { event, want }: Moment): boolean {
    if (!(want ? want.cancels : cancels(bucket.scenario, event))) return false
    this.store.remove(bucket)
    return true
  }

  #prolong(bucket: Bucket, at: LogTime): void {
    const { lifetimeNs, timed } = bucket.scenario
    if (bucket.deadline === null || !timed) this.store.endAt(bucket, msOf(at) + lifetimeNs / 1e6)
  }

  /** The end of a bucket that did not overflow by its own. */
  #end(bucket: Bucket): void {
    if (bucket.scenario.timed && bucket.deadline !== null) {
      this.#overflow(bucket, logTimeOfMs(bucket.deadline.deadlineMs))
    } else {
      this.store.remove(bucket)
      this.counters.expired++
    }
  }

  #overflow(bucket: Bucket, at: LogTime): void {
    this.store.remove(bucket)
    this.#options.onFull({ bucket, at })
  }
}

/** An event at the moment of pouring: what all scenarios ask of it is found once, when the first one asks. */
class Moment {
  readonly event: Event
  /** What the scenario at hand wants, where that is known already. */
  want: Want | null = null
  readonly #options: BucketsOptions
  readonly #times: LogTimeReader
  #nowMs: number | undefined
  #now: LogTime | undefined
  #lineTime: LogTime | null | undefined
  #queued: QueuedEvent | undefined
  /** The last groupby and its value: scenarios that ask for the same come in rows. */
  #groupby: EventReader | null = null
  #group: string | null = ''
  #partition: Partition | null = null

  constructor(event: Event, options: BucketsOptions, times: LogTimeReader) {
    this.event = event
    this.#options = options
    this.#times = times
  }

  /** The partition of a scenario that the event belongs to; null where its groupby fails or gives no text. */
  groupOf(scenario: Scenario): string | null {
    if (this.want) return this.want.group
    const { groupby } = scenario
    if (groupby !== this.#groupby) {
      this.#group = groupOf(scenario, this.event)
      this.#groupby = groupby
    }
    return this.#group
  }

  /** What a group has filled. */
  partitionOf(group: string, store: BucketStore): Partition {
    let partition = this.#partition
    if (partition?.group !== group || partition.buckets.length === 0) {
      partition = store.partition(group)
      this.#partition = partition
    }
    return partition
  }

  /** Forgets what was found, since a filter may have written into the event. */
  changed(): void {
    this.#groupby = null
    this.#group = ''
  }

  /** The wall clock, milliseconds since the epoch. */
  get nowMs(): number {
    this.#nowMs ??= this.#options.clock()
    return this.#nowMs
  }

  /** The wall clock. */
  get now(): LogTime {
    this.#now ??= logTimeOfMs(this.nowMs)
    return this.#now
  }

  /** The time that the line names, null if it is unknown. */
  get lineTime(): LogTime | null {
    if (this.#lineTime === undefined) this.#lineTime = this.#times.read(this.event.marshaledTime)
    return this.#lineTime
  }

  get queued(): QueuedEvent {
    this.#queued ??= new QueuedEvent(this.event, this.#options.kept)
    return this.#queued
  }

  /** What buckets keep of the event; null while none does. */
  get queuedOrNull(): QueuedEvent | null {
    return this.#queued ?? null
  }
}
