import { structTypeOf } from '@tocsin/expr'
import type { Time, Value } from '@tocsin/expr'
import type { Event, EventView, Line, Mode } from '../event.ts'
import { eventType } from '../event-type.ts'
import { packFields, pickFields } from '../field-map.ts'
import type { Overflow } from '../overflow.ts'

/** The parts of an event that few expressions ask for once it is queued: of maps the keys, null for all. */
export interface KeptParts {
  readonly line: boolean
  readonly parsed: readonly string[] | null
  readonly enriched: readonly string[] | null
  readonly unmarshaled: boolean
}

const noText = new Map<string, string>()
const noValues = new Map<string, Value>()
const noLine: Line = { raw: '', src: '', timeMs: 0, labels: noText, module: '' }

/** Estimated bytes of an event beyond its texts. */
const baseBytes = 420

/**
 * An event as buckets keep it: what alerts, contexts and conditions read. Metas are the event's own, so that what
 * a later filter writes into them shows here too, as in the original.
 */
export class QueuedEvent implements EventView {
  readonly line: Line
  readonly mode: Mode
  readonly parsed: Map<string, string>
  readonly enriched: Map<string, string>
  readonly meta: Map<string, string>
  readonly unmarshaled: Map<string, Value>
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

  constructor(event: Event, kept: KeptParts) {
    this.line = kept.line ? event.line : noLine
    this.mode = event.mode
    this.parsed = pickFields(event.parsed, kept.parsed)
    this.enriched = pickFields(event.enriched, kept.enriched)
    this.meta = event.meta
    this.unmarshaled = kept.unmarshaled ? event.unmarshaled : noValues
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
 * What has to be kept of queued events so that these expressions, which run on them later, see what they ask for.
 * Where an expression hands a whole event on, everything is kept.
 */
export function keptParts(sources: readonly string[]): KeptParts {
  const all = sources.some((source) => wholeEvent.test(source))
  const asksFor = (name: string) => all || sources.some((source) => source.includes(name))
  const enriched = all ? null : keysOf('Enriched', sources)
  return {
    line: asksFor('Line'),
    parsed: all ? null : keysOf('Parsed', sources),
    enriched: enriched && [...new Set([...ofSources, ...enriched])],
    unmarshaled: asksFor('Unmarshaled'),
  }
}

/** The keys of a map that expressions name; null where one takes the map for something else. */
function keysOf(map: string, sources: readonly string[]): string[] | null {
  const uses = new RegExp(`\\b${map}\\b(?:\\.(\\w+))?`, 'g')
  const keys = new Set<string>()
  for (const source of sources) {
    for (const [, key] of source.matchAll(uses)) {
      if (key === undefined) return null
      keys.add(key)
    }
  }
  return [...keys]
}

/** `evt`, `queue` or an element that is used as a value instead of through one of its fields. */
const wholeEvent = /\bevt\b(?!\s*\??\.)|#(?!\s*\??\.|\w)|\bqueue\b(?!\s*\??\.)|\bleaky\b(?!\s*\??\.)/
