import { Duration } from '../go/duration.ts'
import { Month, Time, Weekday, Zone } from '../go/time.ts'
import { structOf } from '../type/struct-type.ts'
import type { Value } from '../value.ts'

/** How errors name the kind of a value. */
export function kindOf(value: Value | undefined): string {
  if (value === null || value === undefined) return 'nil'
  switch (typeof value) {
    case 'bigint':
      return 'int'
    case 'number':
      return 'float'
    case 'boolean':
      return 'bool'
    case 'string':
      return 'string'
    case 'function':
      return 'function'
    default:
      return objectKind(value)
  }
}

function objectKind(value: object): string {
  if (Array.isArray(value)) return 'list'
  if (value instanceof Map) return 'map'
  if (value instanceof Uint8Array) return 'bytes'
  if (value instanceof Time) return 'time'
  if (value instanceof Duration) return 'duration'
  if (value instanceof Month) return 'month'
  if (value instanceof Weekday) return 'weekday'
  return value instanceof Zone ? 'location' : (structOf(value)?.name ?? 'object')
}

/** The number behind the kinds that are integers under another name, or undefined. */
export function namedInteger(value: Value): bigint | undefined {
  if (value instanceof Duration) return value.ns
  return value instanceof Month || value instanceof Weekday ? BigInt(value.number) : undefined
}
