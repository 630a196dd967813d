import { structOf, type StructType } from '../type/struct-type.ts'
import type { Value } from '../value.ts'
import { Duration } from './duration.ts'
import { shortestGeneral } from './float.ts'
import { Month, Time, Weekday, Zone } from './time.ts'

const maxDepth = 1_000

/** A value as Go's %v prints it. Source: fmt. */
export function textOf(value: Value, depth = 0): string {
  if (value === null || value === undefined) return '<nil>'
  switch (typeof value) {
    case 'string':
      return value
    case 'number':
      return shortestGeneral(value)
    case 'bigint':
    case 'boolean':
      return String(value)
    case 'function':
      return 'func'
    default:
      return objectText(value, depth)
  }
}

function objectText(value: object, depth: number): string {
  if (depth > maxDepth) throw new Error('the value nests too deeply to be printed')
  if (Array.isArray(value))
    return `[${(value as Value[]).map((element) => textOf(element, depth + 1)).join(' ')}]`
  if (value instanceof Map) return mapText(value, depth)
  if (value instanceof Uint8Array) return `[${value.join(' ')}]`
  if (isNamed(value)) return value.toString()
  const struct = structOf(value)
  if (!struct) return 'object'
  const own = struct.methods.get('String')
  if (own) return textOf(own.call(value), depth)
  return structText(struct, value, depth)
}

function isNamed(value: object): value is Time | Duration | Month | Weekday | Zone {
  return [Time, Duration, Month, Weekday, Zone].some((type) => value instanceof type)
}

function mapText(map: ReadonlyMap<Value, Value>, depth: number): string {
  const entries = [...map].sort(([a], [b]) => compareKeys(a, b))
  const parts = entries.map(([key, value]) => `${textOf(key, depth + 1)}:${textOf(value, depth + 1)}`)
  return `map[${parts.join(' ')}]`
}

const keyRanks = ['object', 'boolean', 'bigint', 'number', 'string', 'function', 'symbol', 'undefined']

/** Keys in the order of their kinds, then of their values. */
export function compareKeys(a: Value, b: Value): number {
  const [x, y] = [keyRanks.indexOf(typeof a), keyRanks.indexOf(typeof b)]
  if (x !== y) return x - y
  if (a === b || a === null || b === null) return 0
  if (typeof a === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b as string))
  return a < (b as typeof a) ? -1 : 1
}

function structText(struct: StructType, value: object, depth: number): string {
  const parts = struct.fieldNames().map((name) => {
    const get = struct.field(name)?.get
    const field = typeof get === 'function' ? get(value) : (value as Record<string, Value>)[get ?? '']
    return textOf(field ?? null, depth + 1)
  })
  return `{${parts.join(' ')}}`
}
