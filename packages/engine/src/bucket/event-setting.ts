import type { Time, Value } from '@tocsin/expr'
import type { Event, Line, Mode } from '../event.ts'
import { noFields, packFields, pickFields } from '../field-map.ts'
import type { Overflow } from '../overflow.ts'
import type { Kept, KeptParts } from './kept.ts'

/**
 * All that is kept of an event but the text of its line. Events that are not complete share theirs with their neighbours
 * in the log, which mostly have the same time and the same few fields that conditions read; nobody writes into those.
 */
export interface EventSetting {
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
  /** The line where it is another one than the one that came; null where it is not. */
  readonly line: Line | null
  readonly meta: Map<string, string>
  readonly parsed: Map<string, string>
  readonly enriched: Map<string, string>
  readonly unmarshaled: Map<string, Value>
  readonly overflow: Overflow | null
}

const noText = new Map<string, string>()
const noValues = new Map<string, Value>()
const noLine: Line = { raw: '', src: '', timeMs: 0, labels: noText, module: '' }

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

  of(event: Event): EventSetting {
    const { complete, lean } = this.#kept
    if (event.complete) return settingOf(event, complete, pickFields(event.meta, complete.meta))
    const { meta } = lean
    if (meta === null || !isPlain(event, lean)) return settingOf(event, lean, pickFields(event.meta, meta))
    const known = this.#find(event.meta, meta)
    if (known && isSettingOf(known.setting, event)) return known.setting
    const setting = settingOf(event, lean, known?.setting.meta ?? pickFields(event.meta, meta))
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

function settingOf(event: Event, parts: KeptParts, meta: Map<string, string>): EventSetting {
  const { src, timeMs, labels, module } = event.origin
  const ownLine = event.complete ? noLine : event.origin
  const line = parts.line ? event.line : noLine
  return {
    mode: event.mode,
    complete: event.complete,
    arrived: event.arrived,
    time: event.time,
    marshaledTime: event.marshaledTime,
    strTime: parts.strTime ? event.strTime : '',
    strTimeFormat: event.strTimeFormat,
    stage: event.stage,
    processed: event.processed,
    whitelisted: event.whitelisted,
    whitelistReason: event.whitelistReason,
    origin: event.complete ? noLine : { raw: '', src, timeMs, labels, module },
    line: line === ownLine ? null : line,
    meta,
    parsed: pickFields(event.parsed, parts.parsed),
    enriched: pickFields(event.enriched, parts.enriched),
    unmarshaled: parts.unmarshaled ? event.unmarshaled : noValues,
    overflow: event.overflow,
  }
}

/** Makes the fields small, once nobody writes into them any more. Gives about how many bytes they take. */
export function packSetting({ meta, parsed, enriched }: EventSetting): number {
  let length = 0
  for (const map of [meta, parsed, enriched]) if (map !== noFields) length += packFields(map)
  return 2 * length
}
