import type { Mode } from '../event.ts'
import { grown } from './grow.ts'
import type { LogTime } from './log-time.ts'
import type { Scenario } from './scenario.ts'
import { ownText } from './own-text.ts'
import { tokensLeft, tokensPerSecond } from './token-bucket.ts'

/** No bucket, no group, no event. */
export const none = -1

// The numbers of a bucket that are whole.
/** Twice the place of its scenario, and one more in live. */
const scenarioAt = 0
/** The next bucket of the same group. */
const siblingAt = 1
/** The first and the last node of its queue. */
const headAt = 2
const tailAt = 3
/** Its group, `none` where there is no bucket. */
const groupAt = 4
/** Events poured since its creation. */
const pouredAt = 5
const wholes = 8

// Those that need not be.
/** The seconds of the last event, NaN before it; its nanoseconds and its offset as one number. */
const lastAt = 0
/** Free tokens of a bucket that counts. */
const tokensAt = 2
/** The first event, as the last. */
const firstAt = 3
const bornAt = 5
const reals = 8

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
 * one address, mostly - are found together, mostly in the order in which scenarios are poured. The code leans on places
 * that lie within the arrays.
 */
export class BucketTable {
  readonly #rules: Rules
  #wholes = new Int32Array(wholes * 512)
  #reals = new Float64Array(reals * 512)
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
    const whole = this.#wholes
    const wanted = share[scenario]
    if (before !== none && whole[before * wholes + groupAt] === group) {
      const next = whole[before * wholes + siblingAt]!
      if (next !== none && share[whole[next * wholes + scenarioAt]! >> 1] === wanted) return next
    }
    let bucket = this.#firstOf[group]!
    while (bucket !== none && share[whole[bucket * wholes + scenarioAt]! >> 1] !== wanted) {
      bucket = whole[bucket * wholes + siblingAt]!
    }
    return bucket
  }

  /** A new bucket of a group, which need not exist before. */
  create(scenario: number, text: string, mode: Mode, bornMs: number): number {
    const bucket = this.#free.pop() ?? this.#newRecord()
    const group = this.#groups.get(text) ?? this.#newGroup(text)
    this.#wholes[bucket * wholes + groupAt] = group
    this.#append(group, bucket)
    this.size++
    this.begin(bucket, scenario, mode, bornMs)
    return bucket
  }

  /** Makes a bucket what it is when it is created; its queue has to be empty. */
  begin(bucket: number, scenario: number, mode: Mode, bornMs: number): void {
    const whole = this.#wholes
    whole[bucket * wholes + scenarioAt] = 2 * scenario + (mode === 'live' ? 1 : 0)
    whole[bucket * wholes + headAt] = none
    whole[bucket * wholes + tailAt] = none
    whole[bucket * wholes + pouredAt] = 0
    const real = this.#reals
    real[bucket * reals + lastAt] = Number.NaN
    real[bucket * reals + tokensAt] = this.#rules.capacity[scenario]!
    real[bucket * reals + firstAt] = Number.NaN
    real[bucket * reals + bornAt] = bornMs
  }

  /** Forgets a bucket whose queue is empty; its number may be given to another one. */
  remove(bucket: number): void {
    const whole = this.#wholes
    const group = whole[bucket * wholes + groupAt]!
    const next = whole[bucket * wholes + siblingAt]!
    let before = this.#firstOf[group]!
    if (before === bucket) this.#firstOf[group] = next
    else {
      while (whole[before * wholes + siblingAt] !== bucket) {
        before = whole[before * wholes + siblingAt]!
      }
      whole[before * wholes + siblingAt] = next
    }
    if (this.#firstOf[group] === none) this.#forgetGroup(group)
    whole[bucket * wholes + groupAt] = none
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
    return bucket < this.#end && this.#wholes[bucket * wholes + groupAt] !== none
  }

  /** The place of its scenario, by whose rules it is filled even if another one shares it. */
  scenarioOf(bucket: number): number {
    return this.#wholes[bucket * wholes + scenarioAt]! >> 1
  }

  isLive(bucket: number): boolean {
    return (this.#wholes[bucket * wholes + scenarioAt]! & 1) === 1
  }

  groupText(bucket: number): string {
    return this.#groupTexts[this.#wholes[bucket * wholes + groupAt]!]!
  }

  /** The engine's clock at its creation, milliseconds since the epoch. */
  bornMs(bucket: number): number {
    return this.#reals[bucket * reals + bornAt]!
  }

  /** Events poured since its creation, those that left the queue included. */
  poured(bucket: number): number {
    return this.#wholes[bucket * wholes + pouredAt]!
  }

  /** The times of its first and of its last event. */
  first(bucket: number): LogTime | null {
    return this.#time(bucket * reals + firstAt)
  }

  last(bucket: number): LogTime | null {
    return this.#time(bucket * reals + lastAt)
  }

  /** The second of its last event; NaN before it. */
  lastSecond(bucket: number): number {
    return this.#reals[bucket * reals + lastAt]!
  }

  /** Whether a line of that time comes too late for the bucket, by the clock of the lines. */
  isOver(bucket: number, time: LogTime): boolean {
    // Not a number before the first event.
    return this.#sinceLast(bucket, time) > this.#rules.lifetimeNs[this.scenarioOf(bucket)]!
  }

  /** Notes that an event of that time is poured. */
  pour(bucket: number, time: LogTime): void {
    if (this.#wholes[bucket * wholes + pouredAt]!++ === 0) this.#setTime(bucket * reals + firstAt, time)
    this.#setTime(bucket * reals + lastAt, time)
  }

  /** Whether an event of that time fits into a bucket that counts, to be asked before it is poured. */
  take(bucket: number, time: LogTime): boolean {
    const { capacity, tokensPerSecond: perSecond } = this.#rules
    const real = this.#reals
    const at = bucket * reals + tokensAt
    const scenario = this.scenarioOf(bucket)
    const left = tokensLeft(
      real[at]!,
      this.#sinceLast(bucket, time),
      capacity[scenario]!,
      perSecond[scenario]!,
    )
    if (Number.isNaN(left)) return false
    real[at] = left
    return true
  }

  /** Puts the place of an event at the end of its queue. */
  enqueue(bucket: number, event: number): void {
    const node = this.#newNode()
    const nodes = this.#nodes
    const whole = this.#wholes
    const tail = whole[bucket * wholes + tailAt]!
    nodes[node] = event
    nodes[node + 1] = none
    if (tail === none) whole[bucket * wholes + headAt] = node
    else nodes[tail + 1] = node
    whole[bucket * wholes + tailAt] = node
  }

  /** Takes the oldest event out of its queue; `none` where that is empty. */
  dequeue(bucket: number): number {
    const whole = this.#wholes
    const nodes = this.#nodes
    const head = whole[bucket * wholes + headAt]!
    if (head === none) return none
    const next = nodes[head + 1]!
    whole[bucket * wholes + headAt] = next
    if (next === none) whole[bucket * wholes + tailAt] = none
    nodes[head + 1] = this.#freeNode
    this.#freeNode = head
    return nodes[head]!
  }

  /** The places of its events, the newest last. */
  queue(bucket: number): number[] {
    const nodes = this.#nodes
    const events: number[] = []
    let node = this.#wholes[bucket * wholes + headAt]!
    for (; node !== none; node = nodes[node + 1]!) events.push(nodes[node]!)
    return events
  }

  /** Nanoseconds since the last event of a bucket; not a number before it. */
  #sinceLast(bucket: number, { seconds, nanoseconds }: LogTime): number {
    const real = this.#reals
    const last = bucket * reals + lastAt
    return (seconds - real[last]!) * 1e9 + (nanoseconds - Math.floor(real[last + 1]! / (2 * mostMinutes)))
  }

  #setTime(at: number, { seconds, nanoseconds, offsetMinutes }: LogTime): void {
    const real = this.#reals
    real[at] = seconds
    real[at + 1] = nanoseconds * 2 * mostMinutes + offsetMinutes + mostMinutes
  }

  #time(at: number): LogTime | null {
    const seconds = this.#reals[at]!
    if (Number.isNaN(seconds)) return null
    const rest = this.#reals[at + 1]!
    const nanoseconds = Math.floor(rest / (2 * mostMinutes))
    return { seconds, nanoseconds, offsetMinutes: rest - nanoseconds * 2 * mostMinutes - mostMinutes }
  }

  /** Puts a bucket behind the others of its group. */
  #append(group: number, bucket: number): void {
    const whole = this.#wholes
    whole[bucket * wholes + siblingAt] = none
    let last = this.#firstOf[group]!
    if (last === none) {
      this.#firstOf[group] = bucket
      return
    }
    for (let next = last; next !== none; next = whole[last * wholes + siblingAt]!) last = next
    whole[last * wholes + siblingAt] = bucket
  }

  #newGroup(text: string): number {
    const group = this.#freeGroups.pop() ?? this.#groupTexts.length
    const own = ownText(text)
    this.#groups.set(own, group)
    this.#groupTexts[group] = own
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
    if (this.#end * wholes > this.#wholes.length) {
      this.#wholes = grown(this.#wholes, wholes)
      this.#reals = grown(this.#reals, reals)
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
    if (this.#nodeEnd > this.#nodes.length) this.#nodes = grown(this.#nodes, 2)
    return node
  }
}
