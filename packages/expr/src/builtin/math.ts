import { Duration } from '../go/duration.ts'
import { floatToInteger, less, more } from '../runtime/arithmetic.ts'
import { kindOf, namedInteger } from '../runtime/kind.ts'
import { describeType, isArray, isNumber, isOpen } from '../type/relation.ts'
import { types, type Type, unknown } from '../type/type.ts'
import type { Value } from '../value.ts'
import { ArgumentError, type Builtin, expectCount } from './builtin.ts'

const { int, float } = types
const here = -1
const maxDepth = 500

function isNumeric(value: Value | undefined): value is bigint | number {
  return typeof value === 'bigint' || typeof value === 'number'
}

/** Integers under another name pass the checker as well, as they do in the original. */
function isNumberLike(type: Type | undefined): boolean {
  return type !== undefined && (isNumber(type) || ['duration', 'month', 'weekday'].includes(type.kind))
}

function refuse(name: string, type: Type | undefined): never {
  throw new ArgumentError(`"${name}" does not take ${type ? describeType(type) : 'nothing'}`)
}

const rounding = (name: string, round: (value: number) => number): Builtin => ({
  name,
  check: (args) => {
    expectCount(args, 1)
    return args[0] && (isNumberLike(args[0]) || isOpen(args[0])) ? float : refuse(name, args[0])
  },
  call: (value) => {
    if (isNumeric(value)) return round(Number(value))
    throw new ArgumentError(`"${name}" does not take ${kindOf(value)}`)
  },
})

const conversion = (name: string, result: Type, call: (value: Value) => Value): Builtin => ({
  name,
  check: (args) => {
    expectCount(args, 1)
    const [type] = args
    return type && (isNumberLike(type) || isOpen(type) || type.kind === 'string')
      ? result
      : refuse(name, type)
  },
  call: (value) => call(value ?? null),
})

/** Digits of a number that surely is exact. */
const mostDigits = 15

/** The number of a text of a few digits and nothing else; -1 for every other text. */
function shortNumber(text: string): number {
  const { length } = text
  if (length === 0 || length > mostDigits) return -1
  let number = 0
  for (let at = 0; at < length; at++) {
    const digit = text.charCodeAt(at) - 0x30
    if (digit < 0 || digit > 9) return -1
    number = number * 10 + digit
  }
  return number
}

function makeInt(value: Value): Value {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number') return floatToInteger(value)
  const short = typeof value === 'string' ? shortNumber(value) : -1
  if (short >= 0) return BigInt(short)
  const named = namedInteger(value)
  if (named !== undefined) return named
  if (typeof value === 'string' && /^[+-]?[0-9]+$/.test(value)) {
    const parsed = BigInt(value.replace(/^\+/, ''))
    if (parsed === BigInt.asIntN(64, parsed)) return parsed
  }
  throw new ArgumentError(
    `int() makes nothing of ${typeof value === 'string' ? JSON.stringify(value) : kindOf(value)}`,
  )
}

function makeFloat(value: Value): Value {
  if (isNumeric(value)) return Number(value)
  const parsed = typeof value === 'string' ? parseFloatText(value) : null
  if (parsed !== null) return parsed
  throw new ArgumentError(
    `float() makes nothing of ${typeof value === 'string' ? JSON.stringify(value) : kindOf(value)}`,
  )
}

const decimal = /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e[+-]?[0-9]+)?$/i
const hexadecimal = /^([+-]?)0x(?=[0-9a-f.])([0-9a-f]*)(?:\.([0-9a-f]*))?p([+-]?[0-9]+)$/i
const special = /^([+-]?)(inf|infinity|nan)$/i

/** The float of a text in Go's notation; null where it is none or too large. Source: strconv.ParseFloat. */
export function parseFloatText(text: string): number | null {
  if (decimal.test(text)) {
    const value = Number(text)
    return Number.isFinite(value) ? value : null
  }
  const named = special.exec(text)
  if (named) {
    const [, sign = '', name = ''] = named
    if (name.toLowerCase() === 'nan') return sign === '' ? NaN : null
    return sign === '-' ? -Infinity : Infinity
  }
  const [, sign, whole = '', fraction = '', exponent = '0'] = hexadecimal.exec(text) ?? []
  if (sign === undefined || whole + fraction === '') return null
  const value = Number(BigInt(`0x${whole}${fraction}`)) * 2 ** (Number(exponent) - 4 * fraction.length)
  return Number.isFinite(value) ? (sign === '-' ? -value : value) : null
}

function checkAggregate(name: string, args: readonly Type[]): Type {
  if (args.length === 0) throw new ArgumentError(`"${name}" takes at least 1 argument`)
  for (const type of args) {
    if (isOpen(type) || isArray(type)) return unknown
    if (!isNumberLike(type)) refuse(name, type)
  }
  return args[0] ?? unknown
}

type Better = (a: Value, b: Value, at: number) => boolean

/** The greatest or smallest of numbers, lists being looked into. A single value of another kind stays itself. */
function extreme(name: string, better: Better, args: readonly Value[], depth = 0): Value {
  if (depth > maxDepth) throw new ArgumentError('lists nest too deeply')
  let best: Value = null
  const offer = (value: Value) => {
    if (best === null || better(best, value, here)) best = value
  }
  for (const arg of args) {
    if (Array.isArray(arg) || arg instanceof Uint8Array) {
      const inner = extremeOfList(name, better, Array.from(arg as Value[]), depth)
      if (inner !== null) offer(inner)
    } else if (isNumeric(arg) || arg instanceof Duration || namedInteger(arg) !== undefined) offer(arg)
    else if (args.length === 1 && depth === 0) return arg
    else throw new ArgumentError(`"${name}" does not take ${kindOf(arg)}`)
  }
  return best
}

function extremeOfList(name: string, better: Better, list: readonly Value[], depth: number): Value {
  let best: Value = null
  for (const element of list) {
    const value = Array.isArray(element) ? extreme(name, better, [element], depth + 1) : element
    if (value === null && Array.isArray(element)) continue
    if (!isNumeric(value)) throw new ArgumentError(`"${name}" does not take ${kindOf(value)}`)
    if (best === null || better(best, value, here)) best = value
  }
  return best
}

/** All numbers of the arguments, lists being looked into. */
function numbersOf(name: string, args: readonly Value[], into: number[] = [], depth = 0): number[] {
  if (depth > maxDepth) throw new ArgumentError('lists nest too deeply')
  for (const arg of args) {
    if (isNumeric(arg)) into.push(Number(arg))
    else if (Array.isArray(arg) || arg instanceof Uint8Array) {
      numbersOf(name, Array.from(arg as Value[]), into, depth + 1)
    } else {
      const named = namedInteger(arg)
      if (named === undefined) throw new ArgumentError(`"${name}" does not take ${kindOf(arg)}`)
      into.push(Number(named))
    }
  }
  return into
}

function mean(numbers: readonly number[]): number {
  return numbers.length === 0 ? 0 : numbers.reduce((sum, value) => sum + value, 0) / numbers.length
}

function median(numbers: number[]): number {
  if (numbers.length === 0) return 0
  // Values that are no number sort first.
  numbers.sort((a, b) => (Number.isNaN(a) ? (Number.isNaN(b) ? 0 : -1) : Number.isNaN(b) ? 1 : a - b))
  const middle = numbers.length >> 1
  const [low = 0, high = 0] = [numbers[middle - 1], numbers[middle]]
  return numbers.length % 2 === 1 ? high : (low + high) / 2
}

const halfAway = (value: number) => {
  const whole = Math.trunc(value)
  return Math.abs(value - whole) >= 0.5 ? whole + Math.sign(value) : value < 0 && whole === 0 ? -0 : whole
}

/** Builtins on numbers. */
export const mathBuiltins: readonly Builtin[] = [
  {
    name: 'abs',
    check: (args) => {
      expectCount(args, 1)
      return args[0] && (isNumberLike(args[0]) || isOpen(args[0])) ? args[0] : refuse('abs', args[0])
    },
    call: (value) => {
      if (typeof value === 'bigint') return value < 0n ? BigInt.asIntN(64, -value) : value
      if (typeof value === 'number') return value < 0 ? -value : value
      throw new ArgumentError(`"abs" does not take ${kindOf(value)}`)
    },
  },
  rounding('ceil', Math.ceil),
  rounding('floor', Math.floor),
  rounding('round', halfAway),
  conversion('int', int, makeInt),
  conversion('float', float, makeFloat),
  {
    name: 'max',
    check: (args) => checkAggregate('max', args),
    call: (...args) => extreme('max', less, args),
  },
  {
    name: 'min',
    check: (args) => checkAggregate('min', args),
    call: (...args) => extreme('min', more, args),
  },
  {
    name: 'mean',
    check: (args) => checkAggregate('mean', args),
    call: (...args) => mean(numbersOf('mean', args)),
  },
  {
    name: 'median',
    check: (args) => checkAggregate('median', args),
    call: (...args) => median(numbersOf('median', args)),
  },
]
