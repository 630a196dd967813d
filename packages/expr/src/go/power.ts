import { exponential, logarithm } from './exp-log.ts'

/**
 * The power of a float with Go's rounding: the fraction of the exponent by exponential and logarithm, its whole
 * part by squaring. Source: math.Pow.
 */
export function floatPower(base: number, exponent: number): number {
  // 1 to any power is 1, which JavaScript sees otherwise for infinite powers.
  if (base === 1 || (base === -1 && Math.abs(exponent) === Infinity)) return 1
  const special =
    base === 0 ||
    exponent === 0 ||
    !Number.isFinite(base) ||
    !Number.isFinite(exponent) ||
    Math.abs(exponent) >= 2 ** 63
  if (special) return base ** exponent
  if (exponent === 0.5) return Math.sqrt(base)
  if (exponent === -0.5) return 1 / Math.sqrt(base)
  let whole = Math.floor(Math.abs(exponent))
  let fraction = Math.abs(exponent) - whole
  if (fraction !== 0 && base < 0) return Number.NaN
  let result = 1
  if (fraction !== 0) {
    if (fraction > 0.5) {
      fraction -= 1
      whole += 1
    }
    result = exponential(fraction * logarithm(base))
  }
  const { value, power } = timesPower(result, base, whole)
  return exponent < 0 ? scale(1 / value, -power) : scale(value, power)
}

/** start * base ** exponent as value * 2 ** power; the parts are kept apart so that nothing overflows. */
function timesPower(start: number, base: number, exponent: number): { value: number; power: number } {
  let [square, squarePower] = split(base)
  let value = start
  let power = 0
  for (let rest = exponent; rest !== 0; rest = Math.floor(rest / 2)) {
    if (Math.abs(squarePower) > 4096) return { value, power: power + squarePower }
    if (rest % 2 === 1) {
      value *= square
      power += squarePower
    }
    square *= square
    squarePower *= 2
    if (square < 0.5) {
      square *= 2
      squarePower -= 1
    }
  }
  return { value, power }
}

/** A fraction from 0.5 to 1 and a power of two that make the number. */
function split(value: number): [fraction: number, power: number] {
  let power = Math.max(-1023, Math.floor(Math.log2(Math.abs(value))) + 1)
  let fraction = value * 2 ** -power
  while (Math.abs(fraction) < 0.5) {
    fraction *= 2
    power -= 1
  }
  while (Math.abs(fraction) >= 1) {
    fraction /= 2
    power += 1
  }
  return [fraction, power]
}

/** value * 2 ** power in steps that stay in range. */
function scale(value: number, power: number): number {
  let result = value
  let rest = Math.max(-2200, Math.min(2200, power))
  for (; rest > 1000; rest -= 1000) result *= 2 ** 1000
  for (; rest < -1000; rest += 1000) result *= 2 ** -1000
  return result * 2 ** rest
}
