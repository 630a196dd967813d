import { type Type, type Value } from '@tocsin/expr'

/**
 * The text that a static writes for a value, or null for a value that no static may have: the event is given up
 * then. Integers are decimal, floats have six decimals; nil, lists and maps of anything give "".
 * Source: the original's static handling.
 */
export function staticText(value: Value, type: Type): string | null {
  if (typeof value === 'string') return value
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'number') return fixedPoint(value)
  if (value === null) return ''
  if (Array.isArray(value)) return type.kind === 'array' && type.element.kind !== 'any' ? null : ''
  if (value instanceof Map) return type.kind === 'map' && type.value.kind !== 'any' ? null : ''
  return null
}

/** What a grok searches in a value: as staticText, but anything else is "". */
export function grokText(value: Value): string {
  if (typeof value === 'string') return value
  if (typeof value === 'bigint') return value.toString()
  return typeof value === 'number' ? fixedPoint(value) : ''
}

/** Six decimals, as `%f` of Go and C. */
function fixedPoint(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  return Math.abs(value) < 1e21 ? value.toFixed(6) : `${BigInt(value)}.000000`
}
