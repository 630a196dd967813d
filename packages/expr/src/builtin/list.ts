import { toIndex } from '../runtime/arithmetic.ts'
import { asList, asString } from '../runtime/convert.ts'
import { equal } from '../runtime/equal.ts'
import {
  AnyKeyMap,
  boundMethod,
  fetch,
  groupKey,
  mapEntry,
  nilList,
  Pair,
  PairList,
} from '../runtime/fetch.ts'
import { kindOf } from '../runtime/kind.ts'
import { allocate, spend } from '../runtime/memory.ts'
import { sorted } from '../runtime/sequence.ts'
import { structOf } from '../type/struct-type.ts'
import { describeType, elementOf, isArray, isOpen } from '../type/relation.ts'
import { anyArray, anyMap, types, type Type, unknown } from '../type/type.ts'
import type { Value } from '../value.ts'
import { ArgumentError, type Builtin, expectCount } from './builtin.ts'

const here = -1
const maxDepth = 500
const { any, int, float, string } = types

/** A list as arrays have it, bytes included. */
function listOf(value: Value | undefined): readonly Value[] {
  if (value instanceof Uint8Array) return Array.from(value, BigInt)
  return asList(value ?? null, here)
}

/** The one argument is a list, or may be one. */
const oneList = (name: string, result: (list: Type) => Type): NonNullable<Builtin['check']> => {
  return (args) => {
    expectCount(args, 1)
    const [type] = args
    if (type && (isOpen(type) || isArray(type))) return result(type)
    throw new ArgumentError(`"${name}" does not take ${type ? describeType(type) : 'nothing'}`)
  }
}

const someLists = (name: string, args: readonly Type[]): Type => {
  if (args.length === 0) throw new ArgumentError(`"${name}" takes at least 1 argument`)
  const odd = args.find((type) => !isOpen(type) && !isArray(type))
  if (odd) throw new ArgumentError(`"${name}" does not take ${describeType(odd)}`)
  return anyArray
}

const oneMap = (name: string): NonNullable<Builtin['check']> => {
  return (args) => {
    expectCount(args, 1)
    const [type] = args
    if (type && (isOpen(type) || type.kind === 'map')) return anyArray
    throw new ArgumentError(`"${name}" does not take ${type ? describeType(type) : 'nothing'}`)
  }
}

function mapOf(value: Value | undefined): ReadonlyMap<Value, Value> {
  if (value instanceof Map) return value
  throw new ArgumentError(`it takes a map, not ${kindOf(value)}`)
}

/** The element at an index, nil where there is none or the value has no elements. */
function elementAt(value: Value, index: number): Value {
  if (typeof value !== 'string' && !Array.isArray(value) && !(value instanceof Uint8Array)) return null
  try {
    return fetch(value, BigInt(index), here)
  } catch {
    return null
  }
}

/** As indexing, with nil where something is missing. */
function get(from: Value, key: Value): Value {
  if (from === null) return null
  if (from instanceof Map) return mapEntry(from, key, here) ?? null
  if (Array.isArray(from) || typeof from === 'string' || from instanceof Uint8Array) {
    return elementAt(from, toIndex(key, here))
  }
  const method = typeof key === 'string' ? boundMethod(from, key) : undefined
  if (method) return method
  const struct = typeof from === 'object' ? structOf(from) : undefined
  if (!struct) return null
  return struct.field(asString(key, here)) ? fetch(from, key, here) : null
}

function take(list: Value, count: Value): Value {
  const elements = listOf(list)
  if (typeof count !== 'bigint') throw new ArgumentError(`"take" takes an int, not ${kindOf(count)}`)
  if (count < 0n) throw new ArgumentError(`"take" cannot take ${count} elements`)
  return elements.slice(0, Number(count))
}

function flatten(list: readonly Value[], into: Value[], depth: number): Value[] {
  if (depth > maxDepth) throw new ArgumentError('lists nest too deeply')
  for (const element of list) {
    if (Array.isArray(element)) flatten(element, into, depth + 1)
    else into.push(element)
  }
  return into
}

function uniq(list: readonly Value[]): Value[] {
  const simple = new Set<Value>()
  const ints = new Set<number>()
  const others: Value[] = []
  const isKnown = (element: Value): boolean => {
    if (typeof element === 'string' || typeof element === 'boolean') return simple.has(element)
    // An int and a float are equal where the float of the int is.
    if (typeof element === 'bigint' && (simple.has(element) || simple.has(Number(element)))) return true
    if (typeof element === 'number') {
      return !Number.isNaN(element) && (simple.has(element) || ints.has(element))
    }
    // The names of integers, as of a month, are equal to these integers.
    return spend(others, here).some((other) => equal(element, other))
  }
  return list.filter((element) => {
    if (isKnown(element)) return false
    if (typeof element === 'object' || typeof element === 'function') others.push(element)
    else simple.add(element)
    if (typeof element === 'bigint') ints.add(Number(element))
    return true
  })
}

function fromPairs(list: readonly Value[]): Value {
  const map = new AnyKeyMap()
  for (const pair of list) {
    if (!Array.isArray(pair)) throw new ArgumentError(`${kindOf(pair)} is no pair`)
    if (pair.length !== 2) throw new ArgumentError(`a pair has 2 elements, not ${pair.length}`)
    const [key, value] = pair as [Value, Value]
    map.set(groupKey(key, here), value)
  }
  return map
}

function sort(list: Value, order: Value): Value {
  // Anything but a plain list sorts to nothing, as in the original.
  return Array.isArray(list) && !(list instanceof PairList) ? sorted(list, order, here) : nilList
}

const sortable = [any, int, float, string].map((element) => types.array(element))

/** Builtins on lists and maps. */
export const listBuiltins: readonly Builtin[] = [
  { name: 'first', check: oneList('first', elementOf), call: (list) => elementAt(list ?? null, 0) },
  { name: 'last', check: oneList('last', elementOf), call: (list) => elementAt(list ?? null, -1) },
  { name: 'get', call: (from, key) => get(from ?? null, key ?? null) },
  {
    name: 'take',
    check: (args) => {
      expectCount(args, 2)
      const [list = unknown, count = unknown] = args
      if (!isOpen(list) && !isArray(list))
        throw new ArgumentError(`"take" does not take ${describeType(list)}`)
      const counts = ['int', 'any', 'duration', 'month', 'weekday'].includes(count.kind)
      if (!counts) throw new ArgumentError(`"take" takes an int, not ${describeType(count)}`)
      return list
    },
    call: (list, count) => take(list ?? null, count ?? null),
  },
  { name: 'keys', check: oneMap('keys'), call: (map) => [...mapOf(map).keys()] },
  { name: 'values', check: oneMap('values'), call: (map) => [...mapOf(map).values()] },
  {
    name: 'toPairs',
    check: oneMap('toPairs'),
    call: (map) => PairList.from(mapOf(map), ([key, value]) => Pair.of(key, value)),
  },
  { name: 'fromPairs', check: oneList('fromPairs', () => anyMap), call: (list) => fromPairs(listOf(list)) },
  { name: 'reverse', check: oneList('reverse', () => anyArray), call: (list) => [...listOf(list)].reverse() },
  { name: 'uniq', check: oneList('uniq', () => anyArray), call: (list) => uniq(listOf(list)) },
  {
    name: 'concat',
    check: (args) => someLists('concat', args),
    call: (...lists) => {
      const all = lists.map(listOf)
      allocate(
        all.reduce((sum, list) => sum + list.length, 0),
        here,
      )
      return all.flat()
    },
  },
  {
    name: 'flatten',
    check: oneList('flatten', () => anyArray),
    call: (list) => {
      const flat = flatten(listOf(list), [], 0)
      allocate(flat.length, here)
      return flat
    },
  },
  {
    name: 'sort',
    overloads: [
      ...sortable.map((list) => types.func([list, string], anyArray)),
      ...sortable.map((list) => types.func([list], anyArray)),
    ],
    call: (list, order = 'asc') => sort(list ?? null, order),
  },
]
