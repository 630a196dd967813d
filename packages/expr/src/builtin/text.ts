import { Fault } from '../error.ts'
import * as strings from '../go/strings.ts'
import { textOf } from '../go/text-of.ts'
import { maxTextLength } from '../limits.ts'
import { toIndex } from '../runtime/arithmetic.ts'
import { asList, asString } from '../runtime/convert.ts'
import { IntList } from '../runtime/fetch.ts'
import { kindOf } from '../runtime/kind.ts'
import { allocate, expectTextLength } from '../runtime/memory.ts'
import { types } from '../type/type.ts'
import type { Value } from '../value.ts'
import { ArgumentError, type Builtin, expectCount } from './builtin.ts'

const { string, int, any } = types
const strings_ = types.array(string)
const anys = types.array(any)
const texts = (count: number) =>
  types.func(
    Array.from({ length: count }, () => string),
    string,
  )

// Values that fail are reported at the call: builtins know no place of their own.
const here = -1
const text = (value: Value | undefined) => asString(value ?? null, here)

function counted(value: Value | undefined): number {
  return value === undefined ? -1 : toIndex(value, here)
}

function repeat(value: Value, times: Value): string {
  const given = text(value)
  const count = toIndex(times, here)
  if (count < 0) throw new ArgumentError(`a text cannot be repeated ${count} times`)
  if (count > 1_000_000) throw new Fault(here, 'a text cannot be repeated over 1,000,000 times')
  allocate(Buffer.byteLength(given) * count, here)
  return given.repeat(count)
}

function join(list: Value, glue?: Value): string {
  const separator = glue === undefined ? '' : text(glue)
  if (list instanceof IntList) throw new ArgumentError('"join" takes a list of strings')
  const parts = asList(list, here).map(text)
  expectTextLength(
    parts.reduce((sum, part) => sum + part.length + separator.length, 0),
    here,
  )
  return parts.join(separator)
}

function replace(value: Value, old: Value, fresh: Value, limit?: Value): string {
  const [given, from, to] = [text(value), text(old), text(fresh)]
  const most = from === '' ? given.length + 1 : Math.ceil(given.length / from.length)
  if (most * to.length > maxTextLength) {
    expectTextLength((strings.split(given, from).length + 1) * to.length, here)
  }
  return strings.replace(given, from, to, counted(limit))
}

/** Builtins on texts. */
export const textBuiltins: readonly Builtin[] = [
  {
    name: 'len',
    check: (args) => {
      expectCount(args, 1)
      const [type] = args
      if (type && ['array', 'bytes', 'map', 'string', 'any'].includes(type.kind)) return int
      throw new ArgumentError(`${type?.kind} has no length`)
    },
  },
  { name: 'string', overloads: [types.func([any], string)], call: (value) => textOf(value ?? null) },
  { name: 'type', overloads: [types.func([any], string)], call: (value) => typeName(value ?? null) },
  {
    name: 'trim',
    overloads: [texts(1), texts(2)],
    call: (value, set) =>
      set === undefined ? strings.trimSpace(text(value)) : strings.trimSet(text(value), text(set)),
  },
  {
    name: 'trimPrefix',
    overloads: [texts(2), texts(1)],
    call: (value, prefix = ' ') => strings.trimPrefix(text(value), text(prefix)),
  },
  {
    name: 'trimSuffix',
    overloads: [texts(2), texts(1)],
    call: (value, suffix = ' ') => strings.trimSuffix(text(value), text(suffix)),
  },
  { name: 'upper', overloads: [texts(1)], call: (value) => strings.toUpper(text(value)) },
  { name: 'lower', overloads: [texts(1)], call: (value) => strings.toLower(text(value)) },
  {
    name: 'split',
    overloads: [types.func([string, string], strings_), types.func([string, string, int], strings_)],
    call: (value, separator, limit) => strings.split(text(value), text(separator), counted(limit)),
  },
  {
    name: 'splitAfter',
    overloads: [types.func([string, string], strings_), types.func([string, string, int], strings_)],
    call: (value, separator, limit) => strings.split(text(value), text(separator), counted(limit), true),
  },
  {
    name: 'replace',
    overloads: [types.func([string, string, string, int], string), texts(3)],
    call: (value, old, fresh, limit) => replace(value ?? null, old ?? null, fresh ?? null, limit),
  },
  {
    name: 'repeat',
    overloads: [types.func([string, int], string)],
    call: (value, times) => repeat(value ?? null, times ?? null),
  },
  {
    name: 'join',
    overloads: [
      types.func([strings_, string], string),
      types.func([anys, string], string),
      types.func([anys], string),
      types.func([strings_], string),
    ],
    call: (list, glue) => join(list ?? null, glue),
  },
  {
    name: 'indexOf',
    overloads: [types.func([string, string], int)],
    call: (value, part) => BigInt(strings.index(text(value), text(part))),
  },
  {
    name: 'lastIndexOf',
    overloads: [types.func([string, string], int)],
    call: (value, part) => BigInt(strings.lastIndex(text(value), text(part))),
  },
  {
    name: 'hasPrefix',
    overloads: [types.func([string, string], types.bool)],
    call: (value, prefix) => text(value).startsWith(text(prefix)),
  },
  {
    name: 'hasSuffix',
    overloads: [types.func([string, string], types.bool)],
    call: (value, suffix) => text(value).endsWith(text(suffix)),
  },
]

const typeNames: Record<string, string> = {
  list: 'array',
  bytes: 'array',
  function: 'func',
  time: 'time.Time',
  duration: 'time.Duration',
  month: 'time.Month',
  weekday: 'time.Weekday',
  location: 'time.Location',
}

function typeName(value: Value): string {
  const kind = kindOf(value)
  return typeNames[kind] ?? kind
}
