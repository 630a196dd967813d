import { Time } from '@tocsin/expr'
import { parseLogTime } from '../bucket/log-time.ts'
import { zoneOf } from '../enrich/date.ts'
import { Event, type Line, type Mode } from '../event.ts'
import { fieldMap } from '../field-map.ts'
import type { SiftedBatch, SiftedEvent, SiftedFields } from './sifted.ts'

/** Makes the events of a batch of what a sieve tells of them. */
export class ToldEvents {
  readonly #mode: Mode
  readonly #arrived: Time
  readonly #fields: readonly FieldMaps[]
  #lastText = ''
  #lastTime: Time | null = null

  constructor({ fields }: SiftedBatch, mode: Mode, arrivedMs: number) {
    this.#mode = mode
    this.#arrived = Time.fromMs(arrivedMs)
    this.#fields = fields.map(mapsOf)
  }

  /** The event of a line. Its maps are those of other events of the batch too: nobody may write into them. */
  of(line: Line, { marshaledTime, fields }: SiftedEvent): Event {
    const event = new Event(line, this.#mode, this.#arrived)
    const { meta, parsed, enriched } = this.#fields[fields] ?? noMaps
    event.complete = false
    event.marshaledTime = marshaledTime
    event.meta = meta
    event.parsed = parsed
    event.enriched = enriched
    // Only conditions ask for the time of queued events, and those have fields.
    if (this.#mode === 'replay') event.time = this.#timeOf(marshaledTime)
    return event
  }

  /** Events of the same time share it, by which they are known to have the same setting in the buckets. */
  #timeOf(marshaledTime: string): Time {
    if (marshaledTime !== this.#lastText) {
      const time = parseLogTime(marshaledTime)
      this.#lastText = marshaledTime
      this.#lastTime = time && new Time(time.seconds, time.nanoseconds, zoneOf(time.offsetMinutes))
    }
    return this.#lastTime ?? this.#arrived
  }
}

type FieldMaps = Pick<Event, 'meta' | 'parsed' | 'enriched'>

function mapsOf({ meta, parsed, enriched }: SiftedFields): FieldMaps {
  return { meta: mapOf(meta), parsed: mapOf(parsed), enriched: mapOf(enriched) }
}

function mapOf(pairs: readonly string[]): Map<string, string> {
  const map = fieldMap()
  for (let at = 0; at < pairs.length; at += 2) map.set(pairs[at] as string, pairs[at + 1] as string)
  return map
}

const noMaps = mapsOf({ meta: [], parsed: [], enriched: [] })
