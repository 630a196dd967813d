import { structTypeOf } from '@tocsin/expr'
import type { Time, Value } from '@tocsin/expr'
import type { Event, EventView, Line, Mode } from '../event.ts'
import { eventType } from '../event-type.ts'
import { Demand } from '../demand/demand.ts'
import { noFields, packFields, pickFields, sharedFields } from '../field-map.ts'
import type { Overflow } from '../overflow.ts'

/** The parts of an event that are kept of it once it is queued: of maps the keys, null for all. */
export interface KeptParts {
  readonly line: boolean
  readonly meta: readonly string[] | null
  readonly parsed: readonly string[] | null
  readonly enriched: readonly string[] | null
  readonly unmarshaled: boolean
  readonly strTime: boolean
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
const baseBytes = 300

/** What events in a row have in common. */
interface Setting {
  readonly mode: Mode
  readonly complete: boolean
  readonly arrived: Time
  readonly strTimeFormat: string
  readonly stage: string
  readonly processed: boolean
  readonly whitelisted: boolean
  readonly whitelistReason: string
}

/** What few events have, or few expressions ask for. */
interface Extra {
  readonly line: Line
  readonly parsed: Map<string, string>
  readonly enriched: Map<string, string>
  readonly unmarshaled: Map<string, Value>
  readonly strTime: string
  readonly overflow: Overflow | null
}

let lastSetting: Setting | null = null

function settingOf(event: Event): Setting {
  const last = lastSetting
  if (
    last?.mode === event.mode &&
    last.complete === event.complete &&
    last.arrived === event.arrived &&
    last.strTimeFormat === event.strTimeFormat &&
    last.stage === event.stage &&
    last.processed === event.processed &&
    last.whitelisted === event.whitelisted &&
    last.whitelistReason === event.whitelistReason
  ) {
    return last
  }
  const { mode, complete, arrived, strTimeFormat, stage, processed, whitelisted, whitelistReason } = event
  lastSetting = { mode, complete, arrived, strTimeFormat, stage, processed, whitelisted, whitelistReason }
  return lastSetting
}

/**
 * An event as buckets keep it: what alerts, contexts and conditions read, as small as it gets. Metas are the event's
 * own, so that what a later filter writes into them shows here too, as in the original.
 */
export class QueuedEvent implements EventView {
  /** The line as it came, kept of events that are not complete, to be parsed again. */
  readonly origin: Line
  meta: Map<string, string>
  readonly time: Time
  readonly marshaledTime: string
  /** Estimated bytes that it holds. */
  bytes: number
  /** How many buckets hold it. */
  holders = 0
  private setting: Setting
  private extra: Extra | null

  constructor(event: Event, kept: Kept) {
    const parts = event.complete ? kept.complete : kept.lean
    this.origin = event.complete ? noLine : event.origin
    this.meta = pickFields(event.meta, parts.meta)
    this.time = event.time
    this.marshaledTime = event.marshaledTime
    this.setting = settingOf(event)
    this.extra = extraOf(event, parts)
    this.bytes = baseBytes + 2 * event.origin.raw.length
  }

  get line(): Line {
    return this.extra?.line ?? this.origin
  }

  get parsed(): Map<string, string> {
    return this.extra?.parsed ?? noFields
  }

  get enriched(): Map<string, string> {
    return this.extra?.enriched ?? noFields
  }

  get unmarshaled(): Map<string, Value> {
    return this.extra?.unmarshaled ?? noValues
  }

  get strTime(): string {
    return this.extra?.strTime ?? ''
  }

  get overflow(): Overflow | null {
    return this.extra?.overflow ?? null
  }

  /** Whether it has all that alerts show; one that has not is parsed again before it is shown. */
  get complete(): boolean {
    return this.setting.complete
  }

  get mode(): Mode {
    return this.setting.mode
  }

  get arrived(): Time {
    return this.setting.arrived
  }

  get strTimeFormat(): string {
    return this.setting.strTimeFormat
  }

  get stage(): string {
    return this.setting.stage
  }

  get processed(): boolean {
    return this.setting.processed
  }

  get whitelisted(): boolean {
    return this.setting.whitelisted
  }

  get whitelistReason(): string {
    return this.setting.whitelistReason
  }

  /** Takes over what was found since, before a filter writes into the event. */
  fill(event: Event, { complete }: Kept): void {
    this.meta = pickFields(event.meta, complete.meta)
    this.setting = settingOf(event)
    this.extra = extraOf(event, complete)
  }

  /** Makes it small, once nobody writes into the event any more. Gives the bytes that it holds beyond those known before. */
  settle(): number {
    // What is read of an event that is not complete are a few fields with few values: many events share them.
    if (!this.complete) this.meta = sharedFields(this.meta)
    const more = 2 * (packFields(this.meta) + packFields(this.enriched) + packFields(this.parsed))
    this.bytes += more
    return more
  }
}

/** Null where there is nothing beside what every event has. */
function extraOf(event: Event, parts: KeptParts): Extra | null {
  const parsed = pickFields(event.parsed, parts.parsed)
  const enriched = pickFields(event.enriched, parts.enriched)
  const line = parts.line ? event.line : noLine
  const { overflow } = event
  const strTime = parts.strTime ? event.strTime : ''
  const isPlain = parsed === noFields && enriched === noFields && overflow === null && strTime === ''
  const isOwnLine = line === (event.complete ? noLine : event.origin)
  if (isPlain && isOwnLine && !parts.unmarshaled) return null
  const unmarshaled = parts.unmarshaled ? event.unmarshaled : noValues
  return { line, parsed, enriched, unmarshaled, strTime, overflow }
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
      strTime: shows('StrTime'),
    },
    lean: {
      line: true,
      meta: filling.keysOf('Meta'),
      parsed: filling.keysOf('Parsed'),
      enriched: filling.keysOf('Enriched'),
      unmarshaled: filling.keysOf('Meta') === null || asksFor('Unmarshaled', conditions),
      strTime: filling.keysOf('Meta') === null || asksFor('StrTime', conditions),
    },
  }
}

function demandOf(sources: readonly string[]): Demand {
  const demand = new Demand()
  for (const source of sources) demand.addBucketExpression(source)
  return demand
}
