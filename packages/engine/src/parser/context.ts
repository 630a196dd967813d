import { type Environment, explainFalse } from '@tocsin/expr'
import { TocsinError } from '@tocsin/model'
import type { Event } from '../event.ts'
import type { Observer } from '../trace.ts'
import type { Demand } from '../demand/demand.ts'
import { FilterDispatch } from './dispatch.ts'
import type { Outcome, ParserNode } from './node.ts'
import { type Faults, noFaults, Run } from './run.ts'
import { settleEvents } from './settle-event.ts'
import type { Static } from './static.ts'
import { WhitelistClues } from './whitelist-clues.ts'

/** A top-level node and where it came from. */
export interface PlacedNode {
  readonly node: ParserNode
  readonly stage: string
  readonly item: string
  /** Its statics, and those of its children, whose methods may ask the world. */
  readonly asking: readonly Static[]
}

interface Stage {
  readonly name: string
  readonly placed: readonly PlacedNode[]
  readonly nodes: readonly ParserNode[]
  readonly dispatch: FilterDispatch
  readonly clues: WhitelistClues
}

/** What a step of a stage tells its caller. */
interface Progress {
  succeeded: boolean
  done: boolean
}

/** The stages of parsers or of postoverflows, in order. Only stages with a node exist. */
export class ParserContext {
  private readonly stages: readonly Stage[]
  private readonly nextStage: ReadonlyMap<string, string>
  private readonly faults: Faults
  private leanRun: Run | undefined

  constructor(placed: readonly PlacedNode[], environment: Environment, faults: Faults) {
    settleEvents()
    const names = [...new Set(placed.map(({ stage }) => stage))].sort()
    this.faults = faults
    this.nextStage = new Map(names.map((name, index) => [name, names[index + 1] ?? name]))
    this.stages = names.map((name) => {
      const own = placed.filter(({ stage }) => stage === name)
      const nodes = own.map(({ node }) => node)
      const filters = nodes.map(({ filter }) => filter)
      const dispatch = new FilterDispatch(filters, environment)
      return { name, placed: own, nodes, dispatch, clues: new WhitelistClues(nodes) }
    })
  }

  get stageNames(): readonly string[] {
    return this.stages.map(({ name }) => name)
  }

  /** Takes an event through all stages; false where some stage had no node for it, or a node gave it up. */
  parse(event: Event, observer?: Observer): boolean {
    const run = this.start(event)
    return this.runAll(run, observer) === true
  }

  /**
   * As parse, but leaves out what nobody reads before the event is shown to somebody; see `plan`. Null, with the event
   * as it was, where it has to be parsed in full: where it meets what other lines left behind, which must be asked once
   * only, and where a verdict counts of which nothing else is read.
   */
  parseLean(event: Event): boolean | null {
    // Nobody else sees the run of a line that is parsed lean: the next line has the same one.
    const run = (this.leanRun ??= new Run(event, this.nextStage, this.faults, true))
    run.event = event
    run.leftOut.length = 0
    this.begin(event)
    const parsed = this.runAll(run)
    if (parsed === null) event.reset()
    return parsed
  }

  /** As parse, but faults are not counted. */
  parseAgain(event: Event): boolean {
    const run = this.start(event, noFaults())
    return this.runAll(run) === true
  }

  private runAll(run: Run, observer?: Observer): boolean | null {
    const { event } = run
    try {
      for (let at = 0; at < this.stages.length; at++) {
        const stage = this.stages[at] as Stage
        if (event.stage > stage.name) continue
        if (event.stage !== stage.name) return false
        const succeeded = observer ? observeStage(stage, run, observer) : runStage(stage, run)
        if (succeeded !== true) return succeeded
      }
    } catch (error) {
      return this.giveUp(error)
    }
    // What a node reads or writes may have come to matter behind it.
    const { leftOut } = run
    for (let at = 0; at < leftOut.length; at++) if (!(leftOut[at] as ParserNode).isIdle(event)) return null
    event.processed = true
    return true
  }

  /** Adds what nodes read whatever happens, and what the statics read that are needed for it and for what was there. */
  plan(demand: Demand, environment: Environment): void {
    const nodes = this.stages.flatMap((stage) => stage.nodes)
    for (const node of nodes) node.addReads(demand)
    for (const node of nodes) node.startPlan(environment)
    for (let changed = true; changed;) {
      changed = false
      for (const node of nodes) if (node.planStatics(demand)) changed = true
    }
    for (const node of nodes) node.finishPlan(demand)
  }

  /** As parse, but waits before each node for what it asks of the world. */
  async parseWaiting(event: Event, observer?: Observer): Promise<boolean> {
    const run = this.start(event)
    try {
      for (const stage of this.stages) {
        if (event.stage > stage.name) continue
        if (event.stage !== stage.name) return false
        const progress: Progress = { succeeded: false, done: false }
        for (const placed of stage.placed) {
          if (placed.asking.length > 0) await askWorld(placed, run)
          visit(placed, run, progress, observer)
          if (progress.done) break
        }
        if (!progress.succeeded) return false
      }
    } catch (error) {
      return this.giveUp(error)
    }
    event.processed = true
    return true
  }

  /** Whether some node asks the world something. */
  get asksWorld(): boolean {
    return this.stages.some(({ placed }) => placed.some(({ asking }) => asking.length > 0))
  }

  /** A node may give an event up, for a value that no static may have; any other error is a defect of ours. */
  private giveUp(error: unknown): false {
    if (!(error instanceof TocsinError)) throw error
    this.faults.event++
    return false
  }

  private start(event: Event, faults: Faults = this.faults): Run {
    this.begin(event)
    return new Run(event, this.nextStage, faults)
  }

  private begin(event: Event): void {
    event.processed = false
    if (event.stage === '') event.stage = this.stages[0]?.name ?? ''
  }
}

/**
 * Whether some node took the event. A lean run leaves out the nodes of which only the verdict may count: null where it
 * does, as no other node took the event, and where a node asks what other lines left behind.
 */
function runStage(stage: Stage, run: Run): boolean | null {
  const { event, lean } = run
  const { dispatch, nodes, clues } = stage
  let succeeded = false
  let leftOut = false
  dispatch.select(event)
  clues.forget()
  for (let at = dispatch.next(-1); at >= 0; at = dispatch.next(at)) {
    const node = nodes[at] as ParserNode
    if (lean && node.isIdle(event)) {
      leftOut = true
      run.leftOut.push(node)
      continue
    }
    if (lean && node.filterUsesStash) return null
    const passes = dispatch.isDecided(at) || node.passes(run)
    if (lean && passes && node.usesStash) return null
    const outcome = passes ? node.processPassed(run, clues.mayHold(at, event)) : 'filtered'
    if (outcome === 'filtered' && !node.filterWrites) continue
    if (outcome === 'matched') {
      succeeded = true
      if (node.advances) break
    }
    if (event.stage !== stage.name) break
    if (node.writes) {
      dispatch.select(event)
      clues.forget()
    }
  }
  return succeeded || (leftOut ? null : false)
}

function observeStage(stage: Stage, run: Run, observer: Observer): boolean {
  const progress: Progress = { succeeded: false, done: false }
  for (const placed of stage.placed) {
    visit(placed, run, progress, observer)
    if (progress.done) break
  }
  return progress.succeeded
}

function visit(placed: PlacedNode, run: Run, progress: Progress, observer: Observer | undefined): void {
  const { node, stage, item } = placed
  const outcome: Outcome = node.process(run)
  const success = outcome === 'matched'
  progress.succeeded ||= success
  progress.done = (success && node.advances) || run.event.stage !== stage
  observer?.({
    stage,
    node: node.name,
    item,
    success,
    event: run.event,
    filtered: outcome === 'filtered',
    explain: () =>
      outcome === 'filtered' && node.filter !== null ? explainFalse(node.filter.program, run.scope) : [],
  })
}

/** Waits for what a node will want to know, if its filter lets the event in. */
async function askWorld(placed: PlacedNode, run: Run): Promise<void> {
  const { filter } = placed.node
  if (filter !== null && filter.test(run) !== true) return
  await Promise.all(placed.asking.flatMap((asking) => asking.prepare(run) ?? []))
}
