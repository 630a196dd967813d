import type { Want } from '../sieve/sifted.ts'
import type { Clock } from '@tocsin/model'
import type { Event } from '../event.ts'
import type { EventReader } from '../event-reader.ts'
import { cancels, distinctOf, groupOf, takes } from './answers.ts'
import { Bucket } from './bucket.ts'
import { neverOverflows } from './bucket-kind.ts'
import { BucketStore } from './bucket-store.ts'
import { none } from './bucket-table.ts'
import type { Kept } from './kept.ts'
import { type LogTime, LogTimeReader, logTimeOfMs, msOf } from './log-time.ts'
import type { Scenario } from './scenario.ts'
import { ScenarioIndex } from './scenario-index.ts'

/** A bucket that overflowed, and when. */
export interface FullBucket {
  readonly bucket: Bucket
  readonly at: LogTime
  /** What keeps its events, to be given to `letGo` when they are not needed any more. */
  readonly held: readonly number[]
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
  /** Events of a replay whose time is unknown, so that no bucket could place them. */
  untimed: number
  /** Expressions that failed: a filter or a groupby, which leave the event out of that scenario. */
  failed: number
}

/** Pours events into the buckets of scenarios. Source: the original's leakybucket.PourItemToHolders. */
export class Buckets {
  readonly index: ScenarioIndex
  readonly store: BucketStore
  readonly counters: PourCounters = { poured: 0, discarded: 0, untimed: 0, failed: 0 }
  readonly #options: BucketsOptions
  readonly #times = new LogTimeReader()

  constructor(scenarios: readonly Scenario[], options: BucketsOptions) {
    this.index = new ScenarioIndex(scenarios)
    this.store = new BucketStore(scenarios, options.budgetBytes, options.kept)
    this.#options = options
  }

  /** Pours an event into every scenario whose filter takes it. Gives the number of those scenarios. */
  pour(event: Event): number {
    const moment = new Moment(event, this.#options, this.#times, this.store)
    try {
      return this.#pourIntoAll(moment)
    } finally {
      moment.settle()
    }
  }

  #pourIntoAll(moment: Moment): number {
    const { index } = this
    const { event } = moment
    let taken = 0
    let found = index.candidates(event)
    for (let at = 0; at < found.length; at++) {
      const candidate = found[at]!
      if (!index.mayTake(candidate, event)) continue
      const { scenario, position } = candidate
      if (candidate.writes && !event.complete) {
        this.#options.complete(event)
        moment.fill()
      }
      if (candidate.decided || this.#takes(scenario, event)) {
        taken++
        this.#options.onPour?.(scenario, event)
        this.#pourInto(position, moment)
      }
      if (!candidate.writes) continue
      moment.changed()
      found = index.candidates(event).filter((other) => other.position > position)
      at = -1
    }
    return taken
  }

  /** Pours an event into the scenarios that want it, as far as filters are concerned. */
  pourWanted(event: Event, wants: readonly Want[]): void {
    const moment = new Moment(event, this.#options, this.#times, this.store)
    try {
      for (const want of wants) {
        moment.want = want
        this.#pourInto(want.position, moment)
      }
    } finally {
      moment.settle()
    }
  }

  /** Ends the buckets whose time has come by the wall clock; those of counters overflow. */
  tick(nowMs: number): void {
    for (let due = this.store.nextDue(nowMs); due !== none; due = this.store.nextDue(nowMs)) this.#end(due)
  }

  /** Ends what keeps the events of a bucket that overflowed. */
  letGo({ held }: FullBucket): void {
    this.store.letGo(held)
  }

  #takes(scenario: Scenario, event: Event): boolean {
    const taken = takes(scenario, event)
    if (taken === null) this.counters.failed++
    return taken === true
  }

  #pourInto(position: number, moment: Moment): void {
    const scenario = this.store.scenarioAt(position)
    const group = moment.groupOf(scenario)
    if (group === null) {
      this.counters.failed++
      return
    }
    if (scenario.immediate) {
      this.#pourImmediate(scenario, group, moment)
      return
    }
    this.#fill(this.#bucketFor(position, group, moment), moment)
  }

  #pourImmediate(scenario: Scenario, group: string, moment: Moment): void {
    const { mode } = moment.event
    const at = mode === 'live' ? moment.now : (moment.lineTime ?? moment.now)
    const held = [moment.queued]
    this.store.hold(moment.queued)
    this.counters.poured++
    const bucket = new Bucket({
      scenario,
      group,
      mode,
      bornMs: moment.nowMs,
      queue: this.store.queueOf(held, scenario),
      poured: 1,
      first: at,
      last: at,
      settled: new Set(),
    })
    this.#options.onFull({ bucket, at, held })
  }

  /** The bucket of a group: the one that is there, unless its time is over, else a new one. */
  #bucketFor(position: number, group: string, moment: Moment): number {
    const { store } = this
    const { table } = store
    const { mode } = moment.event
    const found = moment.find(position, group)
    if (found === none) return store.create(position, group, mode, moment.nowMs)
    if (table.isLive(found)) {
      const deadlineMs = store.deadlineMs(found)
      if (deadlineMs === null || deadlineMs > moment.nowMs) return found
      this.#end(found)
    } else {
      if (moment.lineTime === null || !table.isOver(found, moment.lineTime)) return found
      if (table.scenarioOf(found) === position) {
        store.renew(found, mode, moment.nowMs)
        return found
      }
      store.expire(found)
    }
    return store.create(position, group, mode, moment.nowMs)
  }

  #fill(bucket: number, moment: Moment): void {
    const { store } = this
    const { table } = store
    const { event } = moment
    const isLive = table.isLive(bucket)
    const at = isLive ? moment.now : moment.lineTime
    const refused = at === null || this.#isRepeated(bucket, moment)
    const cancelled = !refused && this.#isCancelled(bucket, moment)
    if (refused || cancelled) {
      this.counters[at === null ? 'untimed' : 'discarded']++
      if (cancelled || table.poured(bucket) === 0) store.remove(bucket)
      return
    }
    const scenario = store.scenarioOf(bucket)
    const fits = !scenario.limited || table.take(bucket, at)
    table.pour(bucket, at)
    this.counters.poured++
    store.add(bucket, moment.queued)
    if (!fits || this.#isFull(bucket, scenario, event)) this.#overflow(bucket, at)
    else if (this.#options.live || isLive) this.#prolong(bucket, scenario, moment.now)
  }

  /** Whether a bucket overflows by the condition of its scenario. */
  #isFull(bucket: number, scenario: Scenario, event: Event): boolean {
    return scenario.overflows !== neverOverflows && scenario.overflows(this.store.filled(bucket), event)
  }

  #isRepeated(bucket: number, { event, want }: Moment): boolean {
    const value = want ? want.distinct : distinctOf(this.store.scenarioOf(bucket), event)
    return value !== null && !this.store.isNew(bucket, value)
  }

  /** Whether the event ends the bucket instead of filling it. */
  #isCancelled(bucket: number, { event, want }: Moment): boolean {
    return want ? want.cancels : cancels(this.store.scenarioOf(bucket), event)
  }

  #prolong(bucket: number, { lifetimeNs, timed }: Scenario, at: LogTime): void {
    if (!timed || this.store.deadlineMs(bucket) === null)
      this.store.endAt(bucket, msOf(at) + lifetimeNs / 1e6)
  }

  /** The end of a bucket that did not overflow by its own. */
  #end(bucket: number): void {
    const deadlineMs = this.store.deadlineMs(bucket)
    if (this.store.scenarioOf(bucket).timed && deadlineMs !== null) {
      this.#overflow(bucket, logTimeOfMs(deadlineMs))
    } else {
      this.store.expire(bucket)
    }
  }

  #overflow(bucket: number, at: LogTime): void {
    const { bucket: full, events } = this.store.take(bucket)
    this.#options.onFull({ bucket: full, at, held: events })
  }
}

/** An event at the moment of pouring: what all scenarios ask of it is found once, when the first one asks. */
class Moment {
  readonly event: Event
  /** What the scenario at hand wants, where that is known already. */
  want: Want | null = null
  readonly #options: BucketsOptions
  readonly #times: LogTimeReader
  readonly #store: BucketStore
  #nowMs: number | undefined
  #now: LogTime | undefined
  #lineTime: LogTime | null | undefined
  /** Where the store keeps the event; `none` while no bucket holds it. */
  #queued = none
  /** The last groupby and its value: scenarios that ask for the same come in rows. */
  #groupby: EventReader | null = null
  #group: string | null = ''
  /** The last group of which buckets were asked for, its number, and when that was true; the last bucket found. */
  #foundGroup: string | null = null
  #foundNumber = none
  #foundChanges = 0
  #foundBucket = none

  constructor(event: Event, options: BucketsOptions, times: LogTimeReader, store: BucketStore) {
    this.event = event
    this.#options = options
    this.#times = times
    this.#store = store
  }

  /** The group of a scenario that the event belongs to; null where its groupby fails or gives no text. */
  groupOf(scenario: Scenario): string | null {
    if (this.want) return this.want.group
    const { groupby } = scenario
    if (groupby !== this.#groupby) {
      this.#group = groupOf(scenario, this.event)
      this.#groupby = groupby
    }
    return this.#group
  }

  /** The bucket of a group for a scenario; `none` if there is none. */
  find(position: number, group: string): number {
    const { table } = this.#store
    if (
      group !== this.#foundGroup ||
      this.#foundNumber === none ||
      table.groupChanges !== this.#foundChanges
    ) {
      this.#foundGroup = group
      this.#foundNumber = table.groupOf(group)
      this.#foundChanges = table.groupChanges
      this.#foundBucket = none
    }
    if (this.#foundNumber === none) return none
    const found = table.find(this.#foundNumber, position, this.#foundBucket)
    this.#foundBucket = found
    return found
  }

  /** Forgets what was found, since a filter may have written into the event. */
  changed(): void {
    this.#groupby = null
    this.#group = ''
  }

  /** Takes over all about the event that is known now. */
  fill(): void {
    if (this.#queued !== none) this.#store.fillEvent(this.#queued, this.event)
  }

  /** No scenario will ask any more. */
  settle(): void {
    if (this.#queued === none) return
    this.#store.settleEvent(this.#queued, this.event.mode === 'replay' ? this.lineTime : null)
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

  /** Where the store keeps the event. */
  get queued(): number {
    if (this.#queued === none) this.#queued = this.#store.addEvent(this.event)
    return this.#queued
  }
}
