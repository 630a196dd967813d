import { basename } from 'node:path'
import { copyEvent, type Event, eventType, type Overflow } from '@tocsin/engine'
import {
  createEnvironment,
  type Environment,
  helperFunctions,
  noWorld,
  structType,
  structTypeOf,
  types,
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

/** Stage, name of the parser, one result for each event that reached it, in order. */
export type ParserResults = Map<string, Map<string, ParserResult[]>>

/** Results of a run without lines. The stage `success` is always there, with one nameless parser. */
export function emptyParserResults(): ParserResults {
  return new Map([['success', new Map([['', []]])]])
}

/** Notes what a parser made of an event; the event is copied as it is now. */
export function recordParser(
  results: ParserResults,
  stage: string,
  parser: string,
  success: boolean,
  event: Event,
): void {
  const parsers = results.get(stage) ?? new Map<string, ParserResult[]>()
  results.set(stage, parsers)
  const list = parsers.get(parser) ?? []
  parsers.set(parser, list)
  list.push(new ParserResult(success, copyEvent(event)))
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
export function assertEnvironments(): {
  parser: Environment
  scenario: Environment
} {
  const functions = {
    ...helperFunctions(noWorld()),
    basename: {
      overloads: [types.func([types.string], types.string)],
      call: (path: string) => basename(path),
    },
  }
  const parserResults = types.map(types.map(types.array(types.struct(parserResultType))))
  const scenarioResults = types.array(types.struct(eventType))
  return {
    parser: createEnvironment({ variables: { results: parserResults }, functions }),
    scenario: createEnvironment({ variables: { results: scenarioResults }, functions }),
  }
}
