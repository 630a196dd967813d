import { Fault } from '../error.ts'
import { textOf } from '../go/text-of.ts'
import { Time } from '../go/time.ts'
import { structOf, type StructType } from '../type/struct-type.ts'
import type { FuncType } from '../type/type.ts'
import type { Value } from '../value.ts'
import { toIndex } from './arithmetic.ts'
import { equal } from './equal.ts'
import { kindOf } from './kind.ts'
import { methodsOfValue } from './method.ts'
import { byteLength, byteSlice, isAscii, toBytes } from './text.ts'

/** A map may say what stands for its missing entries: the zero of its values, where their type has one. */
export interface MapWithDefault {
  readonly missing?: Value
}

/** A map whose keys may be of any kind, as groupBy and fromPairs make it; the keys of every other map are strings. */
export class AnyKeyMap extends Map<Value, Value> implements MapWithDefault {
  readonly missing: Value = null
}

/** A list that is not there: empty, and nil to everything that asks. */
export const nilList: readonly Value[] = Object.freeze([])

/** A map that is not there, likewise. */
export const nilMap: ReadonlyMap<Value, Value> = new Map()

/** A map from strings to strings, where a missing entry is the empty string wherever the map gets to. */
export class TextMap extends Map<string, string> implements MapWithDefault {
  readonly missing: Value = ''
}

const nilTextMap = new TextMap()

export function isNil(value: Value | undefined): boolean {
  return (
    value === null || value === undefined || value === nilList || value === nilMap || value === nilTextMap
  )
}

const textMaps = new WeakSet<object>()

/** A map of texts that is no TextMap is remembered as one where it is taken from a field that says so. */
function asTextMap(map: Value): Value {
  if (map === nilMap) return nilTextMap
  if (map instanceof Map) textMaps.add(map)
  return map
}

function missingEntry(map: ReadonlyMap<Value, Value>): Value {
  return (map as MapWithDefault).missing ?? (textMaps.has(map) ? '' : null)
}

/** The result of groupBy: a group that is missing is an absent list. */
export class GroupMap extends AnyKeyMap {
  override readonly missing: Value = nilList
}

/** The result of toPairs, which the original holds as another kind of list: it cannot be sorted. */
export class PairList extends Array<Value> {}

/** An element of it, which unlike other lists can be the key of a group. */
export class Pair extends Array<Value> {}

/** A range, which unlike other lists cannot be joined even when it is empty. */
export class IntList extends Array<bigint> {}

/** The property under which a function value carries its type, so that calls of it can be checked. */
export const signatureOf: unique symbol = Symbol('signatureOf')

export interface SignedFunction {
  (...args: Value[]): Value
  [signatureOf]?: FuncType
}

function show(key: Value): string {
  return typeof key === 'string' ? JSON.stringify(key) : textOf(key)
}

/** `from[key]`, or the method of that name. */
export function fetch(from: Value, key: Value, at: number): Value {
  if (from === null) throw new Fault(at, `cannot read ${show(key)} of nil`)
  if (from instanceof Map) return mapEntry(from, key, at) ?? missingEntry(from)
  if (Array.isArray(from)) return from[position(key, from.length, at)] ?? null
  if (typeof key === 'string') {
    const method = boundMethod(from, key)
    if (method) return method
  }
  if (typeof from === 'string' || from instanceof Uint8Array) {
    const bytes = typeof from === 'string' ? toBytes(from) : from
    return BigInt(bytes[position(key, bytes.length, at)] ?? 0)
  }
  const struct = typeof from === 'object' ? structOf(from) : undefined
  if (struct && typeof key === 'string') return structField(struct, from as object, key, at)
  throw new Fault(at, `cannot read ${show(key)} of ${kindOf(from)}`)
}

function structField(struct: StructType, object: object, name: string, at: number): Value {
  const field = struct.field(name)
  if (!field) throw new Fault(at, `${struct.name} has no field ${show(name)}`)
  const value =
    typeof field.get === 'function'
      ? field.get(object)
      : ((object as Record<string, Value>)[field.get] ?? null)
  const { type } = field
  return type.kind === 'map' && type.value.kind === 'string' ? asTextMap(value) : value
}

export function boundMethod(from: Value, name: string): SignedFunction | undefined {
  const method = methodsOfValue(from)?.get(name)
  if (!method) return undefined
  const bound: SignedFunction = (...args) => method.call(from, ...args)
  bound[signatureOf] = method.type
  return bound
}

/** An index from the start, or from the end where it is negative. */
export function position(key: Value, length: number, at: number): number {
  const index = toIndex(key, at)
  const found = index < 0 ? length + index : index
  if (found < 0 || found >= length) throw new Fault(at, `index ${index} is out of range (${length} elements)`)
  return found
}

/** The entry of a map, undefined where there is none. nil asks for the entry of the empty string. */
export function mapEntry(map: ReadonlyMap<Value, Value>, key: Value, at: number): Value | undefined {
  if (map instanceof AnyKeyMap) return map.get(groupKey(key, at))
  if (key === null) return map.get('')
  if (typeof key !== 'string') throw new Fault(at, `the keys of this map are string, not ${kindOf(key)}`)
  return map.get(key)
}

/** A value as the key of a map of any keys. Equal times are equal keys; lists and maps cannot be keys. */
export function groupKey(value: Value, at: number): Value {
  if (typeof value === 'string' || value instanceof Pair) return value
  if (
    value instanceof Map ||
    Array.isArray(value) ||
    value instanceof Uint8Array ||
    typeof value === 'function'
  ) {
    throw new Fault(at, `${kindOf(value)} cannot be the key of a group`)
  }
  return value
}

/** `needle in container`. */
export function contains(needle: Value, container: Value, at: number): boolean {
  if (container === null) return false
  if (Array.isArray(container)) return container.some((element: Value) => equal(element, needle))
  if (container instanceof Map) return mapEntry(container, needle, at) !== undefined
  if (container instanceof Uint8Array)
    return Array.from(container).some((byte) => equal(BigInt(byte), needle))
  const struct = typeof container === 'object' ? structOf(container) : undefined
  if (struct || container instanceof Time) {
    if (typeof needle !== 'string')
      throw new Fault(at, `a field is named by a string, not by ${kindOf(needle)}`)
    return struct?.field(needle) !== undefined
  }
  throw new Fault(at, `"in" does not work on ${kindOf(container)}`)
}

/** `needle in [...]` for a literal list of strings: anything but a string or nil is an error, as it is for map keys. */
export function inTexts(needle: Value, texts: ReadonlySet<string>, at: number): boolean {
  if (typeof needle === 'string') return texts.has(needle)
  if (needle === null) return texts.has('')
  throw new Fault(at, `a list of strings cannot hold ${kindOf(needle)}`)
}

/** `from[start:end]` with bounds that are clamped and count from the end where negative. */
export function slice(from: Value, start: Value | undefined, end: Value | undefined, at: number): Value {
  const length = lengthOf(from, at)
  if (from instanceof Map) throw new Fault(at, 'a map cannot be sliced')
  const stop = end === undefined ? length : Math.min(bound(toIndex(end, at), length), length)
  const begin = Math.min(start === undefined ? 0 : bound(toIndex(start, at), length), stop)
  if (typeof from === 'string') return byteSlice(from, begin, stop)
  return (from as readonly Value[] | Uint8Array).slice(begin, stop)
}

function bound(index: number, length: number): number {
  return Math.max(0, index < 0 ? length + index : index)
}

/** Elements of a list or map, bytes of a text. */
export function lengthOf(value: Value, at: number): number {
  if (typeof value === 'string') return isAscii(value) ? value.length : byteLength(value)
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length
  if (value instanceof Map) return value.size
  throw new Fault(at, `${kindOf(value)} has no length`)
}
