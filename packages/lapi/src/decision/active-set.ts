import type { Cidr } from '@tocsin/model'
import { parseAddress } from './address.ts'
import type { Decision } from './decision.ts'
import { EndedLog, usualMaxEnded } from './ended-log.ts'
import { EndedSequence } from './ended-sequence.ts'
import { AddressIndex, IdIndex } from './slot-index.ts'
import { SlotHeap } from './slot-heap.ts'
import type { TallyEntry } from './kind-table.ts'
import { type HeldDecision, type SlotRows, SlotTable } from './slot-table.ts'
import { VersionLog } from './version-log.ts'

export type { HeldDecision } from './slot-table.ts'

/**
 * The decisions in force, in memory. Every addition has a version number, so that what is new since a version costs
 * what is new and not the whole; lookups by address or value do not look at the rest either.
 *
 * Time moves only by `expire`: call it with the clock's time before reading. Writers store first and tell the set
 * afterwards, in the order in which they stored.
 */
export class ActiveSet {
  readonly #table = new SlotTable()
  readonly #ids = new IdIndex(this.#table)
  readonly #addresses = new AddressIndex(this.#table)
  readonly #expiry = new SlotHeap((slot) => this.#table.until(slot))
  readonly #order = new VersionLog(this.#table)
  /** Slots whose value is no address, or is one written otherwise than we write it. */
  readonly #byValue = new Map<string, number[]>()
  readonly #ended: EndedLog
  readonly #left: EndedSequence
  readonly #watchers = new Set<() => void>()
  #size = 0

  /** Ends before `knownSince` are not in the set's memory; at most `maxEnded` of the later ones are. */
  constructor(knownSince: number, maxEnded = usualMaxEnded) {
    this.#ended = new EndedLog(knownSince, maxEnded)
    this.#left = new EndedSequence(maxEnded)
  }

  /** Calls back after each change, within it: the callback must not change the set. Answers how to stop that. */
  watch(changed: () => void): () => void {
    this.#watchers.add(changed)
    return () => void this.#watchers.delete(changed)
  }

  get size(): number {
    return this.#size
  }

  /** The number of the last addition. */
  get version(): number {
    return this.#order.version
  }

  /** Decisions that the set holds already stay as they are. */
  add(decisions: Iterable<Decision>, now: number): void {
    for (const decision of decisions) {
      if (this.#ids.get(decision.id) !== undefined) continue
      if (decision.until < now) this.#ended.add(decision)
      else this.#insert(decision)
    }
    this.#changed()
  }

  /** Ends decisions at the time. Those that had ended before end again now. */
  end(decisions: readonly Decision[], at: number): void {
    this.#ended.delete(decisions.map(({ id }) => id))
    for (const decision of decisions) {
      const slot = this.#ids.get(decision.id)
      if (slot !== undefined) this.#remove(slot)
      const ended = gone(decision, at)
      this.#ended.add(ended)
      this.#left.add(ended)
    }
    this.#changed()
  }

  /** Takes decisions out because their alert was deleted: only who is told of every change hears of it. */
  forget(ids: readonly number[]): void {
    this.#ended.delete(ids)
    for (const id of ids) {
      const slot = this.#ids.get(id)
      if (slot === undefined) continue
      const held = this.#table.read(slot)
      this.#left.add(gone(held, held.until))
      this.#remove(slot)
    }
    this.#changed()
  }

  /** Moves what ended before the time out of the set. */
  expire(now: number): void {
    for (let slot = this.#expiry.first(); slot !== undefined; slot = this.#expiry.first()) {
      if (this.#table.until(slot) >= now) return
      const held = this.#table.read(slot)
      const ended = gone(held, held.until)
      this.#ended.add(ended)
      this.#left.add(ended)
      this.#remove(slot)
      this.#changed()
    }
  }

  get(id: number): HeldDecision | undefined {
    const slot = this.#ids.get(id)
    return slot === undefined ? undefined : this.#table.read(slot)
  }

  /** The columns of what is held. A slot means something only until the set changes: never keep one over a wait. */
  get rows(): SlotRows {
    return this.#table
  }

  /**
   * Looks at up to `limit` decisions that came after the version, in the order in which they came, until `take`
   * answers false. Answers the version of the last one looked at, or null where none is left.
   */
  scan(version: number, limit: number, take: (slot: number) => boolean): number | null {
    return this.#order.scan(version, limit, take)
  }

  /** Up to `limit` decisions that came after the version, in the order in which they came. */
  after(version: number, limit: number): HeldDecision[] {
    const found: HeldDecision[] = []
    this.scan(version, limit, (slot) => found.push(this.#table.read(slot)) > 0)
    return found
  }

  /** The version before which everything was created at the time or earlier. */
  versionAt(time: number): number {
    return this.#order.before((slot) => this.#table.createdAt(slot) > time)
  }

  /** The slots of what has that value. */
  withValue(value: string): number[] {
    const found = new Set<number>()
    const take = (slot: number) => {
      if (this.#table.value(slot) === value) found.add(slot)
    }
    for (const slot of this.#byValue.get(value) ?? []) take(slot)
    const cidr = parseAddress(value)
    if (!cidr) return [...found]
    const addresses = this.#addresses
    for (let slot = addresses.firstOn(cidr); slot >= 0; slot = addresses.nextOn(slot, cidr)) take(slot)
    return [...found]
  }

  /** The slots of what lies on just that block. */
  on(cidr: Cidr): number[] {
    return this.#addresses.on(cidr)
  }

  /** The slots of what lies on blocks that hold the whole of the given one. */
  around(cidr: Cidr): number[] {
    return this.#addresses.around(cidr)
  }

  /**
   * Tells of decisions whether one in force on the same value, type and scope ends strictly later. For a look at
   * some of them at once: what changes in the set afterwards is not seen.
   */
  outlastTest(): (decision: Decision | HeldDecision) => boolean {
    const latest = new Map<string, number>()
    return (decision) => {
      if ('isAlone' in decision && decision.isAlone) return false
      const near = this.#latestLike(decision, shortChain)
      if (near !== undefined) return near > decision.until
      // Very many on one value: they are looked at once for all, not once for each.
      const key = JSON.stringify([decision.scope, decision.type, decision.value])
      let until = latest.get(key)
      if (until === undefined) latest.set(key, (until = this.#latestLike(decision, this.size) ?? 0))
      return until > decision.until
    }
  }

  /** The same of what is held, by its slot. */
  slotOutlastTest(): (slot: number) => boolean {
    const isOutlasted = this.outlastTest()
    return (slot) => !this.#table.isAlone(slot) && isOutlasted(this.#table.read(slot))
  }

  /** What ended strictly between the times, or null where the memory does not reach back so far. */
  endedBetween(after: number, before: number): Decision[] | null {
    return this.#ended.between(after, before)
  }

  /** The number of the last decision that left the set. */
  get lastLeft(): number {
    return this.#left.last
  }

  /** Up to `limit` that left the set after the number; null where some of them are forgotten. */
  leftAfter(number: number, limit: number): readonly Decision[] | null {
    return this.#left.after(number, limit)
  }

  #changed(): void {
    for (const changed of this.#watchers) changed()
  }

  /** The decisions in force by scenario, origin and type. */
  get tally(): TallyEntry[] {
    return this.#table.tally
  }

  #insert(decision: Decision): void {
    const { cidr, value } = decision
    const twin = cidr ? this.#addresses.firstOn(cidr) : (this.#byValue.get(value)?.[0] ?? -1)
    const slot = this.#table.insert(decision, this.#order.version + 1)
    if (twin >= 0) for (const each of [twin, slot]) this.#table.markShared(each)
    this.#order.add(slot)
    this.#ids.add(slot)
    this.#expiry.add(slot)
    if (cidr) this.#addresses.add(slot, cidr)
    if (!this.#table.isCanonical(slot)) {
      const same = this.#byValue.get(decision.value)
      if (same) same.push(slot)
      else this.#byValue.set(decision.value, [slot])
    }
    this.#size++
  }

  #remove(slot: number): void {
    const cidr = this.#table.cidr(slot)
    this.#ids.delete(slot)
    this.#expiry.delete(slot)
    if (cidr) this.#addresses.delete(slot, cidr)
    if (!this.#table.isCanonical(slot)) this.#removeValue(slot)
    this.#table.free(slot)
    this.#size--
    this.#order.compact(this.#size)
  }

  #removeValue(slot: number): void {
    const value = this.#table.value(slot)
    const same = this.#byValue.get(value) ?? []
    if (same.length <= 1) this.#byValue.delete(value)
    else same.splice(same.indexOf(slot), 1)
  }

  /** The latest end on the same value, type and scope; undefined where more than so many would have to be seen. */
  #latestLike(decision: Decision, maxSteps: number): number | undefined {
    const { value, cidr } = decision
    let latest = Number.NEGATIVE_INFINITY
    let steps = 0
    const look = (slot: number) => {
      const until = this.#table.until(slot)
      if (until > latest && this.#table.isLike(slot, decision)) latest = until
      return ++steps <= maxSteps
    }
    for (const slot of this.#byValue.get(value) ?? []) if (!look(slot)) return undefined
    if (!cidr) return latest
    const addresses = this.#addresses
    for (let slot = addresses.firstOn(cidr); slot >= 0; slot = addresses.nextOn(slot, cidr)) {
      if (!look(slot)) return undefined
    }
    return latest
  }
}

/** A decision that is not held any more: what was known of its neighbours counts no more. */
function gone(decision: Decision, until: number): Decision {
  const { id, uuid, alertId, origin, scenario, scope, type, value, cidr, simulated, createdAt } = decision
  return { id, uuid, alertId, origin, scenario, scope, type, value, cidr, simulated, createdAt, until }
}

/** How many decisions on one value are looked at for each of them. */
const shortChain = 16
