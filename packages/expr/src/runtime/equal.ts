import { Duration } from '../go/duration.ts'
import { Time } from '../go/time.ts'
import { structOf } from '../type/struct-type.ts'
import type { Value } from '../value.ts'
import { isNil } from './fetch.ts'
import { namedInteger } from './kind.ts'

/** What `==` means: numbers by value whatever their kind, lists element by element, maps and structs deeply. */
export function equal(a: Value, b: Value): boolean {
  // Functions are equal to nothing, themselves included.
  if (typeof a !== 'object' && typeof a !== 'function' && a === b) return true
  if (a === null || b === null) return isNil(a) && isNil(b)
  if (typeof a === 'bigint' || typeof b === 'bigint') return equalInteger(a, b)
  if (typeof a !== 'object' || typeof b !== 'object') return false
  if (a instanceof Time) return b instanceof Time && a.compare(b) === 0
  if (Array.isArray(a) && Array.isArray(b)) return equalLists(a, b, equal)
  const [x, y] = [namedInteger(a), namedInteger(b)]
  if (x !== undefined || y !== undefined) return x === y
  return identical(a, b)
}

function equalInteger(a: Value, b: Value): boolean {
  if (typeof a === 'number') return a === Number(b)
  if (typeof b === 'number') return b === Number(a)
  const [x, y] = [typeof a === 'bigint' ? a : namedInteger(a), typeof b === 'bigint' ? b : namedInteger(b)]
  return x !== undefined && x === y
}

function equalLists(a: readonly Value[], b: readonly Value[], same: typeof equal): boolean {
  return a.length === b.length && a.every((element, index) => same(element, b[index] ?? null))
}

/** Equality inside maps and structs: kinds must agree there, an int is no float. */
function identical(a: Value, b: Value): boolean {
  if (a === b) return typeof a !== 'function'
  if (isNil(a) || isNil(b)) return false
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a)) return Array.isArray(b) && equalLists(a, b, identical)
  if (a instanceof Map) return b instanceof Map && identicalMaps(a, b)
  if (a instanceof Time) return b instanceof Time && a.compare(b) === 0
  if (a instanceof Duration) return b instanceof Duration && a.ns === b.ns
  if (a instanceof Uint8Array) return b instanceof Uint8Array && Buffer.compare(a, b) === 0
  return identicalStructs(a, b)
}

function identicalMaps(a: ReadonlyMap<Value, Value>, b: ReadonlyMap<Value, Value>): boolean {
  if (a.size !== b.size) return false
  for (const [key, value] of a) {
    const other = b.get(key)
    if (other === undefined || !identical(value, other)) return false
  }
  return true
}

function identicalStructs(a: object, b: object): boolean {
  const type = structOf(a)
  if (!type || type !== structOf(b)) return false
  return type.fieldNames().every((name) => {
    const get = type.field(name)?.get
    if (typeof get === 'function') return identical(get(a), get(b))
    return get !== undefined && identical(read(a, get), read(b, get))
  })
}

function read(object: object, property: string): Value {
  return (object as Record<string, Value>)[property] ?? null
}
