import { basename } from 'node:path'
import type { Event, Source } from '@tocsin/engine'
import type { Value } from '@tocsin/expr'
import type { ParserResult, ParserResults } from './results.ts'

/** The asserts that hold for what the parsers did: one line each, in the form of the public hub. */
export function parserAsserts(results: ParserResults): string[] {
  const lines = [`len(results) == ${results.size}`]
  for (const [stage, parsers] of sorted(results)) {
    for (const [parser, list] of sorted(parsers)) {
      const place = `results[${quote(stage)}][${quote(parser)}]`
      lines.push(`len(${place}) == ${list.length}`)
      for (const [index, result] of list.entries()) lines.push(...resultAsserts(`${place}[${index}]`, result))
    }
  }
  return lines
}

function resultAsserts(place: string, { success, event }: ParserResult): string[] {
  if (!success) return [`${place}.Success == false`]
  return [
    `${place}.Success == true`,
    ...textAsserts(`${place}.Evt.Parsed`, event.parsed),
    ...textAsserts(`${place}.Evt.Meta`, event.meta),
    ...textAsserts(`${place}.Evt.Enriched`, event.enriched),
    ...valueAsserts(`${place}.Evt.Unmarshaled`, event.unmarshaled),
    `${place}.Evt.Whitelisted == ${event.whitelisted}`,
    ...(event.whitelisted ? [`${place}.Evt.WhitelistReason == ${quote(event.whitelistReason)}`] : []),
  ]
}

/** The asserts that hold for the overflows, which must be in their final order. */
export function scenarioAsserts(overflows: readonly Event[]): string[] {
  const lines = [`len(results) == ${overflows.length}`]
  for (const [index, event] of overflows.entries()) {
    const { overflow } = event
    if (!overflow) continue
    const place = `results[${index}].Overflow`
    for (const [key, source] of sorted(overflow.sources)) lines.push(...sourceAsserts(place, key, source))
    const alert = overflow.alerts[0]
    if (!alert) continue
    for (const [at, { meta }] of alert.events.entries()) {
      lines.push(...metaAsserts(`${place}.Alert.Events[${at}]`, meta))
    }
    lines.push(
      `${place}.Alert.GetScenario() == ${quote(alert.scenario)}`,
      `${place}.Alert.Remediation == ${alert.remediation}`,
      `${place}.Alert.GetEventsCount() == ${alert.eventsCount}`,
    )
  }
  return lines
}

function sourceAsserts(place: string, key: string, source: Source): string[] {
  const own = `${place}.Sources[${quote(key)}]`
  return [
    `${quote(key)} in ${place}.GetSources()`,
    `${own}.IP == ${quote(source.ip)}`,
    `${own}.Range == ${quote(source.range)}`,
    `${own}.GetScope() == ${quote(source.scope)}`,
    `${own}.GetValue() == ${quote(source.value)}`,
  ]
}

function metaAsserts(place: string, meta: readonly (readonly [string, string])[]): string[] {
  return meta.map(([key, value]) => textAssert(`${place}.GetMeta(${quote(key)})`, key, value))
}

function textAsserts(place: string, entries: ReadonlyMap<string, string>): string[] {
  return sorted(entries)
    .filter(([, value]) => value !== '')
    .map(([key, value]) => textAssert(`${place}[${quote(key)}]`, key, value))
}

function textAssert(place: string, key: string, value: string): string {
  if (key === 'datasource_path') return `basename(${place}) == ${quote(basename(value))}`
  return `${place} == ${quote(value)}`
}

/** One assert for each text, number and bool inside a value; lists are left out, as the public hub does. */
function valueAsserts(place: string, value: Value): string[] {
  if (value instanceof Map) {
    return sorted(value as ReadonlyMap<string, Value>).flatMap(([key, entry]) =>
      valueAsserts(`${place}[${quote(key)}]`, entry),
    )
  }
  if (typeof value === 'string') return [`${place} == ${quote(value)}`]
  if (typeof value === 'boolean' || typeof value === 'bigint') return [`${place} == ${value}`]
  return typeof value === 'number' ? [numberAssert(place, value)] : []
}

/** Whole numbers below a million are compared, others within a millionth. */
function numberAssert(place: string, value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1_000_000) return `${place} == ${value}`
  return `FloatApproxEqual(${place}, ${value.toFixed(6)})`
}

function sorted<T>(entries: ReadonlyMap<string, T>): [string, T][] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1))
}

function quote(text: string): string {
  return `"${text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')}"`
}
