import type { Cidr } from '@tocsin/model'
import type { Decision } from './decision.ts'
import { EndedLog } from './ended-log.ts'
import { ExpiryQueue } from './expiry-queue.ts'
import { PrefixIndex } from './prefix-index.ts'

/** A decision in the set. Its version is the number of the change that brought it. */
export interface HeldDecision extends Decision {
  readonly version: number
  /** False once it has ended or was forgotten. */
  held: boolean
}

/**
 * The decisions in force, in memory. Every change has a version number, so that what is new since a version costs
 * what is new and not the whole; lookups by address or value do not look at the rest either.
 *
 * Time moves only by `expire`: call it with the clock's time before reading. Writers store first and tell the set
 * afterwards, in the order in which they stored.
 */
export class ActiveSet {
  readonly #byId = new Map<number, HeldDecision>()
  readonly #byValue = new Map<string, HeldDecision[]>()
  readonly #addresses = new PrefixIndex<HeldDecision>()
  readonly #expiry = new ExpiryQueue<HeldDecision>()
  readonly #ended: EndedLog
  readonly #texts = new Map<string, string>()
  /** By version; what left the set stays in place until half is gone. */
  #order: HeldDecision[] = []
  #version = 0

  /** Ends before `knownSince` are not in the set's memory; at most `maxEnded` of the later ones are. */
  constructor(knownSince: number, maxEnded = 50_000) {
    this.#ended = new EndedLog(knownSince, maxEnded)
  }

  get size(): number {
    return this.#byId.size
  }

  /** The number of the last change that added decisions. */
  get version(): number {
    return this.#version
  }

  add(decisions: Iterable<Decision>, now: number): void {
    for (const decision of decisions) {
      const held = this.#shared(decision)
      if (decision.until < now) {
        this.#ended.add(held)
        continue
      }
      held.held = true
      this.#byId.set(held.id, held)
      this.#order.push(held)
      this.#expiry.add(held)
      if (held.cidr) this.#addresses.add(held.cidr, held)
      const same = this.#byValue.get(held.value)
      if (same) same.push(held)
      else this.#byValue.set(held.value, [held])
    }
  }

  /** Ends decisions at the time. Those that had ended before end again now. */
  end(decisions: readonly Decision[], at: number): void {
    this.#ended.delete(new Set(decisions.map(({ id }) => id)))
    for (const decision of decisions) {
      const held = this.#byId.get(decision.id)
      if (held) this.#remove(held)
      this.#ended.add({ ...(held ?? decision), until: at })
    }
    this.#compact()
  }

  /** Takes decisions out without a trace: their alert was deleted. */
  forget(ids: readonly number[]): void {
    this.#ended.delete(new Set(ids))
    for (const id of ids) {
      const held = this.#byId.get(id)
      if (held) this.#remove(held)
    }
    this.#compact()
  }

  /** Moves what ended before the time out of the set. */
  expire(now: number): void {
    for (let next = this.#expiry.takeBefore(now); next; next = this.#expiry.takeBefore(now)) {
      if (!next.held) continue
      this.#remove(next)
      this.#ended.add(next)
    }
    this.#compact()
  }

  get(id: number): HeldDecision | undefined {
    return this.#byId.get(id)
  }

  /** Up to `limit` decisions that came after the version, in the order in which they came. */
  after(version: number, limit: number): HeldDecision[] {
    const found: HeldDecision[] = []
    for (let at = this.#firstAfter(version); at < this.#order.length && found.length < limit; at++) {
      const held = this.#order[at]
      if (held?.held) found.push(held)
    }
    return found
  }

  /** The version whose successor brought the first decision created after the time. */
  versionAt(time: number): number {
    const next = this.#order.find(({ createdAt }) => createdAt > time)
    return next ? next.version - 1 : this.#version
  }

  withValue(value: string): readonly HeldDecision[] {
    return this.#byValue.get(value) ?? []
  }

  around(cidr: Cidr): Iterable<HeldDecision> {
    return this.#addresses.around(cidr)
  }

  within(cidr: Cidr): Iterable<HeldDecision> {
    return this.#addresses.within(cidr)
  }

  /** Whether a decision in force on the same value, type and scope ends strictly later. */
  isOutlasted(decision: Decision): boolean {
    const same = this.#byValue.get(decision.value)
    if (!same) return false
    return same.some(
      (other) =>
        other.until > decision.until && other.type === decision.type && other.scope === decision.scope,
    )
  }

  /** What ended strictly between the times, or null where the memory does not reach back so far. */
  endedBetween(after: number, before: number): Decision[] | null {
    return this.#ended.between(after, before)
  }

  /** The decision with the texts that many decisions have in common held once. */
  #shared(decision: Decision): HeldDecision {
    return {
      ...decision,
      origin: this.#text(decision.origin),
      scenario: this.#text(decision.scenario),
      scope: this.#text(decision.scope),
      type: this.#text(decision.type),
      version: ++this.#version,
      held: false,
    }
  }

  #text(text: string): string {
    const known = this.#texts.get(text)
    if (known !== undefined) return known
    // Senders choose these texts: a full table begins again rather than grow.
    if (this.#texts.size >= 10_000) this.#texts.clear()
    this.#texts.set(text, text)
    return text
  }

  #remove(held: HeldDecision): void {
    held.held = false
    this.#byId.delete(held.id)
    if (held.cidr) this.#addresses.delete(held.cidr, held)
    const same = this.#byValue.get(held.value)
    if (!same) return
    if (same.length === 1) this.#byValue.delete(held.value)
    else same.splice(same.indexOf(held), 1)
  }

  #compact(): void {
    const wasteful = (length: number) => length > 1000 && length > this.#byId.size * 2
    if (wasteful(this.#order.length)) this.#order = this.#order.filter(({ held }) => held)
    if (wasteful(this.#expiry.size)) this.#expiry.retain(({ held }) => held)
  }

  #firstAfter(version: number): number {
    let low = 0
    let high = this.#order.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#order[middle]?.version ?? 0) > version) high = middle
      else low = middle + 1
    }
    return low
  }
}
