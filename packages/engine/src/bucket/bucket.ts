import { Duration, structType, structTypeOf, Time, types } from '@tocsin/expr'
import type { Mode } from '../event.ts'
import type { BucketDeadline } from './bucket-store.ts'
import { EventQueue, queueType } from './event-queue.ts'
import { elapsedNs, type LogTime } from './log-time.ts'
import type { Scenario } from './scenario.ts'
import { TokenBucket } from './token-bucket.ts'

/** What one partition of a scenario has collected since its first event. */
export class Bucket {
  /** The scenario that created it, by whose rules it is filled even if another one shares it. */
  readonly scenario: Scenario
  /** The value of the scenario's groupby. */
  readonly group: string
  mode: Mode
  /** The engine's clock at its creation, milliseconds since the epoch. */
  bornMs: number
  queue: EventQueue
  /** Null where the number of events is not what makes it overflow. */
  limiter: TokenBucket | null
  /** Values of `distinct` that were poured: a single one, several, or none yet. */
  seen: string | Set<string> | null = null
  /** Conditions of a bayesian bucket that stay true; null for none. */
  settled: Set<number> | null = null
  /** Events poured since its creation, those that left the queue included. */
  poured = 0
  first: LogTime | null = null
  last: LogTime | null = null
  /** When it ends by itself; moved on by every event unless the scenario has a duration. Live only. */
  deadline: BucketDeadline | null = null
  /** Whether it overflowed, ended or was evicted. */
  gone = false
  /** Estimated bytes of what it holds. */
  cost = 0
  /** How many pours there were before the last into it. */
  used = 0
  /** Neighbours in the order of creation. */
  older: Bucket | null = null
  newer: Bucket | null = null

  constructor(scenario: Scenario, group: string, mode: Mode, bornMs: number) {
    this.scenario = scenario
    this.group = group
    this.mode = mode
    this.bornMs = bornMs
    this.queue = new EventQueue(scenario.queueLimit)
    this.limiter = scenario.limited ? new TokenBucket(scenario.capacity, scenario.leakNs) : null
  }

  /** Makes it a new bucket of its partition. */
  renew(mode: Mode, bornMs: number): void {
    const { scenario } = this
    this.mode = mode
    this.bornMs = bornMs
    this.queue = new EventQueue(scenario.queueLimit)
    this.limiter = scenario.limited ? new TokenBucket(scenario.capacity, scenario.leakNs) : null
    this.seen = null
    this.settled = null
    this.poured = 0
    this.first = null
    this.last = null
  }

  /** Whether a line of that time comes too late for the bucket, by the clock of the lines. */
  isOver(time: LogTime): boolean {
    return this.last !== null && elapsedNs(this.last, time) > this.scenario.lifetimeNs
  }
}

const zeroTime = Time.fromMs(0)

function timeOf(at: LogTime | null): Time {
  return at === null ? zeroTime : new Time(at.seconds, at.nanoseconds)
}

/** `leaky` of conditions and overflow filters. Source: the original's leakybucket.Leaky. */
export const bucketType = structType('Leaky', {
  fields: {
    Name: { type: types.string, get: (bucket: Bucket) => bucket.scenario.name },
    Mode: { type: types.int, get: (bucket: Bucket) => (bucket.mode === 'live' ? 0n : 1n) },
    Queue: { type: types.struct(queueType), get: 'queue' },
    Capacity: { type: types.int, get: (bucket: Bucket) => BigInt(bucket.scenario.capacity) },
    CacheSize: { type: types.int, get: (bucket: Bucket) => BigInt(bucket.scenario.cacheSize) },
    Mapkey: { type: types.string, get: (bucket: Bucket) => bucket.scenario.partitionOf(bucket.group) },
    Total_count: { type: types.int, get: (bucket: Bucket) => BigInt(bucket.poured) },
    Leakspeed: {
      type: types.duration,
      get: (bucket: Bucket) => new Duration(BigInt(bucket.scenario.leakNs)),
    },
    Duration: {
      type: types.duration,
      get: (bucket: Bucket) => new Duration(BigInt(bucket.scenario.lifetimeNs)),
    },
    First_ts: { type: types.time, get: (bucket: Bucket) => timeOf(bucket.first) },
    Last_ts: { type: types.time, get: (bucket: Bucket) => timeOf(bucket.last) },
    Ovflw_ts: { type: types.time, get: (bucket: Bucket) => timeOf(bucket.last) },
    Reprocess: { type: types.bool, get: (bucket: Bucket) => bucket.scenario.reprocess },
    Simulated: { type: types.bool, get: (bucket: Bucket) => bucket.scenario.simulated },
  },
})

Object.defineProperty(Bucket.prototype, structTypeOf, { value: bucketType })
