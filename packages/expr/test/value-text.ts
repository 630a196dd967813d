import { Duration, Month, Time, Weekday, Zone } from '../src/index.ts'
import type { Value } from '../src/index.ts'
import { structOf } from '../src/type/struct-type.ts'

/** A value as spec files write it: floats always with a point or an exponent, so that they differ from ints. */
export function toText(value: Value): string {
  if (value === null) return 'nil'
  switch (typeof value) {
    case 'bigint':
    case 'boolean':
      return String(value)
    case 'number':
      return Number.isInteger(value) && Math.abs(value) < 1e21 ? value.toFixed(1) : String(value)
    case 'string':
      return JSON.stringify(value)
    case 'function':
      return 'function'
    default:
      return objectText(value)
  }
}

function objectText(value: object): string {
  if (Array.isArray(value)) return `[${(value as Value[]).map(toText).join(', ')}]`
  if (value instanceof Map) {
    const entries = [...(value as Map<Value, Value>)].map(
      ([key, entry]) => `${toText(key)}: ${toText(entry)}`,
    )
    return `{${entries.sort().join(', ')}}`
  }
  if (value instanceof Time) return value.toJSON()
  if (value instanceof Duration || value instanceof Month) return value.toString()
  if (value instanceof Weekday || value instanceof Zone) return value.toString()
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('hex')}`
  return structOf(value)?.name ?? 'object'
}
