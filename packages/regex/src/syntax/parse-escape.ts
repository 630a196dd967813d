import { type CodeRanges, maxCodePoint, negateRanges } from './code-ranges.ts'
import { foldRanges } from './case-fold.ts'
import { perlClasses } from './named-class.ts'
import type { ParseCursor } from './parse-cursor.ts'
import { unicodeClass } from './unicode-class.ts'

const controlEscapes: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 }

/** Reads an escape that stands for one character, from its backslash on, and returns the code point. */
export function parseEscape(cursor: ParseCursor): number {
  const start = cursor.offset
  cursor.offset++
  if (cursor.atEnd) throw cursor.error('the backslash at the end escapes nothing', start)
  const next = cursor.peek()
  if (next >= '0' && next <= '7') return parseOctal(cursor, start)
  if (cursor.take('x')) return parseHexadecimal(cursor, start)
  const control = controlEscapes[next]
  if (control !== undefined) {
    cursor.offset++
    return control
  }
  const codePoint = cursor.takeCodePoint()
  if (codePoint > 0x7f || /[0-9A-Za-z]/.test(next)) throw invalidEscape(cursor, start)
  return codePoint
}

function parseOctal(cursor: ParseCursor, start: number): number {
  const [digits] = /^[0-7]{1,3}/.exec(cursor.source.slice(cursor.offset, cursor.offset + 3)) ?? ['']
  cursor.offset += digits.length
  if (digits.length === 1 && digits !== '0') {
    throw cursor.error(`the back-reference \\${digits} is not supported`, start)
  }
  return Number.parseInt(digits, 8)
}

function parseHexadecimal(cursor: ParseCursor, start: number): number {
  const digits = cursor.take('{')
    ? bracedDigits(cursor)
    : cursor.source.slice(cursor.offset, cursor.offset + 2)
  if (digits === undefined) throw invalidEscape(cursor, start)
  const braced = cursor.source[cursor.offset - 1] === '}'
  if (!braced) {
    cursor.offset += digits.length
    if (digits.length < 2) throw invalidEscape(cursor, start)
  }
  if (!/^[0-9A-Fa-f]+$/.test(digits)) throw invalidEscape(cursor, start)
  const codePoint = Number.parseInt(digits, 16)
  if (codePoint > maxCodePoint) throw invalidEscape(cursor, start)
  return codePoint
}

/** The text up to the closing brace, which is passed over; undefined if there is none. */
function bracedDigits(cursor: ParseCursor): string | undefined {
  const end = cursor.source.indexOf('}', cursor.offset)
  if (end < 0) return undefined
  const digits = cursor.source.slice(cursor.offset, end)
  cursor.offset = end + 1
  return digits
}

function invalidEscape(cursor: ParseCursor, start: number): Error {
  const end = Math.max(cursor.offset, start + 2)
  return cursor.error(`the escape ${cursor.source.slice(start, end)} is not valid`, start)
}

/**
 * Reads `\d`, `\s`, `\w`, `\p…` or the negation of one, if one is next, from its backslash on. Under
 * `ignoreCase` the set is closed under case folding before it is negated.
 */
export function parseClassEscape(cursor: ParseCursor, ignoreCase: boolean): CodeRanges | undefined {
  const letter = cursor.peek(1)
  const lower = letter.toLowerCase()
  if (lower === 'p') return parseUnicodeEscape(cursor, ignoreCase)
  const ranges = perlClasses.get(lower)
  if (!ranges) return undefined
  cursor.offset += 2
  return signed(ignoreCase ? foldRanges(ranges) : ranges, letter !== lower)
}

function parseUnicodeEscape(cursor: ParseCursor, ignoreCase: boolean): CodeRanges {
  const start = cursor.offset
  let negated = cursor.peek(1) === 'P'
  cursor.offset += 2
  let name = cursor.take('{') ? bracedDigits(cursor) : characterName(cursor)
  if (name === undefined || name === '') throw cursor.error('the class name after \\p is missing', start)
  if (name.startsWith('^')) {
    negated = !negated
    name = name.slice(1)
  }
  const ranges = unicodeClass(name)
  if (!ranges) throw cursor.error(`there is no character class named ${JSON.stringify(name)}`, start)
  return signed(ignoreCase ? foldRanges(ranges) : ranges, negated)
}

function characterName(cursor: ParseCursor): string {
  const start = cursor.offset
  cursor.takeCodePoint()
  return cursor.source.slice(start, cursor.offset)
}

/** The set, or its complement. */
export function signed(ranges: CodeRanges, negated: boolean): CodeRanges {
  return negated ? negateRanges(ranges) : ranges
}
