import { AnyKeyMap, isNil } from '../runtime/fetch.ts'
import { compareText } from '../runtime/text.ts'
import { structOf } from '../type/struct-type.ts'
import type { Value } from '../value.ts'
import { Duration } from './duration.ts'
import { shortestExponent, shortestFixed } from './float.ts'
import { Month, Time, Weekday } from './time.ts'

const maxDepth = 10_000

/**
 * The value of a JSON text: objects are Maps, numbers floats. Throws an Error for anything that encoding/json
 * refuses, numbers out of range and nesting beyond 10,000 levels included.
 */
export function parseJson(text: string): Value {
  if (nesting(text) > maxDepth) throw new Error('the JSON nests too deeply')
  return convert(parseText(text))
}

function parseText(text: string): unknown {
  // Lines that are no JSON are an everyday answer: traces of the stack would cost more than the rest.
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Error(`the JSON ${flawOf(error instanceof Error ? error.message : '', text.length)}`, {
      cause: error,
    })
  } finally {
    Error.stackTraceLimit = limit
  }
}

/** What the engine's message says of the place; it tells it of some mistakes only. */
function flawOf(message: string, length: number): string {
  const place = /position (\d+)/.exec(message)?.[1]
  if (message.includes('end of JSON') || Number(place) === length) return 'ends too early'
  return place === undefined ? 'is malformed' : `is malformed at character ${Number(place) + 1}`
}

/** The greatest number of brackets open at once; brackets in texts count too, which errs on the safe side. */
function nesting(text: string): number {
  let depth = 0
  let deepest = 0
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit === 0x5b || unit === 0x7b) deepest = Math.max(deepest, ++depth)
    else if (unit === 0x5d || unit === 0x7d) depth--
  }
  return deepest
}

interface Task {
  readonly from: unknown[] | object
  readonly to: Value[] | Map<Value, Value>
}

/** Without recursion: the text may nest as deeply as it is allowed to. */
function convert(root: unknown): Value {
  const tasks: Task[] = []
  const result = shallow(root, tasks)
  for (let task = tasks.pop(); task; task = tasks.pop()) {
    const { from, to } = task
    if (Array.isArray(to)) for (const element of from as unknown[]) to.push(shallow(element, tasks))
    else for (const [key, value] of Object.entries(from)) to.set(wellFormed(key), shallow(value, tasks))
  }
  return result
}

function shallow(value: unknown, tasks: Task[]): Value {
  if (typeof value === 'string') return wellFormed(value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new Error('a number is too large')
    return value
  }
  if (typeof value !== 'object' || value === null) return value as boolean | null
  const to = Array.isArray(value) ? [] : new Map<Value, Value>()
  tasks.push({ from: value, to })
  return to
}

function wellFormed(text: string): string {
  return text.isWellFormed() ? text : text.toWellFormed()
}

/** JSON text of a value, with an indent for each level or none at all. Source: encoding/json. */
export function formatJson(value: Value, indent = ''): string {
  return write(value, indent, '\n', 0)
}

function write(value: Value, indent: string, lineStart: string, depth: number): string {
  if (depth > maxDepth) throw new Error('the value nests too deeply for JSON')
  if (value === null || isNil(value)) return 'null'
  switch (typeof value) {
    case 'string':
      return quote(value)
    case 'number':
      return numberText(value)
    case 'bigint':
    case 'boolean':
      return String(value)
    case 'function':
      throw new Error('a function has no JSON')
    default:
      return objectJson(value, indent, lineStart, depth)
  }
}

function objectJson(value: object, indent: string, lineStart: string, depth: number): string {
  if (value instanceof Time) return `"${value.toJSON()}"`
  if (value instanceof Duration) return String(value.ns)
  if (value instanceof Month || value instanceof Weekday) return String(value.number)
  if (value instanceof Uint8Array) return `"${Buffer.from(value).toString('base64')}"`
  const inner = lineStart + indent
  const nested = (element: Value) => write(element, indent, inner, depth + 1)
  if (Array.isArray(value)) return wrap('[', ']', (value as Value[]).map(nested), indent, lineStart)
  const colon = indent === '' ? ':' : ': '
  if (value instanceof Map) {
    if (value instanceof AnyKeyMap) throw new Error('only maps from strings have JSON')
    const entries = [...(value as Map<Value, Value>)].map(
      ([key, element]) => [keyText(key), element] as const,
    )
    entries.sort(([a], [b]) => compareText(a, b))
    const parts = entries.map(([key, element]) => quote(key) + colon + nested(element))
    return wrap('{', '}', parts, indent, lineStart)
  }
  const struct = structOf(value)
  const parts = (struct?.fieldNames() ?? []).map((name) => {
    const get = struct?.field(name)?.get
    const field = typeof get === 'function' ? get(value) : (value as Record<string, Value>)[get ?? '']
    return quote(name) + colon + nested(field ?? null)
  })
  return wrap('{', '}', parts, indent, lineStart)
}

function wrap(
  open: string,
  close: string,
  parts: readonly string[],
  indent: string,
  lineStart: string,
): string {
  if (parts.length === 0 || indent === '') return open + parts.join() + close
  const inner = lineStart + indent
  return open + inner + parts.join(`,${inner}`) + lineStart + close
}

function keyText(key: Value): string {
  if (typeof key === 'string') return key
  throw new Error('only maps from strings have JSON')
}

function numberText(value: number): string {
  if (!Number.isFinite(value)) throw new Error('a float that is no number has no JSON')
  const magnitude = Math.abs(value)
  const exponential = magnitude !== 0 && (magnitude < 1e-6 || magnitude >= 1e21)
  return exponential ? shortestExponent(value).replace(/e-0(\d)$/, 'e-$1') : shortestFixed(value)
}

const escapes: Record<string, string> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
}

function quote(text: string): string {
  return JSON.stringify(text.toWellFormed()).replace(
    /[<>&\u2028\u2029]/g,
    (character) => escapes[character] ?? '',
  )
}
