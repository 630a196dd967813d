import { type YamlNode, type YamlPair, YamlScalar } from '../node.ts'
import { colon, type Cursor } from './cursor.ts'
import { beginsPlain, plainEnd } from './plain-scalar.ts'
import { plainValue } from './plain-value.ts'
import { atQuote, quoteEnd, readQuoted } from './quoted-scalar.ts'
import { unusual } from './unusual.ts'

/** Keys are no longer than this in a block. Source: YAML 1.1, 1024 characters; a margin is kept. */
const maxKeyLength = 1000
/** Merges another map into this one. */
const mergeKey = '<<'

/** The values of the keys of one map. */
export type KeyNames = Set<unknown>

/**
 * The key of a block map that begins here, and the cursor behind its colon; undefined, and the cursor where it was, where
 * the line does not begin with a key.
 */
export function readKey(cursor: Cursor): YamlScalar | undefined {
  const start = cursor.at
  const key = atQuote(cursor) ? readQuotedKey(cursor) : readPlainKey(cursor)
  if (cursor.at - start > maxKeyLength) unusual()
  return key
}

function readQuotedKey(cursor: Cursor): YamlScalar | undefined {
  const start = cursor.at
  let after = quoteEnd(cursor, start) + 1
  while (cursor.text[after] === ' ') after++
  if (cursor.code(after) !== colon || !cursor.isBlank(after + 1) || after > cursor.lineEnd()) return undefined
  const key = readQuoted(cursor, 0)
  cursor.at = after + 1
  return key
}

function readPlainKey(cursor: Cursor): YamlScalar | undefined {
  if (!beginsPlain(cursor, false)) return undefined
  const start = cursor.at
  const { end, stop, stopAt } = plainEnd(cursor, start, false)
  if (stop !== 'colon') return undefined
  cursor.at = stopAt + 1
  const source = cursor.text.slice(start, end)
  return new YamlScalar(start, 'plain', plainValue(source), source)
}

/** A key with its value. Throws Unusual where the map has the key already, or where it merges another map. */
export function pairOf(key: YamlScalar, value: YamlNode, names: KeyNames): YamlPair {
  if (names.has(key.value) || (key.style === 'plain' && key.source === mergeKey)) unusual()
  names.add(key.value)
  return { key, name: typeof key.value === 'string' ? key.value : key.source, value }
}
