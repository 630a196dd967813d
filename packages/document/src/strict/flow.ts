import { YamlList, YamlMap, type YamlNode, type YamlPair, YamlScalar } from '../node.ts'
import { colon, type Cursor, hash, newline, space } from './cursor.ts'
import { type KeyNames, pairOf } from './key.ts'
import { beginsPlain, plainEnd } from './plain-scalar.ts'
import { plainValue } from './plain-value.ts'
import { atQuote, readQuoted } from './quoted-scalar.ts'
import { maxDepth, unusual } from './unusual.ts'

const openList = 0x5b
const closeList = 0x5d
const openMap = 0x7b
const closeMap = 0x7d
const comma = 0x2c

export function atFlow(cursor: Cursor): boolean {
  const code = cursor.code()
  return code === openList || code === openMap
}

/** `[a, b]` or `{a: b}` in a block whose column is `indent`. Leaves the cursor behind the bracket. */
export function readFlow(cursor: Cursor, indent: number, depth: number): YamlNode {
  if (depth > maxDepth) unusual()
  return cursor.code() === openList ? readList(cursor, indent, depth) : readMap(cursor, indent, depth)
}

function readList(cursor: Cursor, indent: number, depth: number): YamlList {
  const start = cursor.at++
  const items: YamlNode[] = []
  for (;;) {
    skipSpace(cursor, indent)
    if (cursor.code() === closeList) break
    items.push(readNode(cursor, indent, depth))
    if (!hasMore(cursor, indent, closeList)) break
  }
  cursor.at++
  return new YamlList(start, items)
}

function readMap(cursor: Cursor, indent: number, depth: number): YamlMap {
  const start = cursor.at++
  const pairs: YamlPair[] = []
  const names: KeyNames = new Set()
  for (;;) {
    skipSpace(cursor, indent)
    if (cursor.code() === closeMap) break
    const key = atQuote(cursor) ? readQuotedKey(cursor) : readPlain(cursor, false)
    cursor.skipSpaces()
    if (!cursor.isAlone(colon)) unusual()
    cursor.at++
    skipSpace(cursor, indent)
    pairs.push(pairOf(key, readNode(cursor, indent, depth), names))
    if (!hasMore(cursor, indent, closeMap)) break
  }
  cursor.at++
  return new YamlMap(start, pairs)
}

/** Moves over a comma; false where the bracket follows. */
function hasMore(cursor: Cursor, indent: number, close: number): boolean {
  skipSpace(cursor, indent)
  if (cursor.code() === close) return false
  if (cursor.code() !== comma) unusual()
  cursor.at++
  return true
}

function readNode(cursor: Cursor, indent: number, depth: number): YamlNode {
  if (atFlow(cursor)) return readFlow(cursor, indent, depth + 1)
  return atQuote(cursor) ? readQuoted(cursor, indent) : readPlain(cursor, true)
}

function readQuotedKey(cursor: Cursor): YamlScalar {
  const line = cursor.lineStart
  const key = readQuoted(cursor, 0)
  return cursor.lineStart === line ? key : unusual()
}

/** Text without quotes on one line; one that goes on on the next is unusual. */
function readPlain(cursor: Cursor, isValue: boolean): YamlScalar {
  if (!beginsPlain(cursor, true)) unusual()
  const start = cursor.at
  const { end, stop, stopAt } = plainEnd(cursor, start, true)
  if (
    stop === 'comment' ||
    (stop === 'line' && !closesAfter(cursor, stopAt)) ||
    (isValue && stop === 'colon')
  )
    unusual()
  cursor.at = end
  const source = cursor.text.slice(start, end)
  return new YamlScalar(start, 'plain', plainValue(source), source)
}

/** Whether a comma or a closing bracket is what follows on the lines behind an offset. */
function closesAfter({ text }: Cursor, offset: number): boolean {
  let at = offset
  while (text.charCodeAt(at) === newline || text.charCodeAt(at) === space) at++
  const code = text.charCodeAt(at)
  return code === comma || code === closeList || code === closeMap
}

/** Over spaces, line breaks and comments; a line that begins no deeper than `indent` is unusual. */
function skipSpace(cursor: Cursor, indent: number): void {
  for (;;) {
    cursor.skipSpaces()
    if (cursor.atEnd) unusual()
    const code = cursor.code()
    const comment = code === hash && cursor.isBlank(cursor.at - 1)
    if (code !== newline && !comment) return
    cursor.nextLine()
    cursor.skipSpaces()
    if (cursor.column <= indent && cursor.code() !== newline) unusual()
  }
}
