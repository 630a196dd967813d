import { byteOffset, isAscii } from '../runtime/text.ts'

// Blank as unicode.IsSpace sees it.
const blank = '\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000'
const leadingBlanks = new RegExp(`^[${blank}]+`)
const trailingBlank = new RegExp(`[${blank}]`)
const blanks = new RegExp(`[${blank}]+`)

/** Places to remember texts at, a power of two. */
const places = 64
const longestRemembered = 512

/** Each character to upper case by itself, where it has one character for it. Source: strings.ToUpper. */
export const toUpper: (text: string) => string = remembering((text) =>
  isAscii(text) ? text.toUpperCase() : mapCharacters(text, upperCharacter),
)

/** Each character to lower case by itself. Source: strings.ToLower. */
export const toLower: (text: string) => string = remembering((text) =>
  isAscii(text) ? text.toLowerCase() : mapCharacters(text, lowerCharacter),
)

/**
 * Many expressions ask for the same of the fields of one event, one after the other: the last text of a length is
 * remembered, as texts of the same length are seldom asked for in turns.
 */
function remembering(change: (text: string) => string): (text: string) => string {
  const texts = Array.from({ length: places }, () => '')
  const changed = [...texts]
  return (text) => {
    const { length } = text
    if (length > longestRemembered) return change(text)
    const place = length & (places - 1)
    if (texts[place] !== text) {
      changed[place] = change(text)
      texts[place] = text
    }
    return changed[place] as string
  }
}

function mapCharacters(text: string, map: (character: string) => string): string {
  let result = ''
  for (const character of text) result += map(character)
  return result
}

function isSingle(text: string): boolean {
  return text.length === 1 || (text.length === 2 && (text.codePointAt(0) ?? 0) > 0xffff)
}

function upperCharacter(character: string): string {
  const upper = character.toUpperCase()
  if (isSingle(upper)) return upper
  // Greek letters with a subscript iota have a capital of their own beside the spelled-out one.
  const code = character.codePointAt(0) ?? 0
  if (code >= 0x1f80 && code <= 0x1faf) return String.fromCodePoint((code & 8) === 0 ? code + 8 : code)
  if (code === 0x1fb3 || code === 0x1fc3 || code === 0x1ff3) return String.fromCodePoint(code + 9)
  return character
}

function lowerCharacter(character: string): string {
  const lower = character.toLowerCase()
  if (isSingle(lower)) return lower
  return character === '\u0130' ? 'i' : character
}

export function trimSpace(text: string): string {
  return trimSpaceEnd(text.replace(leadingBlanks, ''))
}

function trimSpaceEnd(text: string): string {
  let end = text.length
  while (end > 0 && trailingBlank.test(text.charAt(end - 1))) end--
  return text.slice(0, end)
}

/** Takes characters of a set from both ends, or from one. */
export function trimSet(text: string, set: string, from: 'both' | 'left' | 'right' = 'both'): string {
  const unwanted = new Set(set)
  const characters = Array.from(text)
  let start = 0
  let end = characters.length
  if (from !== 'right') while (start < end && unwanted.has(characters[start] ?? '')) start++
  if (from !== 'left') while (end > start && unwanted.has(characters[end - 1] ?? '')) end--
  return characters.slice(start, end).join('')
}

export function trimPrefix(text: string, prefix: string): string {
  return text.startsWith(prefix) ? text.slice(prefix.length) : text
}

export function trimSuffix(text: string, suffix: string): string {
  return text.endsWith(suffix) ? text.slice(0, text.length - suffix.length) : text
}

export function fields(text: string): string[] {
  return text.split(blanks).filter((field) => field !== '')
}

/**
 * The pieces of a text between separators, the separator kept at their ends if asked for. At most `limit` pieces,
 * the last with the rest; none for 0, all for a negative limit. An empty separator cuts between characters.
 */
export function split(text: string, separator: string, limit = -1, keep = false): string[] {
  if (limit === 0) return []
  if (separator === '') return splitCharacters(text, limit)
  const pieces: string[] = []
  let from = 0
  const most = limit < 0 ? Infinity : limit
  while (pieces.length < most - 1) {
    const found = text.indexOf(separator, from)
    if (found < 0) break
    pieces.push(text.slice(from, keep ? found + separator.length : found))
    from = found + separator.length
  }
  pieces.push(text.slice(from))
  return pieces
}

function splitCharacters(text: string, limit: number): string[] {
  const characters = Array.from(text)
  if (limit < 0 || characters.length <= limit) return characters
  return [...characters.slice(0, limit - 1), characters.slice(limit - 1).join('')]
}

/** The text with the first `limit` occurrences replaced, all for a negative limit. An empty one is found everywhere. */
export function replace(text: string, old: string, fresh: string, limit = -1): string {
  if (limit === 0 || old === fresh) return text
  if (limit < 0 && old !== '') return text.replaceAll(old, () => fresh)
  if (old === '') return insert(text, fresh, limit < 0 ? Infinity : limit)
  const pieces = split(text, old)
  const count = Math.min(limit, pieces.length - 1)
  return pieces.slice(0, count).join(fresh) + (count > 0 ? fresh : '') + pieces.slice(count).join(old)
}

/** Puts a text before the first characters, and after the last if there is one left to put. */
function insert(text: string, fresh: string, times: number): string {
  const characters = Array.from(text)
  const result = characters
    .map((character, index) => (index < times ? fresh + character : character))
    .join('')
  return characters.length < times ? result + fresh : result
}

/** Byte index of the first occurrence, -1 if there is none. */
export function index(text: string, part: string): number {
  return byteOffset(text, text.indexOf(part))
}

export function lastIndex(text: string, part: string): number {
  return byteOffset(text, text.lastIndexOf(part))
}

/** Byte index of the first character of a set, -1 if there is none. */
export function indexAny(text: string, set: string): number {
  const wanted = new Set(set)
  let at = 0
  for (const character of text) {
    if (wanted.has(character)) return byteOffset(text, at)
    at += character.length
  }
  return -1
}
