import { structOf, type StructType } from '../type/struct-type.ts'
import type { Value } from '../value.ts'
import { Duration } from './duration.ts'
import { escapeText, formatFloat, formatInteger } from './format-number.ts'
import { type Directive, pad, plainDirective } from './format-spec.ts'
import { compareKeys } from './text-of.ts'
import { Month, Time, Weekday, Zone } from './time.ts'

const maxDepth = 1_000
const stringVerbs = new Set(['v', 's', 'x', 'X', 'q'])

/** A value under a directive. Source: fmt's printing of arguments. */
export function formatValue(value: Value, directive: Directive, depth = 0): string {
  const { verb } = directive
  if (value === null || value === undefined) return formatNil(directive, depth)
  if (verb === 'T') return formatString(typeName(value), { ...directive, verb: 's' }) ?? ''
  const simple = formatSimple(value, directive)
  if (simple !== undefined) return simple ?? badVerb(value, directive, depth)
  if (typeof value !== 'object') return badVerb(value, directive, depth)
  return formatObject(value, directive, depth)
}

function formatNil(directive: Directive, depth: number): string {
  if (depth > 0) return directive.sharpV ? 'interface {}(nil)' : '<nil>'
  if (directive.verb === 'v' || directive.verb === 'T') return pad('<nil>', directive)
  return `%!${directive.verb}(<nil>)`
}

/** Text, numbers and bools; null where the verb does not fit, undefined for other values. */
function formatSimple(value: Value, directive: Directive): string | null | undefined {
  switch (typeof value) {
    case 'string':
      return formatString(value, directive)
    case 'bigint':
      return formatInteger(value, directive)
    case 'number':
      return formatFloat(value, directive)
    case 'boolean':
      return directive.verb === 't' || directive.verb === 'v' ? pad(String(value), directive) : null
    default:
      return undefined
  }
}

function badVerb(value: Value, directive: Directive, depth: number): string {
  if (depth > maxDepth) throw new Error('the value nests too deeply to be printed')
  // The flags stay for the value inside, as they do in the original.
  return `%!${directive.verb}(${typeName(value)}=${formatValue(value, { ...directive, verb: 'v' }, depth)})`
}

function formatString(text: string, directive: Directive): string | null {
  const { verb, precision, sharp, plus, sharpV } = directive
  const cut = precision === null ? text : Array.from(text).slice(0, precision).join('')
  switch (verb) {
    case 'v':
      return pad(sharpV ? quoteText(cut, false) : cut, directive)
    case 's':
      return pad(cut, directive)
    case 'q':
      if (sharp && !/[`\x00-\x08\x0a-\x1f\x7f\ufeff]/.test(cut)) return pad(`\`${cut}\``, directive)
      return pad(quoteText(cut, plus), directive)
    case 'x':
    case 'X':
      return hexText(Buffer.from(text), directive)
    default:
      return null
  }
}

function quoteText(text: string, ascii: boolean): string {
  return `"${escapeText(text, '"', ascii)}"`
}

function hexText(bytes: Uint8Array, directive: Directive): string {
  const { verb, precision, space, sharp } = directive
  const shown = precision === null ? bytes : bytes.subarray(0, precision)
  const digits = Array.from(shown, (byte) => byte.toString(16).padStart(2, '0'))
  const prefix = sharp && digits.length > 0 ? '0x' : ''
  const text = space ? digits.map((pair) => prefix + pair).join(' ') : prefix + digits.join('')
  return pad(verb === 'X' ? text.toUpperCase() : text, directive)
}

function formatObject(value: object, directive: Directive, depth: number): string {
  if (depth > maxDepth) throw new Error('the value nests too deeply to be printed')
  const nested = (element: Value) => formatValue(element, directive, depth + 1)
  const { verb, sharpV } = directive
  if (Array.isArray(value)) {
    const parts = (value as Value[]).map(nested)
    return sharpV ? `${typeName(value)}{${parts.join(', ')}}` : `[${parts.join(' ')}]`
  }
  if (value instanceof Map) {
    const entries = [...(value as Map<Value, Value>)].sort(([a], [b]) => compareKeys(a, b))
    const parts = entries.map(([key, entry]) => `${nested(key)}:${nested(entry)}`)
    return sharpV ? `${typeName(value)}{${parts.join(', ')}}` : `map[${parts.join(' ')}]`
  }
  if (value instanceof Uint8Array) return formatBytes(value, directive)
  const own = ownText(value)
  if (own !== undefined && stringVerbs.has(verb))
    return formatString(own, directive) ?? badVerb(value, directive, depth)
  const number = numberOf(value)
  if (number !== undefined) return formatInteger(number, directive) ?? badVerb(value, directive, depth)
  const struct = structOf(value)
  return struct ? formatStruct(struct, value, directive, depth) : 'object'
}

function formatBytes(bytes: Uint8Array, directive: Directive): string {
  if (directive.verb === 'x' || directive.verb === 'X') return hexText(bytes, directive)
  if (directive.verb === 's' || directive.verb === 'q') {
    return formatString(new TextDecoder().decode(bytes), directive) ?? ''
  }
  const parts = Array.from(bytes, (byte) => formatValue(BigInt(byte), directive, 1))
  return `[${parts.join(' ')}]`
}

function ownText(value: object): string | undefined {
  if (value instanceof Time || value instanceof Duration || value instanceof Zone) return value.toString()
  if (value instanceof Month || value instanceof Weekday) return value.toString()
  const method = structOf(value)?.methods.get('String')
  const text = method?.call(value)
  return typeof text === 'string' ? text : undefined
}

function numberOf(value: object): bigint | undefined {
  if (value instanceof Duration) return value.ns
  return value instanceof Month || value instanceof Weekday ? BigInt(value.number) : undefined
}

function formatStruct(struct: StructType, value: object, directive: Directive, depth: number): string {
  const named = directive.plusV || directive.sharpV
  const parts = struct.fieldNames().map((name) => {
    const get = struct.field(name)?.get
    const field = typeof get === 'function' ? get(value) : (value as Record<string, Value>)[get ?? '']
    const text = formatValue(field ?? null, directive, depth + 1)
    return named ? `${name}:${text}` : text
  })
  const open = `${depth === 0 ? '&' : ''}${directive.sharpV ? struct.name : ''}{`
  return `${open}${parts.join(directive.sharpV ? ', ' : ' ')}}`
}

/** The name of a value's type as Go prints it. */
function typeName(value: Value): string {
  switch (typeof value) {
    case 'bigint':
      return 'int'
    case 'number':
      return 'float64'
    case 'string':
      return 'string'
    case 'boolean':
      return 'bool'
    case 'function':
      return 'func'
    default:
      return value === null ? '<nil>' : objectTypeName(value)
  }
}

function objectTypeName(value: object): string {
  if (Array.isArray(value)) return '[]interface {}'
  if (value instanceof Map) return 'map[string]interface {}'
  if (value instanceof Uint8Array) return '[]uint8'
  if (value instanceof Time) return 'time.Time'
  if (value instanceof Duration) return 'time.Duration'
  if (value instanceof Month) return 'time.Month'
  if (value instanceof Weekday) return 'time.Weekday'
  return `*${structOf(value)?.name ?? 'time.Location'}`
}

/** What stands for arguments that no directive asked for. */
export function formatExtra(values: readonly Value[]): string {
  const parts = values.map((value) => {
    return value === null ? '<nil>' : `${typeName(value)}=${formatValue(value, plainDirective('v'))}`
  })
  return `%!(EXTRA ${parts.join(', ')})`
}
