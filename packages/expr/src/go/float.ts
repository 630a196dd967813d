/** Sign, decimal digits and the exponent of the first digit of a finite number, shortest that reads back the same. */
interface Decimal {
  readonly negative: boolean
  readonly digits: string
  readonly exponent: number
}

function decimalOf(value: number): Decimal {
  const text = Math.abs(value).toExponential()
  const [mantissa = '0', exponent = '0'] = text.split('e')
  return {
    negative: value < 0 || Object.is(value, -0),
    digits: mantissa.replace('.', ''),
    exponent: Number(exponent),
  }
}

const notFinite = (value: number) => (Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf')

/** `1.5e+06`: as %e of Go with as many digits as needed. */
export function shortestExponent(value: number): string {
  if (!Number.isFinite(value)) return notFinite(value)
  const { negative, digits, exponent } = decimalOf(value)
  return (negative ? '-' : '') + exponentForm(digits, exponent)
}

function exponentForm(digits: string, exponent: number): string {
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : ''
  const magnitude = Math.abs(exponent).toString().padStart(2, '0')
  return `${digits[0]}${fraction}e${exponent < 0 ? '-' : '+'}${magnitude}`
}

/** Plain decimal notation with as many digits as needed. */
export function shortestFixed(value: number): string {
  if (!Number.isFinite(value)) return notFinite(value)
  const { negative, digits, exponent } = decimalOf(value)
  return (negative ? '-' : '') + fixedForm(digits, exponent)
}

function fixedForm(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0')
  const fraction = digits.slice(exponent + 1)
  return fraction === '' ? whole : `${whole}.${fraction}`
}

/** As Go prints a float: exponent notation below 1e-4 and from 1e6 on. */
export function shortestGeneral(value: number): string {
  if (!Number.isFinite(value)) return notFinite(value)
  const { negative, digits, exponent } = decimalOf(value)
  const body = exponent < -4 || exponent >= 6 ? exponentForm(digits, exponent) : fixedForm(digits, exponent)
  return (negative ? '-' : '') + body
}

/** Fixed notation with a number of decimals, rounded to even on the exact binary value as Go does. */
export function fixedDecimals(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return notFinite(value)
  const negative = value < 0 || Object.is(value, -0)
  return (negative ? '-' : '') + exactDecimals(Math.abs(value), decimals)
}

/** toFixed is exact only up to 100 decimals and below 1e21: beyond, the binary value is expanded by hand. */
function exactDecimals(value: number, decimals: number): string {
  const { numerator, power } = exactFraction(value)
  const scaled = numerator * 10n ** BigInt(decimals)
  let units = scaled >> power
  const rest = scaled - (units << power)
  const half = power === 0n ? 0n : 1n << (power - 1n)
  if (power > 0n && (rest > half || (rest === half && (units & 1n) === 1n))) units += 1n
  const digits = units.toString().padStart(decimals + 1, '0')
  if (decimals === 0) return digits
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
}

/** The exact value of a positive finite number as numerator / 2^power. */
function exactFraction(value: number): { numerator: bigint; power: bigint } {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value)
  const bits = view.getBigUint64(0)
  const biased = Number((bits >> 52n) & 0x7ffn)
  const fraction = bits & 0xfffffffffffffn
  const mantissa = biased === 0 ? fraction : fraction | (1n << 52n)
  const exponent = (biased === 0 ? 1 : biased) - 1075
  if (exponent >= 0) return { numerator: mantissa << BigInt(exponent), power: 0n }
  return { numerator: mantissa, power: BigInt(-exponent) }
}

/** %e with a number of decimals. */
export function exponentDecimals(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return notFinite(value)
  const text = Math.abs(value).toExponential(Math.min(decimals, 100))
  const [mantissa = '', exponent = '0'] = text.split('e')
  const padded = decimals > 100 ? mantissa.padEnd(decimals + 2, '0') : mantissa
  const power = Number(exponent)
  const magnitude = Math.abs(power).toString().padStart(2, '0')
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  return `${sign}${padded}e${power < 0 ? '-' : '+'}${magnitude}`
}

/** %g with a number of significant digits. */
export function generalDigits(value: number, significant: number): string {
  if (!Number.isFinite(value)) return notFinite(value)
  const wanted = Math.max(1, significant)
  const [mantissa = '0', exponent = '0'] = Math.abs(value)
    .toExponential(Math.min(wanted - 1, 100))
    .split('e')
  const digits = mantissa.replace('.', '').replace(/(?<=.)0+$/, '')
  const power = Number(exponent)
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  return sign + (power < -4 || power >= wanted ? exponentForm(digits, power) : fixedForm(digits, power))
}
