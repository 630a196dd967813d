import type { Cidr } from '@tocsin/model'
import { blockCode, DecisionTable, isAddressCode, none } from './decision-table.ts'
import { LabelTable } from './label-table.ts'
import type { Enforcement, Remediation } from './remediation.ts'
import type { BlockDecision } from './wire-decision.ts'

export { none } from './decision-table.ts'

const maxDecisionsPerBlock = 64

/**
 * The decisions themselves, several to a block, and which of them counts. Blocks on which something happened are
 * remembered until `settle`; what ended stays readable until then.
 */
export class HeldDecisions {
  /** Decisions that found no place: beyond the limit, or the shortest of too many on one block. */
  excess = 0
  readonly #maxDecisions: number
  readonly #table = new DecisionTable()
  readonly #labels = new LabelTable()
  readonly #touched: number[] = []
  /** While a whole set comes: how many decisions it named so far; null otherwise. */
  #named: number | null = null

  constructor(maxDecisions: number) {
    this.#maxDecisions = maxDecisions
  }

  get size(): number {
    return this.#table.size
  }

  /** A new answer begins. One that names the whole set finds room for it beside the old one. */
  begin(isWhole: boolean): void {
    this.#named = isWhole ? 0 : null
  }

  /** Holds a decision until then, or moves the end of the same decision. `pull` is the answer that named it. */
  hold(decision: BlockDecision, rank: number, until: number, pull: number): void {
    const table = this.#table
    const head = table.find(decision.block)
    let known: number = this.#findSame(head, decision)
    if (known !== none && this.#labels.get(table.label[known] as number).type !== decision.type) {
      // A Local API that was set up anew counts from one again: the number now means something else.
      this.#kill(known)
      known = none
    }
    if (known === none && !this.#hasRoom(head, until)) {
      this.excess++
      return
    }
    const { type, origin, scenario } = decision
    const label = this.#labels.acquire({ type, origin, scenario, rank })
    if (known !== none) this.#labels.release(table.label[known] as number)
    const slot = known === none ? table.add(decision.block) : known
    if (this.#named !== null && (known === none || table.pull[slot] !== pull)) this.#named++
    table.until[slot] = until
    table.id[slot] = decision.id ?? Number.NaN
    table.label[slot] = label
    table.pull[slot] = pull
    this.#touch(head === none ? slot : head)
  }

  /**
   * Ends one decision. Its number decides; without numbers its words do, and a decision that the same answer
   * brought anew stays, whatever the order in which the answer lists them.
   */
  end(decision: BlockDecision, pull: number): void {
    const slot = this.#findSame(this.#table.find(decision.block), decision)
    if (slot === none || (decision.id === null && this.#table.pull[slot] === pull)) return
    this.#kill(slot)
  }

  /** Ends what is over. */
  endDue(now: number): void {
    const { until, end } = this.#table
    for (let slot = 0; slot < end; slot++) {
      if ((until[slot] as number) <= now && this.#table.isUsed(slot)) this.#kill(slot)
    }
  }

  /** Ends what another pull than this one named last. */
  endUnnamed(pull: number): void {
    const { pull: pulls, end } = this.#table
    for (let slot = 0; slot < end; slot++) {
      if (pulls[slot] !== pull && this.#table.isUsed(slot)) this.#kill(slot)
    }
    this.#named = null
  }

  /** Looks again at every block that the test takes, at the next `settle`. */
  touchWhere(test: (block: Cidr) => boolean): void {
    const { end } = this.#table
    for (let slot = 0; slot < end; slot++) {
      if (!this.#table.isUsed(slot)) continue
      const block = this.#table.block(slot)
      if (test(block)) this.#touch(this.#table.find(block))
    }
  }

  /** Shows every block on which something happened, once, by its first slot, then forgets what ended there. */
  settle(visit: (head: number) => void): void {
    for (const head of this.#touched) {
      this.#table.untouch(head)
      visit(head)
      this.#table.sweep(head, (slot) => {
        this.#labels.release(this.#table.label[slot] as number)
        this.#table.release(slot)
      })
    }
    this.#touched.length = 0
  }

  /** How many decisions are held of each origin. */
  origins(): Map<string, number> {
    const counts = new Map<string, number>()
    for (const [{ origin }, uses] of this.#labels.held()) counts.set(origin, (counts.get(origin) ?? 0) + uses)
    return counts
  }

  /** Whether any block of this length is held, so that looking for one is worth it. */
  hasLength(version: 4 | 6, bits: number): boolean {
    return this.#table.blocks[blockCode(version, bits)] !== 0
  }

  /** The first slot of the block, or `none`. */
  find(block: Cidr): number {
    return this.#table.find(block)
  }

  /** The decision that counts on a block: the strongest, of equals the one that lasts longest; or `none`. */
  best(head: number, now: number): number {
    const { until, next } = this.#table
    let best: number = none
    for (let slot = head; slot !== none; slot = next[slot] as number) {
      if (!this.#table.isUsed(slot) || (until[slot] as number) <= now) continue
      const order = best === none ? -1 : this.rank(slot) - this.rank(best)
      if (order < 0 || (order === 0 && (until[slot] as number) > (until[best] as number))) best = slot
    }
    return best
  }

  rank(slot: number): number {
    return this.#labels.get(this.#table.label[slot] as number).rank
  }

  block(slot: number): Cidr {
    return this.#table.block(slot)
  }

  until(slot: number): number {
    return this.#table.until[slot] as number
  }

  /** The decision of a block that hosts were told, or `none`. */
  shown(head: number): number {
    for (let slot = head; slot !== none; slot = this.#table.next[slot] as number) {
      if (this.#table.isShown(slot)) return slot
    }
    return none
  }

  /** The end of it that hosts were told. */
  shownUntil(slot: number): number {
    return this.#table.shownUntil[slot] as number
  }

  /** Hosts know this decision of its block, with this end, and no other one. Both may be `none`. */
  show(old: number, current: number, until: number): void {
    if (old !== none) this.#table.setShown(old, false)
    if (current === none) return
    this.#table.setShown(current, true)
    this.#table.shownUntil[current] = until
  }

  /** All that hosts were told, with the blocks of one address or without them. */
  *allShown({ addresses }: { addresses: boolean }): Generator<Enforcement, void, undefined> {
    for (let slot = 0; slot < this.#table.end; slot++) {
      if (!this.#table.isShown(slot) || (!addresses && isAddressCode(this.#table.code(slot)))) continue
      yield { block: this.#table.block(slot), remediation: this.remediation(slot, this.shownUntil(slot)) }
    }
  }

  remediation(slot: number, until: number): Remediation {
    const { type, origin, scenario } = this.#labels.get(this.#table.label[slot] as number)
    const id = this.#table.id[slot] as number
    return { type, until, origin, scenario, id: Number.isNaN(id) ? null : id }
  }

  /** The slot of the same decision: same number, or without numbers the same words. */
  #findSame(head: number, decision: BlockDecision): number {
    const table = this.#table
    for (let slot = head; slot !== none; slot = table.next[slot] as number) {
      if (!table.isUsed(slot)) continue
      if (decision.id === null ? this.#hasWords(slot, decision) : table.id[slot] === decision.id) return slot
    }
    return none
  }

  #hasWords(slot: number, decision: BlockDecision): boolean {
    const label = this.#labels.get(this.#table.label[slot] as number)
    return (
      Number.isNaN(this.#table.id[slot]) &&
      label.type === decision.type &&
      label.origin === decision.origin &&
      label.scenario === decision.scenario
    )
  }

  /** Whether one more decision may be held; on a crowded block the shortest gives way to a longer one. */
  #hasRoom(head: number, until: number): boolean {
    const table = this.#table
    let count = 0
    let shortest: number = none
    for (let slot = head; slot !== none; slot = table.next[slot] as number) {
      if (!table.isUsed(slot)) continue
      count++
      if (shortest === none || this.until(slot) < this.until(shortest)) shortest = slot
    }
    if (count < maxDecisionsPerBlock) return this.#hasPlace()
    if (this.until(shortest) >= until) return false
    this.excess++
    this.#kill(shortest)
    return true
  }

  /** The decisions of an old set leave room for a new one of any other numbers, until it is whole. */
  #hasPlace(): boolean {
    const { size } = this.#table
    if (size < this.#maxDecisions || this.#named === null) return size < this.#maxDecisions
    return this.#named < this.#maxDecisions && size < this.#maxDecisions * 2
  }

  #kill(slot: number): void {
    this.#table.kill(slot)
    this.#touch(this.#table.find(this.#table.block(slot)))
  }

  #touch(head: number): void {
    if (this.#table.touch(head)) this.#touched.push(head)
  }
}
