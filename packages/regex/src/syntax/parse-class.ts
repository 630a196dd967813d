import { foldRanges } from './case-fold.ts'
import { type CodeRanges, normalizeRanges } from './code-ranges.ts'
import { posixClasses } from './named-class.ts'
import type { ParseCursor } from './parse-cursor.ts'
import { parseClassEscape, parseEscape, signed } from './parse-escape.ts'

/** Reads a bracketed class from its `[` to its `]` and returns the set it stands for. */
export function parseClass(cursor: ParseCursor, ignoreCase: boolean): CodeRanges {
  const start = cursor.offset
  cursor.offset++
  const negated = cursor.take('^')
  const pairs: number[] = []
  let first = true
  while (first || cursor.peek() !== ']') {
    first = false
    if (cursor.atEnd) throw cursor.error('the class has no closing ]', start)
    const named = parseNamed(cursor, ignoreCase)
    if (named) {
      for (const end of named) pairs.push(end)
    } else parseRange(cursor, start, ignoreCase, pairs)
  }
  cursor.offset++
  return signed(normalizeRanges(pairs), negated)
}

function parseNamed(cursor: ParseCursor, ignoreCase: boolean): CodeRanges | undefined {
  if (cursor.peek() === '\\') return parseClassEscape(cursor, ignoreCase)
  if (!cursor.startsWith('[:')) return undefined
  const end = cursor.source.indexOf(':]', cursor.offset + 2)
  if (end < 0) return undefined
  const [, sign, name] = /^(\^?)(.*)$/s.exec(cursor.source.slice(cursor.offset + 2, end)) ?? []
  const ranges = posixClasses.get(name ?? '')
  if (!ranges) throw cursor.error(`there is no class [:${sign}${name}:]`)
  cursor.offset = end + 2
  return signed(ignoreCase ? foldRanges(ranges) : ranges, sign === '^')
}

function parseRange(cursor: ParseCursor, classStart: number, ignoreCase: boolean, pairs: number[]): void {
  const start = cursor.offset
  const low = parseClassCharacter(cursor, classStart)
  let high = low
  const dash = cursor.peek() === '-' && cursor.peek(1) !== '' && cursor.peek(1) !== ']'
  if (dash) {
    cursor.offset++
    high = parseClassCharacter(cursor, classStart)
  }
  if (high < low) {
    throw cursor.error(`the range ${cursor.source.slice(start, cursor.offset)} is upside down`, start)
  }
  if (ignoreCase) for (const end of foldRanges([low, high])) pairs.push(end)
  else pairs.push(low, high)
}

function parseClassCharacter(cursor: ParseCursor, classStart: number): number {
  if (cursor.atEnd) throw cursor.error('the class has no closing ]', classStart)
  return cursor.peek() === '\\' ? parseEscape(cursor) : cursor.takeCodePoint()
}
