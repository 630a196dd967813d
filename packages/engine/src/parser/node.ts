import type { Environment } from '@tocsin/expr'
import type { Demand } from '../demand/demand.ts'
import { mayHaveEffects, usesStash } from '../demand/effects.ts'
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
  /** Whether nothing that it does is read before the event is shown to somebody; only its verdict may count. */
  isIdle = false
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

  /** All its statics, those of its grok and of its children. */
  allStatics(): Static[] {
    return [
      ...this.statics,
      ...(this.grok?.parts.statics ?? []),
      ...this.nodes.flatMap((node) => node.allStatics()),
    ]
  }

  /** Settles what it has to do where nobody looks at the event yet, once it is known which statics are needed. */
  plan(demand: Demand, environment: Environment): void {
    for (const node of this.nodes) node.plan(demand, environment)
    this.grok?.plan(demand)
    this.leanStatics = this.statics.filter(({ needed }) => needed)
    const { filter } = this
    this.isIdle =
      this.leanStatics.length === 0 &&
      !this.advances &&
      this.whitelist === null &&
      this.grok === null &&
      this.nodes.length === 0 &&
      this.stash.length === 0 &&
      (filter === null || !mayHaveEffects(filter.program.source, environment))
  }

  private ownExpressions(): Expression[] {
    const statics = [...this.statics, ...(this.grok?.parts.statics ?? [])]
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

  /** As `process`, for an event that the filter is known to let in. */
  processPassed(run: Run): Outcome {
    const covered = this.whitelist !== null && this.checkWhitelist(this.whitelist, run)
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
  private checkWhitelist(whitelist: Whitelist, run: Run): boolean {
    if (!whitelist.covers(run)) return false
    const { event } = run
    if (!event.whitelisted) {
      event.whitelisted = true
      event.whitelistReason = whitelist.reason
      if (event.overflow) event.overflow.whitelisted = true
    }
    return true
  }
}
