import { YamlScalar } from '../node.ts'
import { type Cursor, space } from './cursor.ts'
import { unusual } from './unusual.ts'

const folded = 0x3e
const strip = 0x2d

/**
 * A literal (`|`) or folded (`>`) block, its end kept (`|`) or dropped (`|-`), in a block whose column is `indent`. Leaves
 * the cursor at the start of the line behind it. Unusual: explicit indents, `|+`, spaces on empty lines beyond the
 * block's column, empty blocks.
 */
export function readBlockScalar(cursor: Cursor, indent: number): YamlScalar {
  const start = cursor.at
  const isFolded = cursor.code() === folded
  cursor.at++
  const strips = cursor.code() === strip
  if (strips) cursor.at++
  if (!cursor.isBlank(cursor.at)) unusual()
  cursor.finishLine()
  const lines = blockLines(cursor, indent)
  const value = (isFolded ? fold(lines) : lines.join('\n')) + (strips ? '' : '\n')
  return new YamlScalar(start, 'block', value, value)
}

/** The lines of the block without its indent and without the empty ones at its end. */
function blockLines(cursor: Cursor, indent: number): string[] {
  const { text } = cursor
  const lines: string[] = []
  let blockIndent = -1
  let longestBlank = 0
  let full = 0
  while (!cursor.atEnd) {
    const end = cursor.lineEnd()
    let content = cursor.at
    while (text.charCodeAt(content) === space) content++
    const width = content - cursor.at
    if (content >= end) {
      longestBlank = Math.max(longestBlank, width)
      lines.push('')
    } else {
      if (blockIndent < 0) blockIndent = width
      if (width < blockIndent || width <= indent) break
      lines.push(text.slice(cursor.at + blockIndent, end))
      full = lines.length
    }
    cursor.nextLine()
  }
  if (full === 0 || longestBlank > blockIndent) unusual()
  return lines.slice(0, full)
}

/** Folds the lines into one where they are as far left as the block; empty and deeper lines stay lines. */
function fold(lines: readonly string[]): string {
  let first = 0
  while (lines[first] === '') first++
  let value = '\n'.repeat(first)
  let separator = ''
  let wasDeeper = false
  for (const line of lines.slice(first)) {
    if (line.charCodeAt(0) === space) {
      if (separator === ' ') separator = '\n'
      else if (!wasDeeper && separator === '\n') separator = '\n\n'
      value += separator + line
      separator = '\n'
      wasDeeper = true
    } else if (line === '') {
      if (separator === '\n') value += '\n'
      else separator = '\n'
    } else {
      value += separator + line
      separator = ' '
      wasDeeper = false
    }
  }
  return value
}
