import type { Mode } from '../event.ts'
import { Bucket } from './bucket.ts'
import { ExpiryQueue } from './expiry.ts'
import { elapsedNs, type LogTime } from './log-time.ts'
import { Partition } from './partition.ts'
import type { QueuedEvent } from './queued-event.ts'
import type { Scenario } from './scenario.ts'

/** Estimated bytes of a bucket without events, of a place in its queue, and of one more value of `distinct`. */
const bucketBytes = 500
const placeBytes = 16
const seenBytes = 80

/** How many events stay in a queue without a limit when room is needed. */
const trimmedLength = 16

/**
 * All buckets of an engine, found by scenario and group. They share a budget of memory, in which an event that several
 * of them hold counts once: over an eighth of it,
 * buckets that are over by the clock of the lines are let go; over all of it, queues without a limit are cut to their
 * newest events, and at last the buckets go that were poured into least recently.
 */
export class BucketStore {
  readonly #budgetBytes: number
  /** The groups that have a bucket. */
  readonly #partitions = new Map<string, Partition>()
  readonly #expiry = new ExpiryQueue<BucketDeadline>()
  #shrinkAt: number
  #pours = 0
  /** The ends of a list of all buckets in the order of their creation. */
  #oldest: Bucket | null = null
  #newest: Bucket | null = null
  /** The latest time that any line named. */
  #logClock: LogTime | null = null
  /** Estimated bytes that all buckets hold. */
  bytes = 0
  /** Buckets that exist. */
  size = 0
  /** Events that had to leave queues without a limit since the start. */
  trimmed = 0
  /** Buckets that were given up for others since the start, although they were not over. */
  evicted = 0

  constructor(budgetBytes: number) {
    this.#budgetBytes = budgetBytes
    this.#shrinkAt = budgetBytes / 8
  }

  /** What a group has filled; a new one, which is not kept before it has a bucket, where that is nothing. */
  partition(group: string): Partition {
    return this.#partitions.get(group) ?? new Partition(group)
  }

  /** A new bucket, in place of the one that the partition had. */
  create(scenario: Scenario, partition: Partition, mode: Mode, bornMs: number): Bucket {
    const replaced = partition.bucketOf(scenario)
    if (replaced) this.remove(replaced)
    const { group, buckets } = partition
    const bucket = new Bucket(scenario, group, mode, bornMs)
    if (buckets.length === 0) this.#partitions.set(group, partition)
    buckets.push(bucket)
    this.#link(bucket)
    this.size++
    this.#charge(bucket, bucketBytes + 2 * group.length)
    return bucket
  }

  /** Empties a bucket that is over, as if it were removed and created again. */
  renew(bucket: Bucket, mode: Mode, bornMs: number): void {
    for (const event of bucket.queue.events) this.#release(event)
    this.#charge(bucket, bucketBytes + 2 * bucket.group.length - bucket.cost)
    if (bucket.deadline) bucket.deadline.bucket = null
    bucket.deadline = null
    bucket.renew(mode, bornMs)
    this.#unlink(bucket)
    this.#link(bucket)
  }

  remove(bucket: Bucket): void {
    if (bucket.gone) return
    bucket.gone = true
    if (bucket.deadline) bucket.deadline.bucket = null
    const partition = this.#partitions.get(bucket.group)
    partition?.remove(bucket)
    if (partition?.buckets.length === 0) this.#partitions.delete(bucket.group)
    this.#unlink(bucket)
    this.size--
    this.bytes -= bucket.cost
    for (const event of bucket.queue.events) this.#release(event)
  }

  /** Puts an event into the queue of a bucket; others may have to go for it. */
  add(bucket: Bucket, event: QueuedEvent): void {
    bucket.used = this.#pours++
    if (event.holders++ === 0) this.bytes += event.bytes
    const dropped = bucket.queue.add(event)
    if (dropped) this.#release(dropped)
    else this.#charge(bucket, placeBytes)
    if (bucket.mode === 'replay' && bucket.last !== null) this.#moveLogClock(bucket.last)
    if (this.bytes > this.#shrinkAt) this.#shrink()
  }

  /** Makes an event small, once no filter will write into it any more. */
  settle(event: QueuedEvent): void {
    const more = event.settle()
    if (event.holders > 0) this.bytes += more
  }

  #moveLogClock(time: LogTime): void {
    if (this.#logClock === null || elapsedNs(this.#logClock, time) > 0) this.#logClock = time
  }

  /** When the oldest bucket was created, or null. */
  oldestBornMs(): number | null {
    return this.#oldest?.bornMs ?? null
  }

  /** Whether a value of `distinct` is new to the bucket; if so it is remembered. */
  isNew(bucket: Bucket, value: string): boolean {
    const { seen } = bucket
    if (seen === null) bucket.seen = value
    else if (typeof seen === 'string') {
      if (seen === value) return false
      bucket.seen = new Set([seen, value])
    } else {
      if (seen.has(value)) return false
      seen.add(value)
    }
    this.#charge(bucket, seenBytes + 2 * value.length)
    return true
  }

  /** Sets when a bucket ends, or moves it on. */
  endAt(bucket: Bucket, deadlineMs: number): void {
    if (bucket.deadline) {
      bucket.deadline.deadlineMs = deadlineMs
    } else {
      bucket.deadline = { deadlineMs, bucket }
      this.#expiry.add(bucket.deadline)
      if (this.#expiry.size > 2 * this.size + fewDeadlines) this.#expiry.forget(isGone)
    }
  }

  /** The next bucket whose end has come, still in place, or null. */
  nextDue(nowMs: number): Bucket | null {
    return this.#expiry.next(nowMs, isGone)?.bucket ?? null
  }

  /** Forgets every bucket. */
  clear(): void {
    for (let bucket = this.#oldest; bucket; bucket = this.#oldest) this.remove(bucket)
  }

  #charge(bucket: Bucket, bytes: number): void {
    bucket.cost += bytes
    this.bytes += bytes
  }

  #release(event: QueuedEvent): void {
    if (--event.holders === 0) this.bytes -= event.bytes
  }

  /** Makes room; an eighth of the budget at once, so that it costs little for each event. */
  #shrink(): void {
    for (let bucket = this.#oldest; bucket;) {
      const { newer } = bucket
      if (bucket.mode === 'replay' && this.#logClock && bucket.isOver(this.#logClock)) this.remove(bucket)
      bucket = newer
    }
    const enough = (this.#budgetBytes * 7) / 8
    if (this.bytes > this.#budgetBytes) {
      this.#trim(enough)
      this.#evict(enough)
    }
    this.#shrinkAt = Math.min(this.#budgetBytes, Math.max(this.#budgetBytes / 8, this.bytes * 1.3))
  }

  /** Shortens the queues that have no limit of their own, which one source alone can fill. */
  #trim(downTo: number): void {
    for (let bucket = this.#oldest; bucket && this.bytes > downTo; bucket = bucket.newer) {
      if (bucket.queue.limit !== null || bucket.queue.events.length <= trimmedLength) continue
      for (const event of bucket.queue.trim(trimmedLength)) {
        this.#release(event)
        this.#charge(bucket, -placeBytes)
        this.trimmed++
      }
    }
  }

  #evict(downTo: number): void {
    const buckets: Bucket[] = []
    for (let bucket = this.#oldest; bucket; bucket = bucket.newer) buckets.push(bucket)
    buckets.sort((a, b) => a.used - b.used)
    for (const bucket of buckets) {
      if (this.bytes <= downTo) return
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

/** Deadlines of buckets that are gone are not worth a pass below this number. */
const fewDeadlines = 4096

function isGone({ bucket }: BucketDeadline): boolean {
  return bucket === null
}

/** When a bucket ends. It lets go of the bucket once that is gone, so that its events are freed before. */
export interface BucketDeadline {
  deadlineMs: number
  bucket: Bucket | null
}
