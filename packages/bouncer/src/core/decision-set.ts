import {
  addressBits,
  type Cidr,
  cidrContains,
  cidrCovers,
  type Clock,
  type Ip,
  maskIp,
  parseCidr,
  unmapIp,
  type WireDecision,
} from '@tocsin/model'
import { without } from './allow-list.ts'
import { steadyClock } from './clock.ts'
import { HeldDecisions, none } from './held-decisions.ts'
import { type Addition, canonicalBlock, type Changes, type Enforcement } from './remediation.ts'
import { type InForce, isAddress, type Remediation } from './remediation.ts'
import { readDecision } from './wire-decision.ts'

export interface DecisionSetOptions {
  /** Default: steadyClock. */
  clock?: Clock
  /**
   * The types that the host can carry out, strongest first; decisions of other types are counted and left out.
   * Default: `ban` alone.
   */
  types?: readonly string[]
  /** Blocks that are never enforced on, besides the loopback, until `setAllow`. */
  allow?: readonly Cidr[]
  /** Decisions beyond this number are counted and left out. Default 2,000,000. */
  maxDecisions?: number
  /** Ends that differ by no more than this are the same end: the wire rounds to the second. Default 2,000. */
  toleranceMs?: number
}

/** How many blocks of each kind hosts were told to enforce on. */
export interface ShownCounts {
  addresses4: number
  addresses6: number
  ranges4: number
  ranges6: number
}

/** Decisions of the wire that the set did not hold, since it was made. A repeated one counts each time. */
export interface LeftOutCounts {
  /** Not what a decision should be. */
  malformed: number
  /** On the loopback or inside an allowed block: held, and enforced where the block is no longer allowed. */
  allowed: number
  /** Of a type that this host cannot carry out. */
  types: number
  /** Of another scope than Ip and Range. */
  scopes: number
  /** Beyond maxDecisions, or the shortest of too many on one block. */
  excess: number
}

export interface DecisionSetStats extends ShownCounts {
  decisions: number
  /** The decisions that are held, by their origin. */
  origins: ReadonlyMap<string, number>
  leftOut: LeftOutCounts
}

type Tell = (block: Cidr, previous: Remediation | null, current: Remediation | null) => void

const loopback = ['127.0.0.0/8', '::1/128'].map(parseCidr).filter((block) => block !== null)

/**
 * The decisions in force on addresses and ranges. Several may hold for one block: the strongest type counts, of
 * these the one that lasts longest. Mutations are collected and told by `commit`, so that a host gets the net
 * effect on each block and nothing of what happened in between.
 */
export class DecisionSet implements InForce {
  readonly #clock: Clock
  readonly #ranks: ReadonlyMap<string, number>
  #allow: readonly Cidr[]
  readonly #toleranceMs: number
  readonly #held: HeldDecisions
  readonly #leftOut = { malformed: 0, allowed: 0, types: 0, scopes: 0 }
  readonly #shown: ShownCounts = { addresses4: 0, addresses6: 0, ranges4: 0, ranges6: 0 }
  #pull = 0

  constructor(options: DecisionSetOptions = {}) {
    this.#clock = options.clock ?? steadyClock
    this.#ranks = new Map((options.types ?? ['ban']).map((type, rank) => [type, rank]))
    this.#allow = allowed(options.allow ?? [])
    this.#held = new HeldDecisions(options.maxDecisions ?? 2_000_000)
    this.#toleranceMs = options.toleranceMs ?? 2_000
  }

  get size(): number {
    const { addresses4, addresses6, ranges4, ranges6 } = this.#shown
    return addresses4 + addresses6 + ranges4 + ranges6
  }

  /**
   * Begins to take in one answer of the stream. `at` is when it was asked for: what remains of a decision is
   * counted from there. A `startup` answer names everything in force: what it names is held at once, what it does
   * not name goes when it is finished, and what it lists as deleted is ignored, unless it is pushed and lists what
   * was lifted meanwhile. An answer that breaks off is simply not finished; what it brought stays.
   */
  begin(pull: { startup: boolean; at: number; pushed?: boolean }): PullInProgress {
    this.#pull = (this.#pull + 1) >>> 0
    this.#held.begin(pull.startup)
    const takesDeleted = !pull.startup || pull.pushed === true
    return {
      add: ({ kind, decisions }, at = pull.at) => {
        if (kind === 'new') for (const wire of decisions) this.#add(wire, at)
        else if (takesDeleted) for (const wire of decisions) this.#remove(wire)
      },
      finish: () => {
        if (pull.startup) this.#held.endUnnamed(this.#pull)
      },
    }
  }

  /** Other blocks are allowed from now on; hosts are told by the next commit. */
  setAllow(blocks: readonly Cidr[]): void {
    const before = this.#allow
    const after = allowed(blocks)
    const changed = [...without(before, after), ...without(after, before)]
    this.#allow = after
    if (changed.length > 0) this.#held.touchWhere((block) => isCovered(block, changed))
  }

  /** Takes out what is over. */
  expire(): void {
    this.#held.endDue(this.#clock())
  }

  /** What changed for hosts since the last commit, in no order. */
  commit(): Changes {
    const added: Addition[] = []
    const removed: Enforcement[] = []
    this.#settle((block, previous, current) => {
      if (current) added.push({ block, remediation: current, previous })
      else if (previous) removed.push({ block, remediation: previous })
    })
    return { added, removed }
  }

  /** Like commit, for a host that is about to be given the whole set: nothing is listed. */
  commitSilently(): void {
    this.#settle(null)
  }

  /**
   * What holds for an address: the strongest remediation of all blocks around it, of equals the one of the
   * narrowest block. Null where none holds, and for every allowed address. Ends are exact, commit or not.
   */
  lookup(ip: Ip): Enforcement | null {
    const plain = unmapIp(ip)
    if (this.#allow.some((block) => cidrContains(block, plain))) return null
    const held = this.#held
    const now = this.#clock()
    let best: number = none
    for (let bits = addressBits(plain); bits >= 0; bits--) {
      if (!held.hasLength(plain.version, bits)) continue
      const found = held.best(held.find(maskIp(plain, bits)), now)
      if (found !== none && (best === none || held.rank(found) < held.rank(best))) best = found
    }
    if (best === none) return null
    return { block: held.block(best), remediation: held.remediation(best, held.until(best)) }
  }

  get(block: Cidr): Remediation | null {
    const slot = this.#held.shown(this.#held.find(block))
    return slot === none ? null : this.#held.remediation(slot, this.#held.shownUntil(slot))
  }

  entries(): Iterable<Enforcement> {
    return this.#held.allShown({ addresses: true })
  }

  ranges(): Iterable<Enforcement> {
    return this.#held.allShown({ addresses: false })
  }

  stats(): DecisionSetStats {
    const leftOut = { ...this.#leftOut, excess: this.#held.excess }
    return { decisions: this.#held.size, ...this.#shown, leftOut, origins: this.#held.origins() }
  }

  #add(wire: WireDecision, at: number): void {
    const read = readDecision(wire)
    if (typeof read === 'string') {
      this.#leftOut[read]++
      return
    }
    if (read.simulated || read.remainingMs <= 0) return
    const rank = this.#ranks.get(read.type)
    if (rank === undefined) {
      this.#leftOut.types++
      return
    }
    if (isCovered(read.block, this.#allow)) this.#leftOut.allowed++
    this.#held.hold(read, rank, at + read.remainingMs, this.#pull)
  }

  #remove(wire: WireDecision): void {
    const read = readDecision(wire)
    if (typeof read !== 'string') this.#held.end(read, this.#pull)
  }

  /** Brings what hosts are told into line with what is held, on every touched block. */
  #settle(tell: Tell | null): void {
    const held = this.#held
    const now = this.#clock()
    held.settle((head) => {
      const old = held.shown(head)
      const best = isCovered(held.block(head), this.#allow) ? none : held.best(head, now)
      if (this.#isSame(old, best)) {
        if (old !== none) held.show(old, best, held.shownUntil(old))
        return
      }
      const previous = tell && old !== none ? held.remediation(old, held.shownUntil(old)) : null
      const until = best === none ? 0 : held.until(best)
      held.show(old, best, until)
      this.#count(head, (best === none ? 0 : 1) - (old === none ? 0 : 1))
      tell?.(held.block(head), previous, best === none ? null : held.remediation(best, until))
    })
  }

  /** Whether a host that was told the old one need not hear of the new one. */
  #isSame(old: number, best: number): boolean {
    if (old === none || best === none) return old === best
    const held = this.#held
    if (held.rank(old) !== held.rank(best)) return false
    return Math.abs(held.shownUntil(old) - held.until(best)) <= this.#toleranceMs
  }

  #count(slot: number, difference: number): void {
    const block = this.#held.block(slot)
    const kind = isAddress(block) ? 'addresses' : 'ranges'
    this.#shown[`${kind}${block.ip.version}`] += difference
  }
}

function allowed(blocks: readonly Cidr[]): Cidr[] {
  return [...loopback, ...blocks.map(canonicalBlock)]
}

function isCovered(block: Cidr, by: readonly Cidr[]): boolean {
  return by.some((outer) => cidrCovers(outer, block))
}

/** One answer of the stream on its way into the set. */
export interface PullInProgress {
  /** Takes in a part, by default as of when the whole was asked for. */
  add(part: { kind: 'new' | 'deleted'; decisions: readonly WireDecision[] }, at?: number): void
  /** To be called when the whole answer was taken in: after a startup answer, drops what it did not name. */
  finish(): void
}
