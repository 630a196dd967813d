import { Fault } from '../error.ts'
import type { Value } from '../value.ts'
import { add, less } from './arithmetic.ts'
import { groupKey, GroupMap } from './fetch.ts'
import { kindOf } from './kind.ts'
import { allocate } from './memory.ts'
import { toBytes } from './text.ts'
import { memoryBudget } from '../limits.ts'

/** What a predicate is run over: elements by index. A map has a size, but its elements cannot be looked at. */
export type Elements = readonly Value[]

/** The elements of a value of unknown kind. */
export function elements(value: Value, at: number): Elements {
  if (Array.isArray(value)) return value
  if (typeof value === 'string') return Array.from(toBytes(value), BigInt)
  if (value instanceof Uint8Array) return Array.from(value, BigInt)
  if (value instanceof Map) return faceless(value.size, at)
  throw new Fault(at, `a predicate needs a list, not ${kindOf(value)}`)
}

/** A list of which only the length may be used. */
function faceless(length: number, at: number): Elements {
  return new Proxy(
    Array.from({ length }, () => null),
    {
      get(target, property) {
        if (typeof property === 'string' && /^[0-9]+$/.test(property))
          throw new Fault(at, 'a map has no elements by index')
        return Reflect.get(target, property) as unknown
      },
    },
  )
}

/**
 * Predicates are given how to get the element rather than the element: over a map they may run as long as they do
 * not look at it.
 */
type Test = (list: Elements, index: number) => boolean
type Give = (list: Elements, index: number) => Value

export function all(list: Elements, test: Test): boolean {
  for (let index = 0; index < list.length; index++) if (!test(list, index)) return false
  return true
}

export function any(list: Elements, test: Test): boolean {
  for (let index = 0; index < list.length; index++) if (test(list, index)) return true
  return false
}

export function count(list: Elements, test: Test): number {
  let found = 0
  for (let index = 0; index < list.length; index++) if (test(list, index)) found++
  return found
}

export function filter(list: Elements, test: Test, at: number): Value[] {
  const kept: Value[] = []
  for (let index = 0; index < list.length; index++) if (test(list, index)) kept.push(list[index] ?? null)
  allocate(kept.length, at)
  return kept
}

/** Longer lists may make more than a run may make: all of what passes is counted there. */
const longestUncounted = memoryBudget / 2

/** The last elements that pass, in their order, as many as asked for: for tests that cannot fail. */
export function filterLast(list: Elements, test: Test, most: number, at: number): Value[] {
  if (list.length > longestUncounted) return filter(list, test, at)
  const kept: Value[] = []
  for (let index = list.length - 1; index >= 0 && kept.length < most; index--) {
    if (test(list, index)) kept.push(list[index] ?? null)
  }
  allocate(kept.length, at)
  return kept.reverse()
}

/** How many pass, counted up to a number: for tests that cannot fail. */
export function countUpTo(list: Elements, test: Test, most: number): number {
  let found = 0
  for (let index = 0; index < list.length && found < most; index++) if (test(list, index)) found++
  return found
}

export function map(list: Elements, give: Give, at: number): Value[] {
  allocate(list.length, at)
  const result: Value[] = []
  for (let index = 0; index < list.length; index++) result.push(give(list, index))
  return result
}

/** The index of the first element that passes, or -1. */
export function firstIndex(list: Elements, test: Test): number {
  for (let index = 0; index < list.length; index++) if (test(list, index)) return index
  return -1
}

/** An index as a value; -1, where nothing was found, is nil. */
export function indexOrNil(index: number): Value {
  return index < 0 ? null : BigInt(index)
}

export function lastIndex(list: Elements, test: Test): number {
  for (let index = list.length - 1; index >= 0; index--) if (test(list, index)) return index
  return -1
}

/** The element at an index that a search found; nil, or an error where `throws`, for -1. */
export function found(index: number, list: Elements, throws: boolean, at: number): Value {
  if (index >= 0) return list[index] ?? null
  if (throws) throw new Fault(at, 'index 0 is out of range (0 elements)')
  return null
}

export function sum(list: Elements, give: Give, at: number): Value {
  let total: Value = 0n
  for (let index = 0; index < list.length; index++) total = add(give(list, index), total, at)
  return total
}

export function groupBy(list: Elements, give: Give, at: number): GroupMap {
  const groups = new GroupMap()
  for (let index = 0; index < list.length; index++) {
    const key = groupKey(give(list, index), at)
    const group = groups.get(key) as Value[] | undefined
    if (group) group.push(list[index] ?? null)
    else groups.set(key, [list[index] ?? null])
  }
  return groups
}

function isDescending(order: Value, at: number): boolean {
  if (order === 'asc' || order === 'desc') return order === 'desc'
  throw new Fault(at, 'the order must be "asc" or "desc"')
}

export function sortBy(list: Elements, give: Give, order: Value, at: number): Value[] {
  const descending = isDescending(order, at)
  const keyed = map(list, give, at).map((key, index) => ({ key, value: list[index] ?? null }))
  return keyed.sort((a, b) => orderOf(a.key, b.key, descending, at)).map(({ value }) => value)
}

export function sorted(list: Elements, order: Value, at: number): Value[] {
  const descending = isDescending(order, at)
  allocate(list.length, at)
  return [...list].sort((a, b) => orderOf(a, b, descending, at))
}

function orderOf(a: Value, b: Value, descending: boolean, at: number): number {
  const [x, y] = descending ? [b, a] : [a, b]
  if (less(x, y, at)) return -1
  return less(y, x, at) ? 1 : 0
}

type Step = (list: Elements, index: number, accumulated: Value) => Value

/** Without a start the first element is the start; none at all is an error. */
export function reduce(list: Elements, step: Step, start: Value | undefined, at: number): Value {
  if (start === undefined && list.length === 0)
    throw new Fault(at, 'reduce of an empty list needs a start value')
  let accumulated: Value = start === undefined ? (list[0] ?? null) : start
  for (let index = start === undefined ? 1 : 0; index < list.length; index++) {
    accumulated = step(list, index, accumulated)
  }
  return accumulated
}
