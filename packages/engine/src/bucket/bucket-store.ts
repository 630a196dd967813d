import type { Mode } from '../event.ts'
import { Bucket } from './bucket.ts'
import { ExpiryQueue } from './expiry.ts'
import type { Scenario } from './scenario.ts'

/** Estimated bytes of a bucket without events, and of one more value of `distinct`. */
const bucketBytes = 700
const seenBytes = 80

/**
 * All buckets of an engine, found by scenario and group. They share a budget of memory: over a quarter of it,
 * buckets that are over by the clock of the lines are let go; over all of it, those that were poured into least
 * recently.
 */
export class BucketStore {
  readonly #budgetBytes: number
  /** Partitions by what scenarios share. */
  readonly #partitions = new Map<string, Map<string, Bucket>>()
  readonly #expiry = new ExpiryQueue<BucketDeadline>()
  #shrinkAt: number
  #oldest: Bucket | null = null
  #newest: Bucket | null = null
  /** The latest time that any line named. */
  #logClockNs = 0n
  /** Estimated bytes that all buckets hold. */
  bytes = 0
  /** Buckets that exist. */
  size = 0
  /** Buckets that were given up for others since the start, although they were not over. */
  evicted = 0

  constructor(budgetBytes: number) {
    this.#budgetBytes = budgetBytes
    this.#shrinkAt = budgetBytes / 4
  }

  get(scenario: Scenario, group: string): Bucket | undefined {
    return this.#partitions.get(scenario.sharedKey)?.get(group)
  }

  /** A new bucket, in place of the one that the partition had. */
  create(scenario: Scenario, group: string, mode: Mode): Bucket {
    const replaced = this.get(scenario, group)
    if (replaced) this.remove(replaced)
    const partition = this.#partitions.get(scenario.sharedKey) ?? new Map<string, Bucket>()
    this.#partitions.set(scenario.sharedKey, partition)
    const bucket = new Bucket(scenario, group, mode)
    partition.set(group, bucket)
    this.#link(bucket)
    this.size++
    this.#charge(bucket, bucketBytes + 2 * group.length)
    return bucket
  }

  remove(bucket: Bucket): void {
    if (bucket.gone) return
    bucket.gone = true
    if (bucket.deadline) bucket.deadline.bucket = null
    const { sharedKey } = bucket.scenario
    const partition = this.#partitions.get(sharedKey)
    partition?.delete(bucket.group)
    if (partition?.size === 0) this.#partitions.delete(sharedKey)
    this.#unlink(bucket)
    this.size--
    this.bytes -= bucket.cost
  }

  /** Notes that a bucket was just poured into and holds so many bytes more; others may have to go for it. */
  touch(bucket: Bucket, addedBytes: number): void {
    this.#unlink(bucket)
    this.#link(bucket)
    this.#charge(bucket, addedBytes)
    if (bucket.mode === 'replay' && bucket.last !== null && bucket.last.ns > this.#logClockNs) {
      this.#logClockNs = bucket.last.ns
    }
    if (this.bytes > this.#shrinkAt) this.#shrink()
  }

  /** Whether a value of `distinct` is new to the bucket; if so it is remembered. */
  isNew(bucket: Bucket, value: string): boolean {
    if (bucket.seen === null || bucket.seen.has(value)) return bucket.seen === null
    bucket.seen.add(value)
    this.#charge(bucket, seenBytes + 2 * value.length)
    return true
  }

  /** Sets when a bucket ends, or moves it on. */
  endAt(bucket: Bucket, deadlineNs: bigint): void {
    if (bucket.deadline) {
      bucket.deadline.deadlineNs = deadlineNs
    } else {
      bucket.deadline = { deadlineNs, bucket }
      this.#expiry.add(bucket.deadline)
    }
  }

  /** The next bucket whose end has come, still in place, or null. */
  nextDue(nowNs: bigint): Bucket | null {
    return this.#expiry.next(nowNs, (deadline) => deadline.bucket === null)?.bucket ?? null
  }

  /** Forgets every bucket. */
  clear(): void {
    for (let bucket = this.#oldest; bucket; bucket = this.#oldest) this.remove(bucket)
  }

  #charge(bucket: Bucket, bytes: number): void {
    bucket.cost += bytes
    this.bytes += bytes
  }

  /** Makes room; an eighth of the budget at once, so that it costs little for each event. */
  #shrink(): void {
    for (let bucket = this.#oldest; bucket;) {
      const { newer } = bucket
      if (bucket.mode === 'replay' && bucket.isOver(this.#logClockNs)) this.remove(bucket)
      bucket = newer
    }
    if (this.bytes > this.#budgetBytes) this.#evict((this.#budgetBytes * 7) / 8)
    this.#shrinkAt = Math.min(this.#budgetBytes, Math.max(this.#budgetBytes / 4, this.bytes * 2))
  }

  #evict(downTo: number): void {
    for (let bucket = this.#oldest; bucket && this.bytes > downTo; bucket = this.#oldest) {
      this.remove(bucket)
      this.evicted++
    }
  }

  #link(bucket: Bucket): void {
    bucket.older = this.#newest
    bucket.newer = null
    if (this.#newest) this.#newest.newer = bucket
    else this.#oldest = bucket
    this.#newest = bucket
  }

  #unlink(bucket: Bucket): void {
    if (bucket.older) bucket.older.newer = bucket.newer
    else if (this.#oldest === bucket) this.#oldest = bucket.newer
    if (bucket.newer) bucket.newer.older = bucket.older
    else if (this.#newest === bucket) this.#newest = bucket.older
    bucket.older = null
    bucket.newer = null
  }
}

/** When a bucket ends. It lets go of the bucket once that is gone, so that its events are freed before. */
export interface BucketDeadline {
  deadlineNs: bigint
  bucket: Bucket | null
}
