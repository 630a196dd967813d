import type { Event, Line } from '../event.ts'
import type { Alert, Source } from '../overflow.ts'

/** Writes text into one place of an event; false where the event has no such place, as a line has no alert. */
export type Setter = (event: Event, text: string) => boolean

/**
 * The place that a static's `target` names: an optional `evt.`, then fields up to a text, or to a map, whose next
 * part is the key (further parts are left out). Null for a place that does not exist or holds no text.
 * Source: the original's SetTargetByName.
 */
export function targetSetter(target: string): Setter | null {
  const path = target.replace(/^evt\./, '').split('.')
  const [root = '', field = ''] = path
  const plain = plainFields[root]
  if (plain) return path.length === 1 ? plain : null
  const map = maps[root]
  if (map) return path.length > 1 ? setMap(map, field) : null
  if (root === 'Line') return lineSetter(path)
  return root === 'Overflow' ? overflowSetter(path) : null
}

/** The field of a map that a target names, as a static that names it directly; null for other targets. */
export function mapTarget(target: string): { kind: 'parsed' | 'meta' | 'enriched'; key: string } | null {
  const [root = '', key] = target.replace(/^evt\./, '').split('.')
  const kind = textMaps[root]
  return kind === undefined || key === undefined ? null : { kind, key }
}

const textMaps: Partial<Record<string, 'parsed' | 'meta' | 'enriched'>> = {
  Parsed: 'parsed',
  Meta: 'meta',
  Enriched: 'enriched',
}

/** One function each: lines write into the first of them. */
const plainFields: Partial<Record<string, Setter>> = {
  StrTime: setEvent((event, text) => (event.strTime = text)),
  StrTimeFormat: setEvent((event, text) => (event.strTimeFormat = text)),
  MarshaledTime: setEvent((event, text) => (event.marshaledTime = text)),
  Stage: setEvent((event, text) => (event.stage = text)),
  WhitelistReason: setEvent((event, text) => (event.whitelistReason = text)),
}

const maps: Partial<Record<string, 'parsed' | 'meta' | 'enriched' | 'unmarshaled'>> = {
  ...textMaps,
  Unmarshaled: 'unmarshaled',
}

function setEvent(set: (event: Event, text: string) => void): Setter {
  return (event, text) => {
    set(event, text)
    return true
  }
}

function setMap(map: 'parsed' | 'meta' | 'enriched' | 'unmarshaled', key: string): Setter {
  return (event, text) => {
    event[map].set(key, text)
    return true
  }
}

const lineFields: Partial<Record<string, 'raw' | 'src' | 'module'>> = {
  Raw: 'raw',
  Src: 'src',
  Module: 'module',
}

function lineSetter(path: readonly string[]): Setter | null {
  const [, name = '', label] = path
  if (name === 'Labels' && label !== undefined) {
    return setLine((line, text) => ({ ...line, labels: new Map([...line.labels, [label, text]]) }))
  }
  const field = lineFields[name]
  return field && path.length === 2 ? setLine((line, text) => ({ ...line, [field]: text })) : null
}

function setLine(change: (line: Line, text: string) => Line): Setter {
  return (event, text) => {
    event.line = change(event.line, text)
    return true
  }
}

const alertFields: Partial<Record<string, 'scenario' | 'message' | 'kind'>> = {
  Scenario: 'scenario',
  Message: 'message',
  Kind: 'kind',
}

const sourceFields: Partial<
  Record<string, 'scope' | 'value' | 'ip' | 'range' | 'asNumber' | 'asName' | 'cn'>
> = {
  Scope: 'scope',
  Value: 'value',
  IP: 'ip',
  Range: 'range',
  AsNumber: 'asNumber',
  AsName: 'asName',
  Cn: 'cn',
}

function overflowSetter(path: readonly string[]): Setter | null {
  const [, owner, name = '', field = ''] = path
  if (owner !== 'Alert') return null
  if (name === 'Source') {
    const key = sourceFields[field]
    return key && path.length === 4 ? setAlert((alert, text) => assign(alert.source, key, text)) : null
  }
  const key = alertFields[name]
  return key && path.length === 3 ? setAlert((alert, text) => assign(alert, key, text)) : null
}

function assign<Owner extends Alert | Source, Key extends keyof Owner>(
  owner: Owner,
  key: Key,
  text: Owner[Key],
): void {
  owner[key] = text
}

function setAlert(change: (alert: Alert, text: string) => void): Setter {
  return (event, text) => {
    const alert = event.overflow?.alerts[0]
    if (alert) change(alert, text)
    return alert !== undefined
  }
}
