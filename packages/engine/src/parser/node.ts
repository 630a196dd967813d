import type { Environment, Program } from '@tocsin/expr'
import type { Demand } from '../demand/demand.ts'
import { mayHaveEffects, usesStash } from '../demand/effects.ts'
import { eitherOf, isGiven, type When } from '../demand/occasion.ts'
import type { Event } from '../event.ts'
import { ChildIndex, type GrokChild } from './child-index.ts'
import type { Expression } from './expression.ts'
import type { GrokStep } from './grok-step.ts'
import type { Run } from './run.ts'
import type { StashEntry } from './stash.ts'
import { applyStatics, type Static } from './static.ts'
import type { Whitelist } from './whitelist.ts'

/** The parts of a node, compiled. */
export interface NodeParts {
  readonly name: string
  readonly filter: Expression | null
  readonly whitelist: Whitelist | null
  readonly grok: GrokStep | null
  readonly stash: readonly StashEntry[]
  readonly nodes: readonly ParserNode[]
  readonly statics: readonly Static[]
  readonly advances: boolean
}

/** What became of an event at a node. */
export type Outcome = 'filtered' | 'failed' | 'matched'

/** A node of a parser. Source: the original's Node.process. */
export class ParserNode {
  readonly name: string
  readonly filter: Expression | null
  /** Whether the filter may write fields that other filters begin with. */
  readonly filterWrites: boolean
  /** Whether the node may write anything but its verdict, if it is not filtered. */
  readonly writes: boolean
  /** Whether a match moves the event to the next stage. */
  readonly advances: boolean
  private readonly whitelist: Whitelist | null
  private readonly grok: GrokStep | null
  private readonly stash: readonly StashEntry[]
  private readonly nodes: readonly ParserNode[]
  private readonly statics: readonly Static[]
  private leanStatics: readonly Static[]
  private childIndex: ChildIndex | null | undefined
  private lastMatched = -1
  /** Whether it does nothing but assign. */
  private onlyAssigns = false
  /** When something reads what it does before the event is shown to somebody. */
  private occupied: When = null
  /** Whether it reads what other lines left behind, or leaves something behind; whether its filter alone does. */
  readonly usesStash: boolean
  readonly filterUsesStash: boolean

  constructor(parts: NodeParts) {
    this.name = parts.name
    this.filter = parts.filter
    this.filterWrites = parts.filter?.writes ?? false
    this.whitelist = parts.whitelist
    this.grok = parts.grok
    this.stash = parts.stash
    this.nodes = parts.nodes
    this.statics = parts.statics
    this.leanStatics = parts.statics
    this.advances = parts.advances
    const { grok, nodes, statics } = parts
    this.writes =
      this.filterWrites ||
      parts.whitelist?.writes === true ||
      grok !== null ||
      nodes.length > 0 ||
      statics.length > 0
    this.filterUsesStash = parts.filter !== null && usesStash(parts.filter.program.source)
    this.usesStash =
      parts.stash.length > 0 ||
      nodes.some((node) => node.usesStash) ||
      this.ownExpressions().some(({ program }) => usesStash(program.source))
  }

  /** The condition without which no expression of its whitelist holds; null where there is no such condition. */
  get whitelistCondition(): Program | null {
    const [only, ...others] = this.whitelist?.parts ?? []
    return only === undefined || others.length > 0 ? null : only.program
  }

  /** Adds what it reads whatever happens, its children included. */
  addReads(demand: Demand): void {
    if (this.filter) demand.addExpression(this.filter.program.source)
    this.whitelist?.addReads(demand)
    this.grok?.addReads(demand)
    for (const { expressions } of this.stash) {
      for (const { program } of expressions) demand.addExpression(program.source)
    }
    for (const node of this.nodes) node.addReads(demand)
  }

  /** Forgets when its statics are needed, and those of its children, to be planned anew. */
  startPlan(environment: Environment): void {
    for (const node of this.nodes) node.startPlan(environment)
    for (const each of this.ownStatics()) each.startPlan(environment)
    this.onlyAssigns =
      !this.advances &&
      this.whitelist === null &&
      this.grok === null &&
      this.nodes.length === 0 &&
      this.stash.length === 0 &&
      (this.filter === null || !mayHaveEffects(this.filter.program.source, environment))
  }

  /**
   * Works out when its statics are needed, and those of its children, by what is read so far, and adds what they read.
   * Gives whether something is new. Only a node that does nothing else is left out as long as nobody needs it.
   */
  planStatics(demand: Demand): boolean {
    let changed = false
    for (const node of this.nodes) if (node.planStatics(demand)) changed = true
    const statics = this.ownStatics()
    const wanted = statics.map((each) => each.whenWanted(demand)).reduce(eitherOf, undefined)
    const when = this.onlyAssigns ? wanted : null
    for (const each of statics) if (each.plan(demand, when)) changed = true
    return changed
  }

  /** Settles what it has to do where nobody looks at the event yet, once it is known which statics are needed. */
  finishPlan(demand: Demand): void {
    for (const node of this.nodes) node.finishPlan(demand)
    this.grok?.plan(demand)
    this.leanStatics = this.statics.filter(({ needed }) => needed !== undefined)
    this.occupied = this.onlyAssigns
      ? this.leanStatics.map(({ needed }) => needed).reduce(eitherOf, undefined)
      : null
  }

  /** Whether nothing that it does is read before the event, as it is, is shown to somebody; only its verdict may count. */
  isIdle(event: Event): boolean {
    const { occupied } = this
    return occupied !== null && (occupied === undefined || !isGiven(occupied, event))
  }

  private ownStatics(): Static[] {
    return [...this.statics, ...(this.grok?.parts.statics ?? [])]
  }

  private ownExpressions(): Expression[] {
    const statics = this.ownStatics()
    return [
      ...(this.filter ? [this.filter] : []),
      ...(this.whitelist?.parts ?? []),
      ...(this.grok?.parts.expressions ?? []),
      ...statics.flatMap(({ source }) => source ?? []),
    ]
  }

  /** Works on the event. What failed nodes wrote stays. Throws PARSER_BAD_VALUE where the event is given up. */
  process(run: Run): Outcome {
    return this.passes(run) ? this.processPassed(run) : 'filtered'
  }

  /** Whether the filter lets the event in. */
  passes(run: Run): boolean {
    return this.filter === null || this.filter.test(run) === true
  }

  /**
   * As `process`, for an event that the filter is known to let in. `mayHold`: whether the expressions of the whitelist
   * are not known to be false.
   */
  processPassed(run: Run, mayHold = true): Outcome {
    const covered = this.whitelist !== null && this.checkWhitelist(this.whitelist, run, mayHold)
    const grokked = this.grok !== null && this.grok.apply(run)
    if (this.grok === null || grokked) for (const entry of this.stash) entry.keep(run)
    if (!this.processChildren(run, grokked)) return 'failed'
    if (this.whitelist === null || covered) applyStatics(run.lean ? this.leanStatics : this.statics, run)
    if (this.advances) run.event.stage = run.nextStage.get(run.event.stage) ?? run.event.stage
    return 'matched'
  }

  /**
   * Children run even where the grok failed. The first match ends them if the node advances; otherwise a node whose
   * grok did not match takes the last child's verdict.
   */
  private processChildren(run: Run, grokked: boolean): boolean {
    let verdict = this.grok === null || grokked
    const { nodes } = this
    if (nodes.length === 0) return verdict
    const index = this.indexOfChildren()
    let isRead = false
    for (let place = 0; place < nodes.length; place++) {
      // Lines of a kind come in rows: the child that took the last one is tried before the text is read for all.
      if (index !== null && (isRead || place !== this.lastMatched)) {
        if (!isRead) index.read(run.event)
        isRead = true
        if (index.rulesOut(place)) {
          if (!grokked) verdict = false
          continue
        }
      }
      const matched = (nodes[place] as ParserNode).process(run) === 'matched'
      if (matched) {
        verdict = true
        this.lastMatched = place
        if (this.advances) break
      } else if (!grokked) {
        verdict = false
      }
      if (matched || !index?.isGrok(place)) isRead = false
    }
    return verdict
  }

  /** Made for the first event: most nodes of a large installation never see one. */
  private indexOfChildren(): ChildIndex | null {
    if (this.childIndex === undefined) {
      const children = this.nodes.flatMap((node, place) => node.asGrokChild(place) ?? [])
      this.childIndex = ChildIndex.of(children, this.nodes.length)
    }
    return this.childIndex
  }

  /** The node as a child that does nothing where its grok fails; null if it is more than that. */
  private asGrokChild(place: number): GrokChild | null {
    const { grok, filter, whitelist, stash, nodes } = this
    const isBare = filter === null && whitelist === null && stash.length === 0 && nodes.length === 0
    return isBare && grok ? { grok, place } : null
  }

  /** The first whitelist that covers the event gives the reason; nothing takes it back. */
  private checkWhitelist(whitelist: Whitelist, run: Run, mayHold: boolean): boolean {
    if (!(mayHold ? whitelist.covers(run) : whitelist.coversAddress(run))) return false
    const { event } = run
    if (!event.whitelisted) {
      event.whitelisted = true
      event.whitelistReason = whitelist.reason
      if (event.overflow) event.overflow.whitelisted = true
    }
    return true
  }
}
