import { structTypeOf } from '@tocsin/expr'
import type { Time, Value } from '@tocsin/expr'
import type { Event, EventView, Line, Mode } from '../event.ts'
import { eventType } from '../event-type.ts'
import { Demand } from '../demand/demand.ts'
import { packFields, pickFields } from '../field-map.ts'
import type { Overflow } from '../overflow.ts'

/** The parts of an event that are kept of it once it is queued: of maps the keys, null for all. */
export interface KeptParts {
  readonly line: boolean
  readonly meta: readonly string[] | null
  readonly parsed: readonly string[] | null
  readonly enriched: readonly string[] | null
  readonly unmarshaled: boolean
}

/** What is kept of events: of complete ones what is read of them later, of others what is read before they are completed. */
export interface Kept {
  readonly complete: KeptParts
  readonly lean: KeptParts
}

const noText = new Map<string, string>()
const noValues = new Map<string, Value>()
const noLine: Line = { raw: '', src: '', timeMs: 0, labels: noText, module: '' }

/** Estimated bytes of an event beyond its texts. */
const baseBytes = 400

/**
 * An event as buckets keep it: what alerts, contexts and conditions read. Metas are the event's own, so that what
 * a later filter writes into them shows here too, as in the original.
 */
export class QueuedEvent implements EventView {
  readonly line: Line
  /** Kept of events that are not complete, to be parsed again. */
  readonly origin: Line
  readonly mode: Mode
  parsed: Map<string, string>
  enriched: Map<string, string>
  meta: Map<string, string>
  unmarshaled: Map<string, Value>
  /** Whether it has all that alerts show; one that has not is parsed again before it is shown. */
  complete: boolean
  readonly arrived: Time
  readonly time: Time
  readonly strTime: string
  readonly strTimeFormat: string
  readonly marshaledTime: string
  readonly stage: string
  readonly processed: boolean
  readonly whitelisted: boolean
  readonly whitelistReason: string
  readonly overflow: Overflow | null
  /** Estimated bytes that it holds. */
  bytes: number
  /** How many buckets hold it. */
  holders = 0

  constructor(event: Event, kept: Kept) {
    const parts = event.complete ? kept.complete : kept.lean
    this.line = parts.line ? event.line : noLine
    this.origin = event.complete ? noLine : event.origin
    this.mode = event.mode
    this.complete = event.complete
    this.arrived = event.arrived
    this.meta = pickFields(event.meta, parts.meta)
    this.parsed = pickFields(event.parsed, parts.parsed)
    this.enriched = pickFields(event.enriched, parts.enriched)
    this.unmarshaled = parts.unmarshaled ? event.unmarshaled : noValues
    this.time = event.time
    this.strTime = event.strTime
    this.strTimeFormat = event.strTimeFormat
    this.marshaledTime = event.marshaledTime
    this.stage = event.stage
    this.processed = event.processed
    this.whitelisted = event.whitelisted
    this.whitelistReason = event.whitelistReason
    this.overflow = event.overflow
    this.bytes = baseBytes + 2 * this.line.raw.length
  }

  /** Takes over what was found since, before a filter writes into the event. */
  fill(event: Event, { complete }: Kept): void {
    this.complete = event.complete
    this.meta = pickFields(event.meta, complete.meta)
    this.parsed = pickFields(event.parsed, complete.parsed)
    this.enriched = pickFields(event.enriched, complete.enriched)
    this.unmarshaled = complete.unmarshaled ? event.unmarshaled : noValues
  }

  /** Makes it small, once nobody writes into the event any more. Gives the bytes that it holds beyond those known before. */
  settle(): number {
    const more = 2 * (packFields(this.meta) + packFields(this.enriched) + packFields(this.parsed))
    this.bytes += more
    return more
  }
}

Object.defineProperty(QueuedEvent.prototype, structTypeOf, { value: eventType })

/** What alerts read of the enriched fields. */
const ofSources = ['ASNumber', 'ASNNumber', 'ASNOrg', 'IsoCode', 'Latitude', 'Longitude']

/**
 * What has to be kept of queued events: `conditions` are the expressions that run on them while buckets fill, `later`
 * those that run when one has overflowed. Alerts show the metas and say who the sources are.
 */
export function keptParts(conditions: readonly string[], later: readonly string[]): Kept {
  const filling = demandOf(conditions)
  const all = demandOf([...conditions, ...later])
  for (const key of ofSources) all.add('Enriched', key)
  const asksFor = (name: string, sources: readonly string[]) => sources.some((each) => each.includes(name))
  const sources = [...conditions, ...later]
  const shows = (name: string) => all.keysOf('Meta') === null || asksFor(name, sources)
  return {
    complete: {
      line: shows('Line'),
      meta: null,
      parsed: all.keysOf('Parsed'),
      enriched: all.keysOf('Enriched'),
      unmarshaled: shows('Unmarshaled'),
    },
    lean: {
      line: true,
      meta: filling.keysOf('Meta'),
      parsed: filling.keysOf('Parsed'),
      enriched: filling.keysOf('Enriched'),
      unmarshaled: filling.keysOf('Meta') === null || asksFor('Unmarshaled', conditions),
    },
  }
}

function demandOf(sources: readonly string[]): Demand {
  const demand = new Demand()
  for (const source of sources) demand.addBucketExpression(source)
  return demand
}
