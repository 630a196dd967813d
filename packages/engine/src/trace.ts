import type { Value } from '@tocsin/expr'
import { Event } from './event.ts'
import { copyFields } from './field-map.ts'
import type { Alert, Overflow, Source } from './overflow.ts'

/** A top-level node that an event reached, whether or not its filter let it in. */
export interface NodeVisit {
  readonly stage: string
  /** The `name` of the node's document. */
  readonly node: string
  /** The item that the node came from. */
  readonly item: string
  readonly success: boolean
  /** The event as the node left it. It changes later: take a copy with copyEvent. */
  readonly event: Event
  /** Whether the filter refused the event. */
  readonly filtered: boolean
  /** Where the filter refused it: the parts of the filter that made it false, and their values. */
  explain(): readonly { readonly source: string; readonly value: Value | Error }[]
}

/** Is told of every visit, in order. With an observer every node is run, as if nothing were known of its filter. */
export type Observer = (visit: NodeVisit) => void

/** A copy that nothing shares with the original; a source that an alert and its overflow share stays shared. */
export function copyEvent(event: Event): Event {
  const copy = new Event({ ...event.line, labels: new Map(event.line.labels) }, event.mode, event.time)
  copy.parsed = copyFields(event.parsed)
  copy.enriched = copyFields(event.enriched)
  copy.meta = copyFields(event.meta)
  copy.unmarshaled = new Map([...event.unmarshaled].map(([key, value]) => [key, copyValue(value)]))
  copy.strTime = event.strTime
  copy.strTimeFormat = event.strTimeFormat
  copy.marshaledTime = event.marshaledTime
  copy.stage = event.stage
  copy.processed = event.processed
  copy.whitelisted = event.whitelisted
  copy.whitelistReason = event.whitelistReason
  copy.overflow = event.overflow && copyOverflow(event.overflow)
  return copy
}

/** A deep copy. It keeps its own stack: a line may hold JSON of any depth. */
function copyValue(root: Value): Value {
  const work: (() => void)[] = []
  const copy = (value: Value): Value => {
    if (Array.isArray(value)) {
      const items: Value[] = []
      work.push(() => value.forEach((item: Value) => items.push(copy(item))))
      return items
    }
    if (value instanceof Map) {
      const entries = new Map<Value, Value>()
      work.push(() => value.forEach((item: Value, key: Value) => entries.set(key, copy(item))))
      return entries
    }
    return value instanceof Uint8Array ? value.slice() : value
  }
  const made = copy(root)
  for (let step = work.pop(); step !== undefined; step = work.pop()) step()
  return made
}

function copyOverflow(overflow: Overflow): Overflow {
  const copies = new Map<Source, Source>()
  const copySource = (source: Source): Source => {
    const copy =
      copies.get(source) ?? Object.assign(Object.create(Object.getPrototypeOf(source) as object), source)
    copies.set(source, copy as Source)
    return copy as Source
  }
  const copyAlert = (alert: Alert): Alert => ({
    ...alert,
    events: [...alert.events],
    meta: alert.meta.map((entry) => ({ ...entry })),
    source: copySource(alert.source),
  })
  return {
    ...overflow,
    sources: new Map([...overflow.sources].map(([value, source]) => [value, copySource(source)])),
    alerts: overflow.alerts.map(copyAlert),
  }
}

/** One field of an event that a node created, changed or deleted. */
export interface EventChange {
  readonly change: 'create' | 'update' | 'delete'
  /** As expressions write it, without `evt.`, such as `Parsed.program`. */
  readonly path: string
  readonly before: Value
  readonly after: Value
}

/** What differs between two states of an event, maps first, each sorted by key. */
export function changesOf(before: Event, after: Event): EventChange[] {
  return [
    ...mapChanges('Parsed', before.parsed, after.parsed),
    ...mapChanges('Meta', before.meta, after.meta),
    ...mapChanges('Enriched', before.enriched, after.enriched),
    ...mapChanges('Unmarshaled', before.unmarshaled, after.unmarshaled),
    ...plainChanges(before, after),
  ]
}

// Deeper than this, a change is shown as one of the whole value.
const maxDepth = 32

function mapChanges(
  name: string,
  before: ReadonlyMap<Value, Value>,
  after: ReadonlyMap<Value, Value>,
  depth = 1,
): EventChange[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])].map(String).sort()
  return keys.flatMap((key) => {
    const path = `${name}.${key}`
    const [old, now] = [before.get(key), after.get(key)]
    if (old instanceof Map && now instanceof Map && depth < maxDepth) {
      return mapChanges(path, old, now, depth + 1)
    }
    if (old === undefined) return [{ change: 'create', path, before: null, after: now ?? null }]
    if (now === undefined) return [{ change: 'delete', path, before: old, after: null }]
    return sameValue(old, now) ? [] : [{ change: 'update', path, before: old, after: now }]
  })
}

/** Whether two values hold the same, all the way down. */
function sameValue(left: Value, right: Value): boolean {
  const work: [Value | undefined, Value | undefined][] = [[left, right]]
  for (let pair = work.pop(); pair !== undefined; pair = work.pop()) {
    const [a, b] = pair
    if (Array.isArray(a) && Array.isArray(b) && a.length === b.length) {
      for (let index = 0; index < a.length; index++) work.push([a[index] as Value, b[index] as Value])
    } else if (a instanceof Map && b instanceof Map && a.size === b.size) {
      for (const [key, item] of a as Map<Value, Value>) work.push([item, b.get(key) as Value | undefined])
    } else if (!Object.is(a, b)) {
      return false
    }
  }
  return true
}

function plainChanges(before: Event, after: Event): EventChange[] {
  const fields = (event: Event): [string, Value][] => [
    ['Stage', event.stage],
    ['Line.Raw', event.line.raw],
    ['Time', event.time.toJSON()],
    ['StrTime', event.strTime],
    ['StrTimeFormat', event.strTimeFormat],
    ['MarshaledTime', event.marshaledTime],
    ['Whitelisted', event.whitelisted],
    ['WhitelistReason', event.whitelistReason],
    ['Overflow.Alert.Source.Scope', event.overflow?.alerts[0]?.source.scope ?? ''],
    ['Overflow.Alert.Source.Value', event.overflow?.alerts[0]?.source.value ?? ''],
  ]
  const old = new Map(fields(before))
  return fields(after).flatMap(([path, now]) => {
    const was = old.get(path) ?? null
    return was === now ? [] : [{ change: was === '' ? 'create' : 'update', path, before: was, after: now }]
  })
}
