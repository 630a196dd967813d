import { Refusal } from '../error.ts'

const maxInt = (1n << 63n) - 1n

/** The value of a number's text: a bigint for an integer, a number for a float. `at` is where errors point. */
export function readNumber(text: string, at: number): bigint | number {
  const digits = text.replaceAll('_', '')
  const prefix = digits.slice(0, 2).toLowerCase()
  if (prefix === '0x') return integer(digits, /^0x[0-9a-f]+$/i, at)
  if (/[.e]/i.test(digits)) return float(digits, at)
  if (prefix === '0b') return integer(digits, /^0b[01]+$/i, at)
  if (prefix === '0o') return integer(digits, /^0o[0-7]+$/i, at)
  return integer(digits, /^[0-9]+$/, at)
}

function integer(digits: string, form: RegExp, at: number): bigint {
  if (!form.test(digits)) throw new Refusal('EXPR_SYNTAX', at, `the integer ${digits} is malformed`)
  const value = BigInt(digits.toLowerCase())
  if (value > maxInt) throw new Refusal('EXPR_SYNTAX', at, `the integer ${digits} does not fit into 64 bits`)
  return value
}

function float(digits: string, at: number): number {
  if (!/^(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?$/i.test(digits)) {
    throw new Refusal('EXPR_SYNTAX', at, `the number ${digits} is malformed`)
  }
  const value = Number(digits)
  if (!Number.isFinite(value)) throw new Refusal('EXPR_SYNTAX', at, `the number ${digits} is too large`)
  return value
}
