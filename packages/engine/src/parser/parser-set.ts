import type { TocsinError } from '@tocsin/model'
import type { Environment } from '@tocsin/expr'
import type { Demand } from '../demand/demand.ts'
import type { Event } from '../event.ts'
import type { Observer } from '../trace.ts'
import type { ParserContext } from './context.ts'
import type { Faults } from './run.ts'

/** All parsers and postoverflows of an engine, ready to run. */
export class ParserSet {
  /** Errors of the items that were left out; empty unless loading was `tolerant`. */
  readonly errors: readonly TocsinError[]
  /** What loading found odd but could go on with: skipped documents, redefined patterns, missing data files. */
  readonly warnings: readonly TocsinError[]
  /** What went wrong inside nodes since the start, by kind. */
  readonly faults: Faults
  private readonly parsers: ParserContext
  private readonly postoverflows: ParserContext
  private readonly waits: boolean

  /** `waits`: whether postoverflows wait for what they ask of the world. */
  constructor(parts: {
    readonly parsers: ParserContext
    readonly postoverflows: ParserContext
    readonly waits: boolean
    readonly faults: Faults
    readonly errors: readonly TocsinError[]
    readonly warnings: readonly TocsinError[]
  }) {
    this.parsers = parts.parsers
    this.postoverflows = parts.postoverflows
    this.waits = parts.waits && parts.postoverflows.asksWorld
    this.faults = parts.faults
    this.errors = parts.errors
    this.warnings = parts.warnings
  }

  /** The stages that parsers use, in order. */
  get stages(): readonly string[] {
    return this.parsers.stageNames
  }

  /**
   * Takes a line's event through the parsers; whether every stage knew it. Whitelisted events are parsed like others:
   * see `event.whitelisted`. Never waits for anything.
   */
  parse(event: Event, observer?: Observer): boolean {
    return this.parsers.parse(event, observer)
  }

  /**
   * As parse, but leaves out what nobody reads before the event is shown to somebody: `event.complete` tells. `plan` has
   * to say first what is read.
   */
  parseLean(event: Event): boolean
  /** Null, and nothing done, for an event that has to be parsed in the order of lines, if those are given `back`. */
  parseLean(event: Event, back: boolean): boolean | null
  parseLean(event: Event, back = false): boolean | null {
    const parsed = this.parsers.parseLean(event)
    if (parsed === null) return back ? null : this.parse(event)
    event.complete = false
    return parsed
  }

  /** Parses a line's event a second time, in full; what goes wrong was counted the first time. */
  parseAgain(event: Event): void {
    event.reset()
    this.parsers.parseAgain(event)
    event.complete = true
  }

  /** Adds faults that happened elsewhere. */
  countFaults(more: Readonly<Faults>): void {
    for (const kind of Object.keys(more) as (keyof Faults)[]) this.faults[kind] += more[kind]
  }

  /** Takes what scenarios read, and adds what parsers themselves read for it. */
  plan(demand: Demand, environment: Environment): void {
    this.parsers.plan(demand, environment)
  }

  /**
   * Takes an overflow's event through the postoverflows. A promise only where names have to be looked up first. Whether
   * every stage knew the event does not matter to its overflow; see `event.whitelisted`.
   */
  parsePostoverflow(event: Event, observer?: Observer): boolean | Promise<boolean> {
    return this.waits
      ? this.postoverflows.parseWaiting(event, observer)
      : this.postoverflows.parse(event, observer)
  }
}
