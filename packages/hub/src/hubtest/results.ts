import { basename } from 'node:path'
import {
  alertEventType,
  alertType,
  copyEvent,
  type Event,
  eventType,
  lineType,
  type Overflow,
  overflowType,
  Source,
} from '@tocsin/engine'
import {
  createEnvironment,
  type Environment,
  helperFunctions,
  noWorld,
  structType,
  type StructType,
  structTypeOf,
  types,
  type Value,
} from '@tocsin/expr'
import { goSort } from './go-sort.ts'

/** What one parser made of one event, at the moment when it was done with it. */
export class ParserResult {
  readonly success: boolean
  readonly event: Event

  constructor(success: boolean, event: Event) {
    this.success = success
    this.event = event
  }
}

const parserResultType = structType('ParserResult', {
  fields: {
    Success: { type: types.bool, get: 'success' },
    Evt: { type: types.struct(eventType), get: 'event' },
  },
})

Object.defineProperty(ParserResult.prototype, structTypeOf, { value: parserResultType })

/** The results of each parser of a stage, one for each event that reached it, in order. A parser without any has none. */
export class StageResults extends Map<string, ParserResult[]> {
  /** What asserts read where there is no such parser. */
  readonly missing: Value = []
}

/** The results of each stage. */
export class ParserResults extends Map<string, StageResults> {
  /** What asserts read where there is no such stage. */
  readonly missing: Value = new StageResults()
}

/** Results of a run without lines. The stage `success` is always there, with one nameless parser. */
export function emptyParserResults(): ParserResults {
  return new ParserResults([['success', new StageResults([['', []]])]])
}

/** Notes what a parser made of an event; the event is copied as it is now. */
export function recordParser(
  results: ParserResults,
  stage: string,
  parser: string,
  success: boolean,
  event: Event,
): void {
  const parsers = results.get(stage) ?? new StageResults()
  results.set(stage, parsers)
  const list = parsers.get(parser) ?? []
  parsers.set(parser, list)
  list.push(new ParserResult(success, snapshot(event)))
}

/** A map of sources in which the source of an unknown value is blank. */
class Sources extends Map<string, Source> {
  readonly missing: Value = new Source('', '')
}

/** A copy of an event for asserts: they find fields without knowing its type, and what maps lack reads as empty. */
export function snapshot(event: Event): Event {
  const copy = copyEvent(event)
  copy.overflow = copy.overflow && overflowSnapshot(copy.overflow)
  return Object.assign(copy, { line: typed(lineType, copy.line) })
}

function overflowSnapshot(overflow: Overflow): Overflow {
  const alerts = overflow.alerts.map((alert) => {
    const events = alert.events.map((event) => typed(alertEventType, event))
    return typed(alertType, { ...alert, events })
  })
  return typed(overflowType, { ...overflow, alerts, sources: new Sources(overflow.sources) })
}

/** A copy that tells expressions its type. */
function typed<T extends object>(type: StructType, value: T): T {
  return Object.defineProperty({ ...value }, structTypeOf, { value: type })
}

/** Overflows in the order of the asserts: by scenario and sources, the last first. */
export function sortOverflows(overflows: readonly Event[]): Event[] {
  const keyed = overflows.map((event) => ({ event, key: sortKey(event.overflow) }))
  goSort(keyed, (a, b) => a.key > b.key)
  return keyed.map(({ event }) => event)
}

function sortKey(overflow: Overflow | null): string {
  const sources = [...(overflow?.sources.keys() ?? [])].sort()
  return `${overflow?.alerts[0]?.scenario ?? ''}${sources.join('@')}`
}

/** The names that the lines of parser.assert and scenario.assert may use: `results`, all helpers and `basename`. */
export function assertEnvironment(): Environment {
  const functions = {
    ...helperFunctions(noWorld()),
    basename: {
      overloads: [types.func([types.string], types.string)],
      call: (path: string) => basename(path),
    },
  }
  // Of type any, so that what is missing reads as empty at every depth.
  return createEnvironment({ variables: { results: types.any }, functions })
}
