import { Duration, Month, Weekday } from '@tocsin/expr'

/**
 * A value of an expression as plain JSON: maps as objects, 64-bit integers as numbers where they fit and as text where
 * they do not, errors as `{error}`. Times and durations are their text.
 */
export function plainValue(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  if (value instanceof Map) {
    return Object.fromEntries(Array.from(value, ([key, item]) => [String(key), plainValue(item)]))
  }
  if (Array.isArray(value)) return value.map(plainValue)
  if (value instanceof Error) return { error: value.message }
  if (typeof value !== 'object' || value === null) return value
  if ('toJSON' in value && typeof value.toJSON === 'function')
    return (value.toJSON as () => unknown).call(value)
  if (value instanceof Duration || value instanceof Month || value instanceof Weekday) return value.toString()
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plainValue(item)]))
}
