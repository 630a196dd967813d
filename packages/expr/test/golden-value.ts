import { Duration, Month, Time, Weekday } from '../src/index.ts'
import type { Value } from '../src/index.ts'
import { structOf } from '../src/type/struct-type.ts'

/** A value as the recorded answers write it. */
export type GoldenValue = null | boolean | string | GoldenValue[] | Readonly<Record<string, unknown>>

/** Floats are compared by value, so that -0 and NaN count. */
export function readFloat(text: string): number {
  if (text === '+Inf') return Infinity
  return text === '-Inf' ? -Infinity : Number(text)
}

/** Whether a value is the recorded one. */
export function isGolden(value: Value | undefined, golden: GoldenValue): boolean {
  return JSON.stringify(toGolden(value ?? null)) === JSON.stringify(canonical(golden))
}

/** A value in the recorded form, floats in JavaScript's own notation. */
export function toGolden(value: Value): GoldenValue {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value
  if (typeof value === 'bigint') return { i: value.toString() }
  if (typeof value === 'number') return { f: floatText(value) }
  if (typeof value === 'function') return { fn: true }
  if (Array.isArray(value)) return value.map((element: Value) => toGolden(element))
  if (value instanceof Map) {
    return sortedMap(
      [...(value as Map<Value, Value>)].map(([key, entry]) => [toGolden(key), toGolden(entry)]),
    )
  }
  if (value instanceof Time) return { t: value.toJSON() }
  if (value instanceof Duration) return { d: value.ns.toString() }
  if (value instanceof Month || value instanceof Weekday) return { i: String(value.number) }
  if (value instanceof Uint8Array) return { b: Buffer.from(value).toString('hex') }
  if (value instanceof Error) return { e: '' }
  const struct = structOf(value)
  return struct ? { struct: struct.name.replace(/^.*\./, '') } : { unknown: value.constructor.name }
}

function floatText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value)
}

function sortedMap(entries: GoldenValue[][]): GoldenValue {
  const keyed = entries.map((entry) => ({ key: JSON.stringify(entry[0]), entry }))
  keyed.sort((a, b) => (a.key < b.key ? -1 : 1))
  return { m: keyed.map(({ entry }) => entry) }
}

function canonical(golden: GoldenValue): GoldenValue {
  if (Array.isArray(golden)) return golden.map(canonical)
  if (typeof golden !== 'object' || golden === null) return golden
  if (typeof golden.f === 'string') return { f: floatText(readFloat(golden.f)) }
  if (typeof golden.e === 'string') return { e: '' }
  if (Array.isArray(golden.m))
    return sortedMap((golden.m as GoldenValue[][]).map((entry) => entry.map(canonical)))
  return golden
}
