import type { Time, Value } from '@tocsin/expr'
import { fieldMap } from './field-map.ts'
import type { Overflow } from './overflow.ts'

/** Raw text as a source read it, with what is known about where it came from. */
export interface Line {
  readonly raw: string
  /** The path, unit or address that the line came from. */
  readonly src: string
  /** When it was read, milliseconds since the epoch. */
  readonly timeMs: number
  readonly labels: ReadonlyMap<string, string>
  /** The kind of source, such as `file`. */
  readonly module: string
}

/** Whether buckets run on the wall clock or on the clock of the lines. */
export type Mode = 'live' | 'replay'

/** An event as it is read: by expressions, alerts and contexts. */
export type EventView = Readonly<Omit<Event, 'reset'>>

/**
 * A line on its way through parsers and scenarios, or an overflow on its way through postoverflows. Its maps are
 * shared by everything that sees the event: what a filter writes, later scenarios read.
 * Source: the original's pipeline.Event.
 */
export class Event {
  line: Line
  /** The line as it came, whatever statics write into it. */
  readonly origin: Line
  mode: Mode
  parsed: Map<string, string> = fieldMap()
  enriched: Map<string, string> = fieldMap()
  meta: Map<string, string> = fieldMap()
  /** When it came to the engine, by the engine's clock. */
  readonly arrived: Time
  /** The time of arrival; in replay, the time that the line names, once it is parsed. */
  time: Time
  /** The date as the line writes it, and its Go layout where a parser knows it. */
  strTime = ''
  strTimeFormat = ''
  /** RFC 3339 time of the line; empty until a date was parsed. Buckets in replay need it. */
  marshaledTime = ''
  /** The stage that the event has reached; empty before the first. */
  stage = ''
  /** Whether everything is there that parsers find, not only what somebody reads before it is shown. */
  complete = true
  /** Whether the event came through every stage. */
  processed = false
  whitelisted = false
  whitelistReason = ''
  /** Set on the events that postoverflows see; null on lines. */
  overflow: Overflow | null = null
  #unmarshaled: Map<string, Value> | null = null

  constructor(line: Line, mode: Mode, time: Time) {
    this.line = line
    this.origin = line
    this.mode = mode
    this.time = time
    this.arrived = time
  }

  /** Makes it what it was before it was parsed. */
  reset(): void {
    this.line = this.origin
    this.parsed = fieldMap()
    this.enriched = fieldMap()
    this.meta = fieldMap()
    this.#unmarshaled = null
    this.time = this.arrived
    this.strTime = ''
    this.strTimeFormat = ''
    this.marshaledTime = ''
    this.stage = ''
    this.processed = false
    this.whitelisted = false
    this.whitelistReason = ''
  }

  /** What parsers made of JSON and the like. Most lines have none: the map is made when it is first asked for. */
  get unmarshaled(): Map<string, Value> {
    return (this.#unmarshaled ??= new Map())
  }

  set unmarshaled(values: Map<string, Value>) {
    this.#unmarshaled = values
  }
}
