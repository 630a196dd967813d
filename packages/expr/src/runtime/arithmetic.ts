import { Fault } from '../error.ts'
import { Duration } from '../go/duration.ts'
import { floatPower } from '../go/power.ts'
import { Time } from '../go/time.ts'
import type { Value } from '../value.ts'
import { kindOf } from './kind.ts'
import { joinTexts } from './memory.ts'
import { compareText } from './text.ts'

const minInt = -(1n << 63n)

function unfit(operator: string, a: Value, b: Value, at: number): Fault {
  return new Fault(at, `"${operator}" does not work between ${kindOf(a)} and ${kindOf(b)}`)
}

function isNumber(value: Value): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint'
}

export function add(a: Value, b: Value, at: number): Value {
  if (typeof a === 'string' && typeof b === 'string') return joinTexts(a, b, at)
  if (typeof a === 'bigint' && typeof b === 'bigint') return BigInt.asIntN(64, a + b)
  if (isNumber(a) && isNumber(b)) return Number(a) + Number(b)
  if (b instanceof Duration) {
    if (a instanceof Time) return a.add(b)
    if (a instanceof Duration) return new Duration(a.ns + b.ns)
  }
  if (a instanceof Duration && b instanceof Time) return b.add(a)
  throw unfit('+', a, b, at)
}

export function subtract(a: Value, b: Value, at: number): Value {
  if (typeof a === 'bigint' && typeof b === 'bigint') return BigInt.asIntN(64, a - b)
  if (isNumber(a) && isNumber(b)) return Number(a) - Number(b)
  if (a instanceof Time) {
    if (b instanceof Time) return a.sub(b)
    if (b instanceof Duration) return a.add(new Duration(-b.ns))
  }
  if (a instanceof Duration && b instanceof Duration) return new Duration(a.ns - b.ns)
  throw unfit('-', a, b, at)
}

export function multiply(a: Value, b: Value, at: number): Value {
  const x = a instanceof Duration ? a.ns : a
  const y = b instanceof Duration ? b.ns : b
  if (typeof x === 'bigint' && typeof y === 'bigint') {
    const product = BigInt.asIntN(64, x * y)
    return x === a && y === b ? product : new Duration(product)
  }
  if (isNumber(x) && isNumber(y)) return Number(x) * Number(y)
  throw unfit('*', a, b, at)
}

export function divide(a: Value, b: Value, at: number): number {
  if (isNumber(a) && isNumber(b)) return Number(a) / Number(b)
  throw unfit('/', a, b, at)
}

export function modulo(a: Value, b: Value, at: number): bigint {
  if (typeof a !== 'bigint' || typeof b !== 'bigint') throw unfit('%', a, b, at)
  if (b === 0n) throw new Fault(at, 'division by zero')
  return a % b
}

export function power(a: Value, b: Value, at: number): number {
  if (!isNumber(a)) throw new Fault(at, `${kindOf(a)} is no number`)
  if (!isNumber(b)) throw new Fault(at, `${kindOf(b)} is no number`)
  return floatPower(Number(a), Number(b))
}

export function negate(value: Value, at: number): Value {
  if (typeof value === 'bigint') return BigInt.asIntN(64, -value)
  if (typeof value === 'number') return -value
  throw new Fault(at, `"-" does not work on ${kindOf(value)}`)
}

/** Negative, zero, positive; NaN where a float is not a number. */
function compare(operator: string, a: Value, b: Value, at: number): number {
  if (typeof a === 'bigint' && typeof b === 'bigint') return a < b ? -1 : a > b ? 1 : 0
  if (isNumber(a) && isNumber(b)) {
    const [x, y] = [Number(a), Number(b)]
    return x < y ? -1 : x > y ? 1 : x === y ? 0 : NaN
  }
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b)
  if (a instanceof Time && b instanceof Time) return a.compare(b)
  if (a instanceof Duration && b instanceof Duration) return a.ns < b.ns ? -1 : a.ns > b.ns ? 1 : 0
  throw unfit(operator, a, b, at)
}

export const less = (a: Value, b: Value, at: number) => compare('<', a, b, at) < 0
export const more = (a: Value, b: Value, at: number) => compare('>', a, b, at) > 0
export const lessOrEqual = (a: Value, b: Value, at: number) => compare('<=', a, b, at) <= 0
export const moreOrEqual = (a: Value, b: Value, at: number) => compare('>=', a, b, at) >= 0

/** The integer of a number, cut toward zero; floats out of range give the smallest, as the original's machine does. */
export function toInteger(value: Value, at: number): bigint {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number') return floatToInteger(value)
  throw new Fault(at, `int(${kindOf(value)}) does not work`)
}

export function floatToInteger(value: number): bigint {
  if (!(Math.abs(value) < 2 ** 63)) return minInt
  return BigInt(Math.trunc(value))
}

/** An index or a count as a number; far out of range stays far out of range. */
export function toIndex(value: Value, at: number): number {
  return Number(toInteger(value, at))
}
