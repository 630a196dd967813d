import { compileRegex, type Regex, RegexSyntaxError } from '@tocsin/regex'
import { Fault } from '../error.ts'
import { Duration } from '../go/duration.ts'
import { Month, Time, Weekday, Zone } from '../go/time.ts'
import { structOf } from '../type/struct-type.ts'
import type { Value } from '../value.ts'
import type { SignedFunction } from './fetch.ts'
import { kindOf } from './kind.ts'
import { fromBytes } from './text.ts'

function unfit(wanted: string, value: Value, at: number): Fault {
  return new Fault(at, `it must be ${wanted} here, not ${kindOf(value)}`)
}

export function asBool(value: Value, at: number): boolean {
  if (typeof value === 'boolean') return value
  throw unfit('bool', value, at)
}

export function asString(value: Value, at: number): string {
  if (typeof value === 'string') return value
  throw unfit('string', value, at)
}

export function asInt(value: Value, at: number): bigint {
  if (typeof value === 'bigint') return value
  throw unfit('int', value, at)
}

export function asFloat(value: Value, at: number): number {
  if (typeof value === 'number') return value
  throw unfit('float', value, at)
}

export function asList(value: Value, at: number): readonly Value[] {
  if (Array.isArray(value)) return value
  throw unfit('a list', value, at)
}

export function asStrings(value: Value, at: number): readonly Value[] {
  const list = asList(value, at)
  if (list.every((element) => typeof element === 'string')) return list
  throw unfit('a list of strings', value, at)
}

export function asMap(value: Value, at: number): ReadonlyMap<Value, Value> {
  if (value instanceof Map) return value
  throw unfit('a map', value, at)
}

export function asFunction(value: Value, at: number): SignedFunction {
  if (typeof value === 'function') return value as SignedFunction
  throw new Fault(at, `${kindOf(value)} cannot be called`)
}

/** An object that is there: nil stops the expression. */
export function present<T>(value: T | null | undefined, name: string, at: number): T {
  if (value === null || value === undefined) throw new Fault(at, `cannot read "${name}" of nil`)
  return value
}

const classes = {
  time: Time,
  duration: Duration,
  month: Month,
  weekday: Weekday,
  location: Zone,
  bytes: Uint8Array,
}

export function asClass(value: Value, kind: keyof typeof classes, at: number): Value {
  if (value instanceof classes[kind]) return value
  throw unfit(kind, value, at)
}

export function asStruct(value: Value, name: string, at: number): Value {
  if (typeof value === 'object' && value !== null && structOf(value)?.name === name) return value
  throw unfit(name, value, at)
}

/** The two texts of a text operator, or null where one is nil: the answer is false then. */
function twoTexts(a: Value, b: Value, operator: string, at: number): readonly [string, string] | null {
  if (a === null || b === null) return null
  if (typeof a === 'string' && typeof b === 'string') return [a, b]
  throw new Fault(at, `"${operator}" does not work between ${kindOf(a)} and ${kindOf(b)}`)
}

export function textContains(a: Value, b: Value, at: number): boolean {
  const texts = twoTexts(a, b, 'contains', at)
  return texts !== null && texts[0].includes(texts[1])
}

export function textStartsWith(a: Value, b: Value, at: number): boolean {
  const texts = twoTexts(a, b, 'startsWith', at)
  return texts !== null && texts[0].startsWith(texts[1])
}

export function textEndsWith(a: Value, b: Value, at: number): boolean {
  const texts = twoTexts(a, b, 'endsWith', at)
  return texts !== null && texts[0].endsWith(texts[1])
}

export function matchConstant(value: Value, regex: Regex, at: number): boolean {
  if (value === null) return false
  if (typeof value === 'string') return regex.test(value)
  if (value instanceof Uint8Array) return regex.test(fromBytes(value))
  throw new Fault(at, `"matches" does not work on ${kindOf(value)}`)
}

const patterns = new Map<string, Regex>()
const maxPatterns = 1_000

/** A pattern that is made while an expression runs, compiled at its first use and kept for some time. */
export function dynamicRegex(pattern: string, at: number): Regex {
  const known = patterns.get(pattern)
  if (known) return known
  let regex: Regex
  try {
    regex = compileRegex(pattern)
  } catch (error) {
    if (!(error instanceof RegexSyntaxError)) throw error
    throw new Fault(at, `the pattern is malformed: ${error.reason}`)
  }
  if (patterns.size >= maxPatterns) patterns.delete(patterns.keys().next().value ?? '')
  patterns.set(pattern, regex)
  return regex
}

export function matchDynamic(value: Value, pattern: Value, at: number): boolean {
  if (value === null || pattern === null) return false
  return matchConstant(value, dynamicRegex(asString(pattern, at), at), at)
}
