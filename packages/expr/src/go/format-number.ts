import { type Directive, pad } from './format-spec.ts'
import {
  exponentDecimals,
  fixedDecimals,
  generalDigits,
  shortestExponent,
  shortestFixed,
  shortestGeneral,
} from './float.ts'

const bases: Record<string, number> = { d: 10, v: 10, b: 2, o: 8, O: 8, x: 16, X: 16 }

/** An integer under a verb, or null where the verb does not fit. */
export function formatInteger(value: bigint, directive: Directive): string | null {
  const { verb } = directive
  if (verb === 'c') return pad(character(value), directive)
  if (verb === 'q') return pad(quoteCharacter(value), directive)
  if (verb === 'U') return pad(unicodeText(value, directive), directive)
  const base = bases[verb]
  return base === undefined ? null : basedInteger(value, base, directive)
}

function basedInteger(value: bigint, base: number, directive: Directive): string {
  const { verb, precision, zero, minus, width, plus, space, sharp } = directive
  const negative = value < 0n
  if (precision === 0 && value === 0n) return ' '.repeat(width ?? 0)
  const sign = negative ? '-' : plus ? '+' : space ? ' ' : ''
  const fill = precision ?? (zero && !minus && width !== null ? width - sign.length : 0)
  let digits = (negative ? -value : value).toString(base).padStart(fill, '0')
  if (verb === 'X') digits = digits.toUpperCase()
  if (sharp) digits = prefixed(digits, base, verb)
  if (verb === 'O') digits = `0o${digits}`
  return pad(sign + digits, { ...directive, zero: false })
}

function prefixed(digits: string, base: number, verb: string): string {
  if (base === 2) return `0b${digits}`
  if (base === 8) return digits.startsWith('0') ? digits : `0${digits}`
  return base === 16 ? `0${verb}${digits}` : digits
}

function isCharacter(value: bigint): boolean {
  return value >= 0n && value <= 0x10ffffn && !(value >= 0xd800n && value <= 0xdfffn)
}

function character(value: bigint): string {
  return isCharacter(value) ? String.fromCodePoint(Number(value)) : '\ufffd'
}

function quoteCharacter(value: bigint): string {
  const text = character(value)
  return `'${text === "'" ? "\\'" : escapeText(text, "'")}'`
}

function unicodeText(value: bigint, { sharp, precision }: Directive): string {
  const hex = BigInt.asUintN(64, value).toString(16).toUpperCase()
  const shown = `U+${hex.padStart(Math.max(4, precision ?? 4), '0')}`
  return sharp && isCharacter(value) && isPrintable(character(value))
    ? `${shown} '${character(value)}'`
    : shown
}

/** A float under a verb, or null where the verb does not fit. */
export function formatFloat(value: number, directive: Directive): string | null {
  const text = floatDigits(value, directive)
  if (text === null) return null
  const signed = /^[-+]/.test(text) ? text : `+${text}`
  const sign = signed.startsWith('+') ? (directive.plus ? '+' : directive.space ? ' ' : '') : '-'
  const body = signed.slice(1)
  if (!Number.isFinite(value)) return pad(sign + body, { ...directive, zero: false })
  const shown = directive.sharp ? withPoint(body, directive) : body
  const { zero, minus, width } = directive
  if (zero && !minus && width !== null && sign !== '')
    return sign + pad(shown, { ...directive, width: width - 1 })
  return pad(sign + shown, directive)
}

function floatDigits(value: number, { verb, precision }: Directive): string | null {
  switch (verb) {
    case 'v':
    case 'g':
      return precision === null ? shortestGeneral(value) : generalDigits(value, precision)
    case 'G':
      return (precision === null ? shortestGeneral(value) : generalDigits(value, precision)).replace('e', 'E')
    case 'e':
    case 'E': {
      const text = precision === -1 ? shortestExponent(value) : exponentDecimals(value, precision ?? 6)
      return verb === 'E' ? text.replace('e', 'E') : text
    }
    case 'f':
    case 'F':
      return precision === -1 ? shortestFixed(value) : fixedDecimals(value, precision ?? 6)
    case 'x':
    case 'X':
    case 'b':
      return binaryFloat(value, verb, precision)
    default:
      return null
  }
}

/** `#` keeps the point, and the zeros of %g. */
function withPoint(body: string, { verb, precision }: Directive): string {
  const [mantissa = '', exponent] = body.split(/(?=[eE])/)
  const pointed = mantissa.includes('.') ? mantissa : `${mantissa}.`
  if (!['g', 'G', 'v'].includes(verb)) return pointed + (exponent ?? '')
  const significant = pointed.replace('.', '').replace(/^0+(?=.)/, '').length
  return pointed + '0'.repeat(Math.max(0, (precision ?? 6) - significant)) + (exponent ?? '')
}

/** %x writes 0x1.8p+01, %b the whole mantissa and a power of two. */
function binaryFloat(value: number, verb: string, precision: number | null): string {
  if (!Number.isFinite(value)) return shortestFixed(value)
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, Math.abs(value))
  const bits = view.getBigUint64(0)
  const biased = Number(bits >> 52n)
  const fraction = bits & 0xfffffffffffffn
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  const mantissa = biased === 0 ? fraction : fraction | (1n << 52n)
  if (verb === 'b') {
    const power = (biased || 1) - 1075
    return `${sign}${mantissa}p${power < 0 ? '' : '+'}${power}`
  }
  const shown = sign + hexFloat(mantissa, (biased || 1) - 1023, precision)
  return verb === 'X' ? shown.toUpperCase() : shown
}

function hexFloat(whole: bigint, startPower: number, precision: number | null): string {
  let mantissa = whole
  let power = mantissa === 0n ? 0 : startPower
  while (mantissa !== 0n && mantissa >> 52n === 0n) {
    mantissa <<= 1n
    power -= 1
  }
  const cut = precision === null ? 0n : BigInt(Math.max(0, 13 - precision) * 4)
  const half = cut === 0n ? 0n : 1n << (cut - 1n)
  let rounded = mantissa >> cut
  const rest = mantissa - (rounded << cut)
  if (cut > 0n && (rest > half || (rest === half && (rounded & 1n) === 1n))) rounded += 1n
  const hex = rounded.toString(16)
  const digits = precision === null ? hex.slice(1).replace(/0+$/, '') : hex.slice(1).padEnd(precision, '0')
  const point = digits === '' ? '' : `.${digits}`
  return `0x${hex[0]}${point}p${power < 0 ? '-' : '+'}${Math.abs(power).toString().padStart(2, '0')}`
}

const escapes: Record<string, string> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
}

export function isPrintable(character: string): boolean {
  return character === ' ' || /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(character)
}

/** The text with everything escaped that Go's quoting escapes; with `ascii` all beyond ASCII too. */
export function escapeText(text: string, quote: string, ascii = false): string {
  let result = ''
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    if (character === quote) result += `\\${quote}`
    else if (escapes[character] !== undefined) result += escapes[character]
    else if (isPrintable(character) && (!ascii || code < 0x80)) result += character
    else if (code < 0x20 || code === 0x7f) result += `\\x${code.toString(16).padStart(2, '0')}`
    else if (code <= 0xffff) result += `\\u${code.toString(16).padStart(4, '0')}`
    else result += `\\U${code.toString(16).padStart(8, '0')}`
  }
  return result
}
