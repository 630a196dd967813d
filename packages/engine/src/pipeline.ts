import type { Capabilities, Environment, Value } from '@tocsin/expr'
import { explainFalse, Time } from '@tocsin/expr'
import type { Clock, Logger, TocsinError } from '@tocsin/model'
import type { Contexts } from './alert/context.ts'
import { type DroppedOverflows, raise } from './alert/raise.ts'
import type { Simulation } from './alert/simulation.ts'
import { Buckets, type FullBucket } from './bucket/buckets.ts'
import type { Kept } from './bucket/kept.ts'
import type { Scenario } from './bucket/scenario.ts'
import { needsOf, writesQueued } from './demand/needs.ts'
import type { DataFileReader } from './data/load-data.ts'
import type { ReverseLookup } from './enrich/reverse-dns.ts'
import { Event, type EventView, type Line, type Mode } from './event.ts'
import { Sieve } from './sieve/sieve.ts'
import { BatchReader, type SiftedBatch } from './sieve/sifted.ts'
import { ToldEvents } from './sieve/told-events.ts'
import type { Alert, Overflow } from './overflow.ts'
import type { ParserSet } from './parser/parser-set.ts'
import { type Faults, noFaults } from './parser/run.ts'
import type { Observer } from './trace.ts'

/** What an engine takes from its host. */
export interface EngineOptions {
  /** Whether buckets run on the wall clock or on the clock of the lines. */
  readonly mode: Mode
  /** In replay it is read once: a replay takes no time. */
  readonly clock?: Clock
  readonly logger?: Logger
  /** What expressions may ask of the world; in live an item that asks for more is refused, in replay it gets nothing. */
  readonly capabilities?: Partial<Omit<Capabilities, 'files' | 'stash' | 'clock'>>
  /** Gives the bytes of a data file that an item names, or null if there is none. */
  readonly dataFile?: DataFileReader
  /** Names of addresses for postoverflows; none without it. */
  readonly reverseLookup?: ReverseLookup
  readonly simulation?: Simulation
  /** Leave out items with errors (see `Engine.errors`) instead of throwing them all. */
  readonly tolerant?: boolean
  /** False: parse every line in full, though nobody looks. For comparisons; slow. */
  readonly lean?: boolean
  /** Estimated bytes that all buckets together may hold; 64 MiB unless given. */
  readonly bucketBytes?: number
  /** The most bytes of a context value of an alert; 4000 unless given. */
  readonly contextBytes?: number
  /** Takes each alert that was neither dropped nor let off, in the order of their overflows. */
  onAlert?(alert: Alert, overflow: Event): void
  /** Told of each bucket that overflowed, whatever comes of it, with the engine's time at its creation. */
  onFull?(bornMs: number): void
  /** Takes each overflow behind the postoverflows, those that were let off included. */
  onOverflow?(overflow: Event): void
  /** Told of every parser and postoverflow that an event reached; makes parsing slow. */
  readonly onNode?: Observer
  /** Told of every scenario whose filter took an event. */
  onPour?(scenario: Scenario, event: Event): void
}

/** What an engine did since its start. */
export interface EngineCounters {
  lines: number
  parsed: number
  /** Lines that no parser of some stage knew. */
  unparsed: number
  /** Parsed lines that a whitelist let off. */
  whitelisted: number
  /** Events put into buckets, once for each bucket. */
  poured: number
  /** Buckets that overflowed. */
  overflows: number
  alerts: number
  /** Overflows that were not poured again because a chain of them would not end. */
  endless: number
  readonly dropped: Readonly<DroppedOverflows>
  /**
   * Buckets that exist, the bytes they hold by estimate, what was given up for lack of room (whole buckets, events of
   * queues without a limit), and buckets that ended by themselves.
   */
  buckets: {
    readonly count: number
    readonly bytes: number
    readonly evicted: number
    readonly trimmed: number
    readonly expired: number
  }
  /** Expressions of scenarios that failed on an event. */
  scenarioFaults: number
  readonly parserFaults: Readonly<Faults>
}

/** Line to event to overflow to alert. Made by createEngine; does no I/O and starts no timers of its own. */
export class Engine {
  /** The scenarios in the order in which events are poured. */
  readonly scenarios: readonly Scenario[]
  /** Errors of the items that were left out; empty unless `tolerant`. */
  readonly errors: readonly TocsinError[]
  /** What loading found odd but could go on with. */
  readonly warnings: readonly TocsinError[]
  readonly #options: EngineOptions
  readonly #clock: Clock
  readonly #parsers: ParserSet
  readonly #kept: Kept
  /** Whether parsing may leave out what nobody reads before an overflow: nobody looks at the events meanwhile. */
  readonly #lean: boolean
  readonly #contexts: Contexts
  readonly #buckets: Buckets
  readonly #full: FullBucket[] = []
  #sieve: Sieve | null = null
  readonly #dropped: DroppedOverflows = { filtered: 0, blackholed: 0, sourceless: 0, whitelisted: 0 }
  readonly #counts = { lines: 0, parsed: 0, unparsed: 0, whitelisted: 0, overflows: 0, alerts: 0, endless: 0 }
  #nowMs = Number.NaN
  #nowTime = Time.fromMs(0)
  /** How many overflows led to each, itself included. */
  readonly #generations = new WeakMap<Overflow, number>()
  /** Overflows that wait for the names of addresses, one behind the other. */
  #waiting: Promise<void> | null = null
  #waitingCount = 0

  constructor(parts: EngineParts, options: EngineOptions, clock: Clock) {
    const { scenarios, contexts, parsers } = parts
    this.#options = options
    this.#clock = clock
    this.#parsers = parsers
    this.#contexts = contexts
    this.scenarios = scenarios
    this.errors = parts.errors
    this.warnings = parts.warnings
    const { kept, demand } = needsOf(scenarios, contexts)
    this.#kept = kept
    this.#lean = options.lean !== false && !options.onNode && !options.onPour && !writesQueued(scenarios)
    if (this.#lean) parsers.plan(demand, parts.environment)
    this.#buckets = new Buckets(scenarios, {
      clock,
      live: options.mode === 'live',
      budgetBytes: options.bucketBytes ?? defaultBucketBytes,
      kept: this.#kept,
      complete: (event) => parsers.parseAgain(event),
      onFull: (full) => this.#full.push(full),
      ...(options.onPour ? { onPour: (scenario, event) => options.onPour?.(scenario, event) } : {}),
    })
  }

  /**
   * Takes a line all the way, except that its overflows may wait for names. Gives its event, as it is then: with what
   * scenarios read, and all of it only for engines with an observer (see `parse`). A live engine may take single lines on their own clock, by the mode replay.
   */
  process(line: Line, mode: Mode = this.#options.mode): Event {
    const event = new Event(line, mode, this.#now())
    const counts = this.#counts
    counts.lines++
    if (!this.#parse(event)) {
      counts.unparsed++
      return event
    }
    counts.parsed++
    if (event.whitelisted) counts.whitelisted++
    else this.#pour(event)
    return event
  }

  /** The clock; lines of the same millisecond share it. */
  #now(): Time {
    const ms = this.#clock()
    if (ms !== this.#nowMs) {
      this.#nowMs = ms
      this.#nowTime = Time.fromMs(ms)
    }
    return this.#nowTime
  }

  /** A line's event as the parsers leave it; nothing is poured or counted. */
  parse(line: Line): Event {
    const event = new Event(line, this.#options.mode, this.#now())
    this.#parsers.parse(event, this.#options.onNode)
    return event
  }

  #parse(event: Event): boolean {
    return this.#lean ? this.#parsers.parseLean(event) : this.#parsers.parse(event, this.#options.onNode)
  }

  /** A queued event with all that parsers find in its line. */
  #completed({ origin, mode, arrived }: EventView): Event {
    const event = new Event(origin, mode, arrived)
    this.#parsers.parseAgain(event)
    return event
  }

  /** Sifts lines as a sieve in another thread would, to be taken by `processSifted` when it is their turn. */
  sift(lines: readonly Line[], mode: Mode, arrivedMs: number): SiftedBatch {
    this.#sieve ??= new Sieve(this.#parsers, this.scenarios, this.#buckets.index, this.#kept)
    const batch = this.#sieve.sift(lines, mode, arrivedMs)
    // The faults are this engine's own and counted already.
    return { ...batch, counts: { ...batch.counts, faults: noFaults() } }
  }

  /**
   * Takes a batch of lines that a sieve of the same items has sifted, as if they were processed one by one. They
   * `arrivedMs` when the sieve was told they did.
   */
  processSifted(lines: readonly Line[], batch: SiftedBatch, mode: Mode, arrivedMs: number): void {
    const { counts } = batch
    const reader = new BatchReader(batch)
    const told = new ToldEvents(batch, mode, arrivedMs)
    this.#counts.lines += lines.length
    this.#counts.parsed += counts.parsed
    this.#counts.unparsed += counts.unparsed
    this.#counts.whitelisted += counts.whitelisted
    this.#buckets.counters.failed += counts.failed
    this.#parsers.countFaults(counts.faults)
    while (reader.next()) {
      const line = lines[reader.line]
      if (line === undefined) continue
      if (reader.wants === null) {
        this.#counts.lines--
        this.process(line, mode)
        continue
      }
      this.#buckets.pourWanted(told.of(line, reader), reader.wants)
      if (this.#full.length > 0) this.#handleFull()
    }
  }

  /** Ends the buckets whose time has come by the wall clock. Call it about once a second in live. */
  tick(nowMs: number): void {
    this.#buckets.tick(nowMs)
    this.#handleFull()
  }

  /** Overflows that still wait for names: a host that reads faster than it should waits with `drain`. */
  get waiting(): number {
    return this.#waitingCount
  }

  /** Waits until no overflow is under way. */
  async drain(): Promise<void> {
    while (this.#waiting) await this.#waiting
  }

  /**
   * When the oldest bucket was created that the next answers depend on: one that is still filled, or whose overflow
   * still hides others. By the engine's clock, milliseconds since the epoch; null if there is none.
   */
  oldestLiveMs(): number | null {
    const nowMs = this.#clock()
    const births = [
      this.#buckets.store.oldestBornMs(),
      ...this.scenarios.map(({ blackhole }) => blackhole?.oldestBornMs(nowMs) ?? null),
    ].filter((bornMs) => bornMs !== null)
    return births.length === 0 ? null : births.reduce((oldest, bornMs) => Math.min(oldest, bornMs))
  }

  /** Forgets all buckets and blackholes, as after a restart. */
  reset(): void {
    this.#buckets.store.clear()
    for (const scenario of this.scenarios) scenario.blackhole?.clear()
  }

  /** The scenarios whose filter an event does not pass, with the parts that made it false. Slow: for explanations. */
  refusals(event: Event): { scenario: string; why: readonly { source: string; value: Value | Error }[] }[] {
    return this.scenarios.flatMap(({ name, filter }) => {
      const why = explainFalse(filter, { evt: event })
      return why.length === 0 ? [] : [{ scenario: name, why }]
    })
  }

  counters(): EngineCounters {
    const { store, counters } = this.#buckets
    return {
      ...this.#counts,
      poured: counters.poured,
      dropped: { ...this.#dropped },
      buckets: {
        count: store.size,
        bytes: store.bytes,
        evicted: store.evicted,
        trimmed: store.trimmed,
        expired: store.expired,
      },
      scenarioFaults: counters.failed,
      parserFaults: { ...this.#parsers.faults },
    }
  }

  #pour(event: Event): void {
    this.#buckets.pour(event)
    if (this.#full.length > 0) this.#handleFull()
  }

  #handleFull(): void {
    for (let full = this.#full.shift(); full; full = this.#full.shift()) {
      this.#counts.overflows++
      this.#options.onFull?.(full.bucket.bornMs)
      const event = this.#raise(full)
      if (!event?.overflow) continue
      this.#generations.set(event.overflow, 1 + this.#generationBefore(full))
      this.#postoverflow(event)
    }
  }

  /** The event that a full bucket becomes; null where the scenario's own rules drop it. Its events are let go. */
  #raise(full: FullBucket): Event | null {
    try {
      full.bucket.queue.complete((event) => this.#completed(event))
      return raise(full, this.#contexts, this.#clock, this.#dropped)
    } finally {
      this.#buckets.letGo(full)
    }
  }

  /** How many overflows led to the events of a bucket, one to the other. */
  #generationBefore({ bucket }: FullBucket): number {
    const before = bucket.queue.events.map(({ overflow }) => overflow && this.#generations.get(overflow))
    return before.reduce<number>((most, generation) => Math.max(most, generation ?? 0), 0)
  }

  /** Overflows keep their order: one that waits makes those behind it wait, although their names come meanwhile. */
  #postoverflow(event: Event): void {
    const parsed = this.#parsers.parsePostoverflow(event, this.#options.onNode)
    if (typeof parsed === 'boolean' && this.#waiting === null) {
      this.#finish(event)
      return
    }
    this.#waitingCount++
    const finished = this.#finishAfter(this.#waiting, parsed, event)
    this.#waiting = finished
    void finished.then(() => {
      if (this.#waiting === finished) this.#waiting = null
    })
  }

  async #finishAfter(
    before: Promise<void> | null,
    parsed: boolean | Promise<boolean>,
    event: Event,
  ): Promise<void> {
    await before
    await parsed
    this.#waitingCount--
    this.#finish(event)
  }

  #finish(event: Event): void {
    const { overflow } = event
    if (!overflow) return
    this.#options.onOverflow?.(event)
    if (event.whitelisted || overflow.whitelisted) {
      this.#dropped.whitelisted++
      return
    }
    for (const alert of overflow.alerts) {
      this.#counts.alerts++
      this.#options.onAlert?.(alert, event)
    }
    if (overflow.reprocess) this.#pourAgain(event, overflow)
  }

  /** A scenario that takes its own overflows would go on for ever: a chain of overflows ends after some links. */
  #pourAgain(event: Event, overflow: Overflow): void {
    if ((this.#generations.get(overflow) ?? 0) < maxGenerations) this.#pour(event)
    else this.#counts.endless++
  }
}

/** The hub's longest chain has two links. */
const maxGenerations = 8

const defaultBucketBytes = 64 * 1024 * 1024

/** What an engine is made of. */
export interface EngineParts {
  readonly parsers: ParserSet
  readonly scenarios: readonly Scenario[]
  readonly contexts: Contexts
  /** Of the expressions of parsers and filters. */
  readonly environment: Environment
  readonly errors: readonly TocsinError[]
  readonly warnings: readonly TocsinError[]
}
