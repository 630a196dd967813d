import type { ParseCursor } from './parse-cursor.ts'

/** The flags `i`, `m`, `s` and `U`. */
export interface Flags {
  readonly ignoreCase: boolean
  readonly multiLine: boolean
  readonly dotAll: boolean
  readonly ungreedy: boolean
}

export const noFlags: Flags = { ignoreCase: false, multiLine: false, dotAll: false, ungreedy: false }

const flagNames: Readonly<Record<string, keyof Flags>> = {
  i: 'ignoreCase',
  m: 'multiLine',
  s: 'dotAll',
  U: 'ungreedy',
}

/** What an opening parenthesis begins. */
export interface GroupOpening {
  /** Name of a capturing group, '' for none; undefined where nothing is captured. */
  readonly name: string | undefined
  /** False for `(?flags)`, which is over already. */
  readonly opens: boolean
  /** The flags from here on. */
  readonly flags: Flags
}

/** Reads from an opening parenthesis up to where the inside of the group, or what comes after it, begins. */
export function parseGroupOpening(cursor: ParseCursor, flags: Flags): GroupOpening {
  const start = cursor.offset
  cursor.offset++
  if (!cursor.take('?')) return { name: '', opens: true, flags }
  if (cursor.take('P<') || cursor.take('<')) return { name: parseName(cursor, start), opens: true, flags }
  const inside = parseFlags(cursor, start, flags)
  const opens = !cursor.take(')')
  if (opens) cursor.offset++
  return { name: undefined, opens, flags: inside }
}

function parseName(cursor: ParseCursor, start: number): string {
  const end = cursor.source.indexOf('>', cursor.offset)
  const name = cursor.source.slice(cursor.offset, end < 0 ? cursor.offset : end)
  if (!/^\w+$/.test(name)) {
    const looksBack = /^[=!]/.test(cursor.peek())
    throw cursor.error(
      looksBack ? 'look-behind is not supported' : 'the name of the group is not valid',
      start,
    )
  }
  cursor.offset = end + 1
  return name
}

/** Reads flags up to the `)` or `:` that ends them and returns what they make of the given ones. */
function parseFlags(cursor: ParseCursor, start: number, flags: Flags): Flags {
  let changed = flags
  let value = true
  let needsFlag = false
  for (;;) {
    const letter = cursor.peek()
    if ((letter === ')' || letter === ':') && !needsFlag) return changed
    const name = flagNames[letter]
    if (name) changed = { ...changed, [name]: value }
    else if (letter !== '-' || !value) throw cursor.error(unknownGroupReason(cursor, start), start)
    needsFlag = letter === '-'
    if (needsFlag) value = false
    cursor.offset++
  }
}

function unknownGroupReason(cursor: ParseCursor, start: number): string {
  const opening = cursor.source.slice(start, cursor.offset + 1)
  if (opening === '(?=' || opening === '(?!') return 'look-ahead is not supported'
  return cursor.atEnd ? 'the group has no closing )' : `the group ${opening} is not supported`
}
