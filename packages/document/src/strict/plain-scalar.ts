import { YamlScalar } from '../node.ts'
import { colon, type Cursor, dash, hash, newline, space } from './cursor.ts'
import { plainValue } from './plain-value.ts'
import { unusual } from './unusual.ts'

/** Characters that text without quotes cannot begin with. */
const indicators = new Set(Array.from('[]{},#&*!|>\'"%@`', (character) => character.charCodeAt(0)))
const flowIndicators = new Set(Array.from('[]{},', (character) => character.charCodeAt(0)))
const question = 0x3f

/** A stretch of text without quotes on one line: where it ends, and whether a key's colon, a comment or the line ended it. */
export interface PlainEnd {
  readonly end: number
  readonly stop: 'colon' | 'comment' | 'line' | 'flow'
  /** Where the colon, the comment, the line's end or the flow indicator is. */
  readonly stopAt: number
}

/** The stretch that begins at an offset. Throws Unusual where an indicator stands that text cannot begin with. */
export function plainEnd(cursor: Cursor, start: number, inFlow: boolean): PlainEnd {
  const { text } = cursor
  let end = start
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === newline) return { end, stop: 'line', stopAt: at }
    if (code === space) continue
    if (code === colon && endsKey(cursor, at, inFlow)) return { end, stop: 'colon', stopAt: at }
    if (code === hash && text.charCodeAt(at - 1) === space) return { end, stop: 'comment', stopAt: at }
    if (inFlow && flowIndicators.has(code)) return { end, stop: 'flow', stopAt: at }
    end = at + 1
  }
  return { end, stop: 'line', stopAt: text.length }
}

function endsKey(cursor: Cursor, at: number, inFlow: boolean): boolean {
  return cursor.isBlank(at + 1) || (inFlow && flowIndicators.has(cursor.code(at + 1)))
}

/** Whether text without quotes can begin here. */
export function beginsPlain(cursor: Cursor, inFlow: boolean): boolean {
  const code = cursor.code()
  if (indicators.has(code)) return false
  if (code !== dash && code !== question && code !== colon) return true
  return !inFlow && !cursor.isBlank(cursor.at + 1)
}

/**
 * Text without quotes in a block whose column is `indent`, folded over the lines that are indented deeper. Leaves the
 * cursor at the start of the line behind it.
 */
export function readPlain(cursor: Cursor, indent: number): YamlScalar {
  if (!beginsPlain(cursor, false)) unusual()
  const start = cursor.at
  let { end, stop } = plainEnd(cursor, start, false)
  let source = cursor.text.slice(start, end)
  cursor.nextLine()
  while (stop === 'line') {
    const breaks = skipToContinuation(cursor, indent)
    if (breaks === 0) break
    ;({ end, stop } = plainEnd(cursor, cursor.at, false))
    source += (breaks === 1 ? ' ' : '\n'.repeat(breaks - 1)) + cursor.text.slice(cursor.at, end)
    cursor.nextLine()
  }
  if (stop === 'colon') unusual()
  return new YamlScalar(start, 'plain', plainValue(source), source)
}

/** Moves to the next line of a folded text and answers how many line breaks lie before it; 0 where the text has ended. */
function skipToContinuation(cursor: Cursor, indent: number): number {
  const { text } = cursor
  let breaks = 1
  let lineStart = cursor.lineStart
  for (let at = lineStart; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === space) continue
    if (code === newline) {
      breaks++
      lineStart = at + 1
      continue
    }
    if (at - lineStart <= indent || code === hash) return 0
    cursor.at = at
    cursor.lineStart = lineStart
    return breaks
  }
  return 0
}
