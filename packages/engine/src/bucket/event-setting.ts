import { structTypeOf, type Time, type Value } from '@tocsin/expr'
import type { Event, EventView, Line, Mode } from '../event.ts'
import { eventType } from '../event-type.ts'
import { noFields, packFields, pickFields } from '../field-map.ts'
import type { Overflow } from '../overflow.ts'
import type { Kept, KeptParts } from './kept.ts'

const noText = new Map<string, string>()
const noValues = new Map<string, Value>()
const noLine: Line = { raw: '', src: '', timeMs: 0, labels: noText, module: '' }

/**
 * All that is kept of an event but the text of its line. Events that are not complete share theirs with their neighbours
 * in the log, which mostly have the same time and the same few fields that conditions read; nobody writes into those.
 */
export class EventSetting implements EventView {
  readonly mode: Mode
  readonly complete: boolean
  readonly arrived: Time
  readonly time: Time
  readonly marshaledTime: string
  readonly strTime: string
  readonly strTimeFormat: string
  readonly stage: string
  readonly processed: boolean
  readonly whitelisted: boolean
  readonly whitelistReason: string
  /** The line as it came, without its text. */
  readonly origin: Line
  /** The line where it is kept and another one than the one that came. */
  readonly ownLine: Line | null
  readonly meta: Map<string, string>
  readonly parsed: Map<string, string>
  readonly enriched: Map<string, string>
  readonly unmarshaled: Map<string, Value>
  readonly overflow: Overflow | null

  /** The metas are those that are kept. */
  constructor(event: Event, parts: KeptParts, meta: Map<string, string>) {
    const { src, timeMs, labels, module } = event.origin
    const isOwn = parts.line && (event.complete || event.line !== event.origin)
    this.mode = event.mode
    this.complete = event.complete
    this.arrived = event.arrived
    this.time = event.time
    this.marshaledTime = event.marshaledTime
    this.strTime = parts.strTime ? event.strTime : ''
    this.strTimeFormat = event.strTimeFormat
    this.stage = event.stage
    this.processed = event.processed
    this.whitelisted = event.whitelisted
    this.whitelistReason = event.whitelistReason
    this.origin = event.complete ? noLine : { raw: '', src, timeMs, labels, module }
    this.ownLine = isOwn ? event.line : null
    this.meta = meta
    this.parsed = pickFields(event.parsed, parts.parsed)
    this.enriched = pickFields(event.enriched, parts.enriched)
    this.unmarshaled = parts.unmarshaled ? event.unmarshaled : noValues
    this.overflow = event.overflow
  }

  get line(): Line {
    return this.ownLine ?? this.origin
  }

  /** Makes the fields small, once nobody writes into them any more. Gives about how many bytes they take. */
  pack(): number {
    let length = 0
    for (const map of [this.meta, this.parsed, this.enriched]) if (map !== noFields) length += packFields(map)
    return 2 * length
  }
}

Object.defineProperty(EventSetting.prototype, structTypeOf, { value: eventType })

/** How many combinations of fields are remembered: lines in a row mostly have one of a few. */
const remembered = 8

/** Gives events their settings, the same one to those that may share it. */
export class EventSettings {
  readonly #kept: Kept
  /** Settings that were given lately, and the metas of each. */
  readonly #recent: { readonly values: readonly (string | undefined)[]; setting: EventSetting }[] = []
  #next = 0

  constructor(kept: Kept) {
    this.#kept = kept
  }

  /** Whether the setting that was given last is one that nobody had before. */
  isNew = true

  of(event: Event): EventSetting {
    const { complete, lean } = this.#kept
    this.isNew = true
    if (event.complete) return new EventSetting(event, complete, pickFields(event.meta, complete.meta))
    const { meta } = lean
    if (meta === null || !isPlain(event, lean))
      return new EventSetting(event, lean, pickFields(event.meta, meta))
    const known = this.#find(event.meta, meta)
    if (known && isSettingOf(known.setting, event)) {
      this.isNew = false
      return known.setting
    }
    const setting = new EventSetting(event, lean, known?.setting.meta ?? pickFields(event.meta, meta))
    if (known) known.setting = setting
    else
      this.#remember(
        meta.map((key) => event.meta.get(key)),
        setting,
      )
    return setting
  }

  #find(meta: Map<string, string>, keys: readonly string[]) {
    const recent = this.#recent
    for (let at = 0; at < recent.length; at++) {
      const one = recent[at]!
      let key = 0
      while (key < keys.length && one.values[key] === meta.get(keys[key]!)) key++
      if (key === keys.length) return one
    }
    return undefined
  }

  #remember(values: readonly (string | undefined)[], setting: EventSetting): void {
    this.#recent[this.#next] = { values, setting }
    this.#next = (this.#next + 1) % remembered
  }
}

/** Whether nothing is kept of an event but metas. */
function isPlain(event: Event, { parsed, enriched, unmarshaled, strTime }: KeptParts): boolean {
  if (unmarshaled || strTime || event.overflow !== null || event.line !== event.origin) return false
  return !hasAny(event.parsed, parsed) && !hasAny(event.enriched, enriched)
}

function hasAny(map: Map<string, string>, keys: readonly string[] | null): boolean {
  if (keys === null) return true
  for (let at = 0; at < keys.length; at++) if (map.has(keys[at] as string)) return true
  return false
}

/** Whether a setting with the metas of an event is that of the event in all else. */
function isSettingOf(setting: EventSetting, event: Event): boolean {
  const { origin } = event
  return (
    setting.time === event.time &&
    setting.marshaledTime === event.marshaledTime &&
    setting.arrived === event.arrived &&
    setting.origin.timeMs === origin.timeMs &&
    setting.origin.labels === origin.labels &&
    setting.origin.src === origin.src &&
    setting.origin.module === origin.module &&
    setting.mode === event.mode &&
    setting.strTimeFormat === event.strTimeFormat &&
    setting.stage === event.stage &&
    setting.processed === event.processed &&
    setting.whitelisted === event.whitelisted &&
    setting.whitelistReason === event.whitelistReason
  )
}
