import type { Mode } from '../event.ts'
import type { LogTime } from './log-time.ts'
import type { Scenario } from './scenario.ts'
import { tokensLeft, tokensPerSecond } from './token-bucket.ts'

/** No bucket, no group, no event. */
export const none = -1

// The record of a bucket. All that a pour needs lies together, in one line of the processor's cache.
/** Twice the place of its scenario, and one more in live. */
const scenarioAt = 0
/** The next bucket of the same group. */
const siblingAt = 1
/** The seconds of the last event, NaN before it; its nanoseconds and its offset as one number. */
const lastAt = 2
/** Free tokens of a bucket that counts. */
const tokensAt = 4
/** Events poured since its creation. */
const pouredAt = 5
/** The first and the last node of its queue. */
const headAt = 6
const tailAt = 7
const groupAt = 8
const bornAt = 9
/** The first event, as the last. */
const firstAt = 10
const recordLength = 16

/** Offsets are less than this from UTC, in minutes. */
const mostMinutes = 2048

/** What all buckets of a scenario have in common, by its place among the scenarios. */
interface Rules {
  /** Scenarios that share their buckets have the same number. */
  readonly share: Int32Array
  readonly lifetimeNs: Float64Array
  readonly capacity: Float64Array
  readonly tokensPerSecond: Float64Array
}

/**
 * The buckets as numbers, outside of the heap: the garbage collector has nothing to do with them. Those of one group - of
 * one address, mostly - are found together, in the order in which scenarios are poured. The code leans on places that lie
 * within the arrays.
 */
export class BucketTable {
  readonly #rules: Rules
  #records = new Float64Array(recordLength * 512)
  /** Numbers below this were given to buckets. */
  #end = 0
  readonly #free: number[] = []
  /** The groups that have a bucket, and the first bucket of each. */
  readonly #groups = new Map<string, number>()
  readonly #groupTexts: string[] = []
  readonly #firstOf: number[] = []
  readonly #freeGroups: number[] = []
  /** The queues: the place of an event, and the node behind it. */
  #nodes = new Int32Array(2 * 1024)
  #nodeEnd = 0
  #freeNode = none
  /** Buckets that exist. */
  size = 0
  /** Grows whenever the number of a group may come to stand for another one. */
  groupChanges = 0

  constructor(scenarios: readonly Scenario[]) {
    const shares = new Map<string, number>()
    for (const { sharedKey } of scenarios) if (!shares.has(sharedKey)) shares.set(sharedKey, shares.size)
    this.#rules = {
      share: Int32Array.from(scenarios, ({ sharedKey }) => shares.get(sharedKey) ?? none),
      lifetimeNs: Float64Array.from(scenarios, ({ lifetimeNs }) => lifetimeNs),
      capacity: Float64Array.from(scenarios, ({ capacity }) => capacity),
      tokensPerSecond: Float64Array.from(scenarios, ({ leakNs }) => tokensPerSecond(leakNs)),
    }
  }

  /** The number of a group that has a bucket, or `none`. */
  groupOf(text: string): number {
    return this.#groups.get(text) ?? none
  }

  /**
   * The bucket of a group for a scenario, or for one that shares its buckets; `none` if there is none. `before` may be a
   * bucket of the group, behind which it may be found at once.
   */
  find(group: number, scenario: number, before: number): number {
    const { share } = this.#rules
    const records = this.#records
    const wanted = share[scenario]
    if (before !== none && records[before * recordLength + groupAt] === group) {
      const next = records[before * recordLength + siblingAt]!
      if (next !== none && share[records[next * recordLength + scenarioAt]! >> 1] === wanted) return next
    }
    let bucket = this.#firstOf[group]!
    while (bucket !== none && share[records[bucket * recordLength + scenarioAt]! >> 1] !== wanted) {
      bucket = records[bucket * recordLength + siblingAt]!
    }
    return bucket
  }

  /** A new bucket of a group, which need not exist before. */
  create(scenario: number, text: string, mode: Mode, bornMs: number): number {
    const bucket = this.#free.pop() ?? this.#newRecord()
    const group = this.#groups.get(text) ?? this.#newGroup(text)
    this.#records[bucket * recordLength + groupAt] = group
    this.#append(group, bucket)
    this.size++
    this.begin(bucket, scenario, mode, bornMs)
    return bucket
  }

  /** Makes a bucket what it is when it is created; its queue has to be empty. */
  begin(bucket: number, scenario: number, mode: Mode, bornMs: number): void {
    const records = this.#records
    const at = bucket * recordLength
    records[at + scenarioAt] = 2 * scenario + (mode === 'live' ? 1 : 0)
    records[at + lastAt] = Number.NaN
    records[at + tokensAt] = this.#rules.capacity[scenario]!
    records[at + pouredAt] = 0
    records[at + headAt] = none
    records[at + tailAt] = none
    records[at + bornAt] = bornMs
    records[at + firstAt] = Number.NaN
  }

  /** Forgets a bucket whose queue is empty; its number may be given to another one. */
  remove(bucket: number): void {
    const records = this.#records
    const at = bucket * recordLength
    const group = records[at + groupAt]!
    const next = records[at + siblingAt]!
    let before = this.#firstOf[group]!
    if (before === bucket) this.#firstOf[group] = next
    else {
      while (records[before * recordLength + siblingAt] !== bucket) {
        before = records[before * recordLength + siblingAt]!
      }
      records[before * recordLength + siblingAt] = next
    }
    if (this.#firstOf[group] === none) this.#forgetGroup(group)
    records[at + groupAt] = none
    this.#free.push(bucket)
    this.size--
  }

  /** The numbers of all buckets, in no order. A bucket may be removed when it was given. */
  *buckets(): Generator<number, void> {
    for (let bucket = 0; bucket < this.#end; bucket++) if (this.has(bucket)) yield bucket
  }

  /** The number behind another one, going round; it need not be that of a bucket. */
  after(bucket: number): number {
    return bucket + 1 < this.#end ? bucket + 1 : 0
  }

  /** Whether a number is that of a bucket. */
  has(bucket: number): boolean {
    return bucket < this.#end && this.#records[bucket * recordLength + groupAt] !== none
  }

  /** The place of its scenario, by whose rules it is filled even if another one shares it. */
  scenarioOf(bucket: number): number {
    return this.#records[bucket * recordLength + scenarioAt]! >> 1
  }

  isLive(bucket: number): boolean {
    return (this.#records[bucket * recordLength + scenarioAt]! & 1) === 1
  }

  groupText(bucket: number): string {
    return this.#groupTexts[this.#records[bucket * recordLength + groupAt]!]!
  }

  /** The engine's clock at its creation, milliseconds since the epoch. */
  bornMs(bucket: number): number {
    return this.#records[bucket * recordLength + bornAt]!
  }

  /** Events poured since its creation, those that left the queue included. */
  poured(bucket: number): number {
    return this.#records[bucket * recordLength + pouredAt]!
  }

  /** The times of its first and of its last event. */
  first(bucket: number): LogTime | null {
    return this.#time(bucket * recordLength + firstAt)
  }

  last(bucket: number): LogTime | null {
    return this.#time(bucket * recordLength + lastAt)
  }

  /** The second of its last event; NaN before it. */
  lastSecond(bucket: number): number {
    return this.#records[bucket * recordLength + lastAt]!
  }

  /** Whether a line of that time comes too late for the bucket, by the clock of the lines. */
  isOver(bucket: number, time: LogTime): boolean {
    const records = this.#records
    const at = bucket * recordLength
    // Not a number before the first event.
    return this.#sinceLast(at, time) > this.#rules.lifetimeNs[records[at + scenarioAt]! >> 1]!
  }

  /** Notes that an event of that time is poured. */
  pour(bucket: number, time: LogTime): void {
    const at = bucket * recordLength
    if (this.#records[at + pouredAt]!++ === 0) this.#setTime(at + firstAt, time)
    this.#setTime(at + lastAt, time)
  }

  /** Whether an event of that time fits into a bucket that counts, to be asked before it is poured. */
  take(bucket: number, time: LogTime): boolean {
    const { capacity, tokensPerSecond: perSecond } = this.#rules
    const records = this.#records
    const at = bucket * recordLength
    const scenario = records[at + scenarioAt]! >> 1
    const tokens = records[at + tokensAt]!
    const left = tokensLeft(tokens, this.#sinceLast(at, time), capacity[scenario]!, perSecond[scenario]!)
    if (Number.isNaN(left)) return false
    records[at + tokensAt] = left
    return true
  }

  /** Puts the place of an event at the end of its queue. */
  enqueue(bucket: number, event: number): void {
    const node = this.#newNode()
    const nodes = this.#nodes
    const records = this.#records
    const at = bucket * recordLength
    const tail = records[at + tailAt]!
    nodes[node] = event
    nodes[node + 1] = none
    if (tail === none) records[at + headAt] = node
    else nodes[tail + 1] = node
    records[at + tailAt] = node
  }

  /** Takes the oldest event out of its queue; `none` where that is empty. */
  dequeue(bucket: number): number {
    const records = this.#records
    const nodes = this.#nodes
    const at = bucket * recordLength
    const head = records[at + headAt]!
    if (head === none) return none
    const next = nodes[head + 1]!
    records[at + headAt] = next
    if (next === none) records[at + tailAt] = none
    nodes[head + 1] = this.#freeNode
    this.#freeNode = head
    return nodes[head]!
  }

  /** The places of its events, the newest last. */
  queue(bucket: number): number[] {
    const nodes = this.#nodes
    const events: number[] = []
    let node = this.#records[bucket * recordLength + headAt]!
    for (; node !== none; node = nodes[node + 1]!) events.push(nodes[node]!)
    return events
  }

  /** Nanoseconds since the last event of a record; not a number before it. */
  #sinceLast(at: number, { seconds, nanoseconds }: LogTime): number {
    const records = this.#records
    const last = Math.floor(records[at + lastAt + 1]! / (2 * mostMinutes))
    return (seconds - records[at + lastAt]!) * 1e9 + (nanoseconds - last)
  }

  #setTime(at: number, { seconds, nanoseconds, offsetMinutes }: LogTime): void {
    const records = this.#records
    records[at] = seconds
    records[at + 1] = nanoseconds * 2 * mostMinutes + offsetMinutes + mostMinutes
  }

  #time(at: number): LogTime | null {
    const seconds = this.#records[at]!
    if (Number.isNaN(seconds)) return null
    const rest = this.#records[at + 1]!
    const nanoseconds = Math.floor(rest / (2 * mostMinutes))
    return { seconds, nanoseconds, offsetMinutes: rest - nanoseconds * 2 * mostMinutes - mostMinutes }
  }

  /** Puts a bucket behind the others of its group. */
  #append(group: number, bucket: number): void {
    const records = this.#records
    records[bucket * recordLength + siblingAt] = none
    let last = this.#firstOf[group]!
    if (last === none) {
      this.#firstOf[group] = bucket
      return
    }
    for (let next = last; next !== none; next = records[last * recordLength + siblingAt]!) last = next
    records[last * recordLength + siblingAt] = bucket
  }

  #newGroup(text: string): number {
    const group = this.#freeGroups.pop() ?? this.#groupTexts.length
    this.#groups.set(text, group)
    this.#groupTexts[group] = text
    this.#firstOf[group] = none
    return group
  }

  #forgetGroup(group: number): void {
    this.#groups.delete(this.#groupTexts[group]!)
    this.#groupTexts[group] = ''
    this.#freeGroups.push(group)
    this.groupChanges++
  }

  #newRecord(): number {
    const bucket = this.#end++
    if (this.#end * recordLength > this.#records.length) {
      const records = new Float64Array(2 * this.#records.length)
      records.set(this.#records)
      this.#records = records
    }
    return bucket
  }

  #newNode(): number {
    const free = this.#freeNode
    if (free !== none) {
      this.#freeNode = this.#nodes[free + 1]!
      return free
    }
    const node = this.#nodeEnd
    this.#nodeEnd += 2
    if (this.#nodeEnd > this.#nodes.length) {
      const nodes = new Int32Array(2 * this.#nodes.length)
      nodes.set(this.#nodes)
      this.#nodes = nodes
    }
    return node
  }
}
