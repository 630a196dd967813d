import {
  changesOf,
  copyEvent,
  createEngine,
  type EngineOptions,
  Event,
  type EventChange,
  type ItemFile,
  type Line,
  type NodeVisit,
} from '@tocsin/engine'
import { Time, type Value } from '@tocsin/expr'

/** A part of a filter that made it false, and what it was. */
export interface Why {
  readonly source: string
  readonly value: Value | Error
}

/** What a parser made of a line. */
export interface NodeExplanation {
  readonly node: string
  readonly item: string
  readonly success: boolean
  /** What differs from the last parser that succeeded. */
  readonly changes: readonly EventChange[]
  readonly whitelisted: boolean
  /** Where the filter refused the line: why. */
  readonly why: readonly Why[]
}

export interface StageExplanation {
  readonly stage: string
  readonly nodes: readonly NodeExplanation[]
}

/** A line's way: the parsers that it reached stage by stage, and the scenarios that took it. */
export interface LineExplanation {
  readonly line: string
  readonly stages: readonly StageExplanation[]
  readonly outcome: 'parsed' | 'whitelisted' | 'unparsed'
  readonly whitelistReason: string
  /** Sorted names, those whose `distinct` or `cancel_on` kept the event out included. */
  readonly scenarios: readonly string[]
  /** Scenarios whose filter the event did not pass, and why; asked for with `refused`. */
  readonly refused: readonly { readonly scenario: string; readonly why: readonly Why[] }[]
}

export interface ExplainOptions extends Pick<
  EngineOptions,
  'clock' | 'logger' | 'dataFile' | 'capabilities' | 'tolerant'
> {
  /** Also say for every scenario that did not take a line why its filter was false. */
  readonly refused?: boolean
}

/** Explains lines one by one, as they would be read in this order. Throws what the items are refused for. */
export function explainLines(
  items: readonly ItemFile[],
  lines: Iterable<Line>,
  { refused = false, ...options }: ExplainOptions,
): LineExplanation[] {
  let visits: CopiedVisit[] = []
  let poured: { scenario: string; event: Event }[] = []
  const nowMs = (options.clock ?? Date.now)()
  const engine = createEngine(items, {
    ...options,
    clock: () => nowMs,
    mode: 'replay',
    onNode: (visit) => visits.push(copyVisit(visit)),
    onPour: (scenario, event) => poured.push({ scenario: scenario.name, event }),
  })
  const explanations: LineExplanation[] = []
  for (const line of lines) {
    visits = []
    poured = []
    const event = engine.process(line)
    explanations.push({
      line: line.raw,
      stages: stagesOf(visits, new Event(line, 'replay', Time.fromMs(nowMs))),
      outcome: event.whitelisted ? 'whitelisted' : event.processed ? 'parsed' : 'unparsed',
      whitelistReason: event.whitelistReason,
      scenarios: [...new Set(poured.map(({ scenario }) => scenario))].sort(),
      refused: refused && event.processed && !event.whitelisted ? engine.refusals(event) : [],
    })
  }
  return explanations
}

interface CopiedVisit {
  readonly visit: NodeVisit
  readonly event: Event
  readonly why: readonly Why[]
}

function copyVisit(visit: NodeVisit): CopiedVisit {
  return { visit, event: copyEvent(visit.event), why: visit.filtered ? visit.explain() : [] }
}

function stagesOf(visits: readonly CopiedVisit[], before: Event): StageExplanation[] {
  const stages = new Map<string, NodeExplanation[]>()
  let last = before
  for (const { visit, event, why } of visits) {
    if (visit.event.overflow) continue
    const nodes = stages.get(visit.stage) ?? []
    stages.set(visit.stage, nodes)
    const { node, item, success } = visit
    const changes = success ? changesOf(last, event) : []
    nodes.push({ node, item, success, changes, whitelisted: event.whitelisted, why })
    if (success) last = event
  }
  return [...stages].map(([stage, nodes]) => ({ stage, nodes }))
}
