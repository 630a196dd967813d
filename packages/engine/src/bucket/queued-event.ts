import { structTypeOf } from '@tocsin/expr'
import type { Time, Value } from '@tocsin/expr'
import type { Event, Line, Mode } from '../event.ts'
import { eventType } from '../event-type.ts'
import type { Overflow } from '../overflow.ts'

/** The parts of an event that are large and that few expressions ask for once it is queued. */
export interface KeptParts {
  readonly line: boolean
  readonly parsed: boolean
  readonly unmarshaled: boolean
}

const noText = new Map<string, string>()
const noValues = new Map<string, Value>()
const noLine: Line = { raw: '', src: '', timeMs: 0, labels: noText, module: '' }

/** Estimated bytes of an event beyond its text. */
const baseBytes = 1500

/**
 * An event as buckets keep it: what alerts, contexts and conditions read. Maps are the event's own, so that what
 * a later filter writes into them shows here too, as in the original.
 */
export class QueuedEvent implements Event {
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
  readonly bytes: number
  /** How many buckets hold it. */
  holders = 0

  constructor(event: Event, kept: KeptParts) {
    this.line = kept.line ? event.line : noLine
    this.mode = event.mode
    this.parsed = kept.parsed ? event.parsed : noText
    this.enriched = event.enriched
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
    this.bytes = baseBytes + 2 * event.line.raw.length
  }
}

Object.defineProperty(QueuedEvent.prototype, structTypeOf, { value: eventType })

/**
 * What has to be kept of queued events so that these expressions, which run on them later, see what they ask for.
 * Where an expression hands a whole event on, everything is kept.
 */
export function keptParts(sources: readonly string[]): KeptParts {
  const all = sources.some((source) => wholeEvent.test(source))
  const asksFor = (name: string) => all || sources.some((source) => source.includes(name))
  return { line: asksFor('Line'), parsed: asksFor('Parsed'), unmarshaled: asksFor('Unmarshaled') }
}

/** `evt`, `queue` or an element that is used as a value instead of through one of its fields. */
const wholeEvent = /\bevt\b(?!\s*\??\.)|#(?!\s*\??\.|\w)|\bqueue\b(?!\s*\??\.)|\bleaky\b(?!\s*\??\.)/
