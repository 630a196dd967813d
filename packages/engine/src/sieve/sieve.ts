import { Time } from '@tocsin/expr'
import type { Kept } from '../bucket/kept.ts'
import type { Scenario } from '../bucket/scenario.ts'
import type { ScenarioIndex } from '../bucket/scenario-index.ts'
import { writesEvents } from '../demand/effects.ts'
import { conditionsOf } from '../demand/needs.ts'
import { Event, type Line, type Mode } from '../event.ts'
import type { ParserSet } from '../parser/parser-set.ts'
import { type Faults, noFaults } from '../parser/run.ts'
import { FieldSets } from './field-sets.ts'
import { BatchWriter, type SieveCounts, type SiftedBatch, type SiftedEvent } from './sifted.ts'
import { Sifter } from './sifter.ts'
import { TextPlaces } from './text-places.ts'

/**
 * The half of an engine that needs no order: parses lines and asks filters, beside others in threads of their own. What
 * it finds goes to the engine that owns the buckets. Lines that need what other lines left behind are given back whole.
 */
export class Sieve {
  readonly #parsers: ParserSet
  readonly #sifter: Sifter
  readonly #kept: Kept
  #texts = new TextPlaces()
  /** By position: whether conditions run on the events of the scenario's buckets. */
  readonly #conditional: readonly boolean[]
  /** By position: whether its conditions ask more of events than is told of them, or write into them. */
  readonly #demanding: readonly boolean[]

  constructor(parsers: ParserSet, scenarios: readonly Scenario[], index: ScenarioIndex, kept: Kept) {
    this.#parsers = parsers
    this.#sifter = new Sifter(index)
    this.#kept = kept
    const conditions = scenarios.map(conditionsOf)
    this.#conditional = conditions.map((sources) => sources.length > 0)
    this.#demanding = conditions.map((sources) =>
      sources.some((source) => writesEvents(source) || beyondFields.test(source)),
    )
  }

  /** Sifts lines that arrived at a time, milliseconds since the epoch. */
  sift(lines: readonly Line[], mode: Mode, arrivedMs: number): SiftedBatch {
    const arrived = Time.fromMs(arrivedMs)
    const before = { ...this.#parsers.faults }
    const counts = { parsed: 0, unparsed: 0, whitelisted: 0, failed: 0 }
    if (this.#texts.isFull) this.#texts = new TextPlaces()
    const writer = new BatchWriter(this.#texts)
    const fields = new FieldSets(this.#kept.lean)
    this.#sifter.failed = 0
    for (let at = 0; at < lines.length; at++) {
      const sifted = this.#siftOne(new Event(lines[at] as Line, mode, arrived), at, counts, fields)
      if (sifted) writer.add(sifted)
    }
    counts.failed = this.#sifter.failed
    return writer.finish(fields.sets, { ...counts, faults: since(before, this.#parsers.faults) })
  }

  #siftOne(
    event: Event,
    line: number,
    counts: Omit<SieveCounts, 'faults'>,
    fields: FieldSets,
  ): SiftedEvent | null {
    const parsed = this.#parsers.parseLean(event, true)
    if (parsed === null) return whole(line)
    if (!parsed) {
      counts.unparsed++
      return null
    }
    const wants = event.whitelisted ? [] : this.#sifter.sift(event)
    if (wants === null || event.line !== event.origin) return whole(line)
    if (wants.some(({ position }) => this.#demanding[position])) return whole(line)
    counts.parsed++
    if (event.whitelisted) counts.whitelisted++
    if (wants.length === 0) return null
    const isAsked = wants.some(({ position }) => this.#conditional[position])
    return { line, wants, marshaledTime: event.marshaledTime, fields: fields.placeOf(event, isAsked) }
  }
}

/** What a condition may ask of an event beside its fields, its line and its time. */
const beyondFields = /\b(?:StrTime|StrTimeFormat|Stage|Process|Unmarshaled|Whitelisted|WhitelistReason)\b/

function whole(line: number): SiftedEvent {
  return { line, wants: null, marshaledTime: '', fields: -1 }
}

function since(before: Readonly<Faults>, after: Readonly<Faults>): Faults {
  const more = noFaults()
  for (const kind of Object.keys(more) as (keyof Faults)[]) more[kind] = after[kind] - before[kind]
  return more
}
