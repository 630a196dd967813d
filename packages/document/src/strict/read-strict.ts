import { YamlList, YamlMap, type YamlNode, type YamlPair, YamlScalar } from '../node.ts'
import { readBlockScalar } from './block-scalar.ts'
import { Cursor, dash } from './cursor.ts'
import { atFlow, readFlow } from './flow.ts'
import { type KeyNames, pairOf, readKey } from './key.ts'
import { readPlain } from './plain-scalar.ts'
import { atQuote, readQuoted } from './quoted-scalar.ts'
import { maxDepth, Unusual, unusual } from './unusual.ts'

const literal = 0x7c
const folded = 0x3e

/**
 * The documents of a text in the part of YAML that people write: block maps and lists, one-line and folded text, quoted
 * text, literal and folded blocks, brackets, comments. Undefined where the text is broken or uses anything else; what it
 * answers is what the full reader answers, values and places alike, at a tenth of the time. Documents without content are
 * left out.
 */
export function readStrict(text: string): YamlNode[] | undefined {
  if (/[\t\r\uFEFF]/.test(text)) return undefined
  try {
    return readStream(new Cursor(text))
  } catch (error) {
    if (error instanceof Unusual) return undefined
    throw error
  }
}

function readStream(cursor: Cursor): YamlNode[] {
  const documents: YamlNode[] = []
  for (;;) {
    cursor.skipToContent()
    if (cursor.atMarker()) {
      if (cursor.code() !== dash) unusual()
      cursor.at += 3
      cursor.finishLine()
      continue
    }
    if (cursor.atEnd) return documents
    documents.push(readRoot(cursor))
    cursor.skipToContent()
    if (!cursor.atEnd && !cursor.atMarker()) unusual()
  }
}

function readRoot(cursor: Cursor): YamlNode {
  if (cursor.isAlone(dash)) return readList(cursor, 0)
  const start = cursor.at
  const key = readKey(cursor)
  return key ? readMap(cursor, start, key, 0) : unusual()
}

/** A block map whose first key has been read. */
function readMap(cursor: Cursor, start: number, first: YamlScalar, depth: number): YamlMap {
  if (depth > maxDepth) unusual()
  const column = start - cursor.lineStart
  const pairs: YamlPair[] = []
  const names: KeyNames = new Set()
  let key: YamlScalar | undefined = first
  while (key) {
    pairs.push(pairOf(key, readValue(cursor, column, true, depth), names))
    key = atColumn(cursor, column) ? (readKey(cursor) ?? unusual()) : undefined
  }
  return new YamlMap(start, pairs)
}

function readList(cursor: Cursor, depth: number): YamlList {
  if (depth > maxDepth) unusual()
  const { at: start, column } = cursor
  const items: YamlNode[] = []
  do {
    cursor.at++
    items.push(readValue(cursor, column, false, depth))
  } while (atColumn(cursor, column) && cursor.isAlone(dash))
  return new YamlList(start, items)
}

/** Moves to the next content. Whether it stands in this column; a deeper one is unusual. */
function atColumn(cursor: Cursor, column: number): boolean {
  cursor.skipToContent()
  if (cursor.atEnd || cursor.atMarker() || cursor.column < column) return false
  return cursor.column === column || unusual()
}

/** What stands behind the colon or the dash of a block in this column: on the line, or on those below. */
function readValue(cursor: Cursor, column: number, ofKey: boolean, depth: number): YamlNode {
  cursor.skipSpaces()
  if (cursor.atLineEnd()) return readBelow(cursor, column, ofKey, depth)
  if (ofKey) return readInline(cursor, column, depth)
  if (cursor.isAlone(dash)) return readList(cursor, depth + 1)
  const start = cursor.at
  const key = readKey(cursor)
  return key ? readMap(cursor, start, key, depth + 1) : readInline(cursor, column, depth)
}

function readBelow(cursor: Cursor, column: number, ofKey: boolean, depth: number): YamlNode {
  const empty = new YamlScalar(cursor.at, 'plain', null, '')
  cursor.nextLine()
  cursor.skipToContent()
  if (cursor.atEnd || cursor.atMarker()) return empty
  const deeper = cursor.column > column
  if (cursor.isAlone(dash)) {
    return deeper || (ofKey && cursor.column === column) ? readList(cursor, depth + 1) : empty
  }
  if (!deeper) return empty
  const start = cursor.at
  const key = readKey(cursor)
  return key ? readMap(cursor, start, key, depth + 1) : readInline(cursor, column, depth)
}

/** A scalar or a bracketed collection, and the rest of its last line. */
function readInline(cursor: Cursor, column: number, depth: number): YamlNode {
  const code = cursor.code()
  if (code === literal || code === folded) return readBlockScalar(cursor, column)
  if (!atQuote(cursor) && !atFlow(cursor)) return readPlain(cursor, column)
  const node = atFlow(cursor) ? readFlow(cursor, column, depth + 1) : readQuoted(cursor, column)
  cursor.finishLine()
  return node
}
