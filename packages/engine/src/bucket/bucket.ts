import { Duration, structType, structTypeOf, Time, types } from '@tocsin/expr'
import type { Mode } from '../event.ts'
import { type EventQueue, queueType } from './event-queue.ts'
import type { LogTime } from './log-time.ts'
import type { Scenario } from './scenario.ts'

/** A bucket as expressions and alerts see it: what it has collected up to a moment. */
export class Bucket {
  /** The scenario that created it, by whose rules it is filled even if another one shares it. */
  readonly scenario: Scenario
  /** The value of the scenario's groupby. */
  readonly group: string
  readonly mode: Mode
  /** The engine's clock at its creation, milliseconds since the epoch. */
  readonly bornMs: number
  readonly queue: EventQueue
  /** Events poured since its creation, those that left the queue included. */
  readonly poured: number
  readonly first: LogTime | null
  readonly last: LogTime | null
  /** Conditions of a bayesian bucket that stay true; whoever finds one adds it. */
  readonly settled: Set<number>

  constructor(parts: BucketParts) {
    this.scenario = parts.scenario
    this.group = parts.group
    this.mode = parts.mode
    this.bornMs = parts.bornMs
    this.queue = parts.queue
    this.poured = parts.poured
    this.first = parts.first
    this.last = parts.last
    this.settled = parts.settled
  }
}

/** The values of a bucket. */
export type BucketParts = { readonly [Name in keyof Bucket]: Bucket[Name] }

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
