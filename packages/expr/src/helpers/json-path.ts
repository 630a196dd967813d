/** What a path leads to inside a JSON text, as it is written there. */
export interface Found {
  readonly kind: 'string' | 'number' | 'bool' | 'null' | 'array' | 'object'
  /** Of a string, what stands between its quotes. */
  readonly raw: string
}

interface Span {
  readonly kind: Found['kind']
  readonly from: number
  readonly to: number
}

/**
 * Follows keys and `[index]` segments into a JSON text without parsing all of it; null where they lead to nothing. The
 * text need not be JSON as a whole: what is passed over is hardly looked at. An empty segment on a list is an Error.
 * Source: the original's helper library, jsonparser.Get.
 */
export function followPath(text: string, path: readonly string[]): Found | null {
  const offset = path.length === 0 ? 0 : search(text, 0, text.length, path)
  if (offset < 0) return null
  const span = valueAt(text, offset, text.length)
  if (!span) return null
  const { kind, from, to } = span
  return { kind, raw: kind === 'string' ? text.slice(from + 1, to - 1) : text.slice(from, to) }
}

/** The segments of a path: split at dots, each opening bracket beginning one of its own. */
export function pathSegments(path: string): string[] {
  return (path.startsWith('[') ? path : path.replaceAll('[', '.[')).split('.')
}

const quote = 0x22
const comma = 0x2c
const colon = 0x3a
const openList = 0x5b
const closeList = 0x5d
const openObject = 0x7b
const closeObject = 0x7d

/** The offset of the value that a path leads to, or -1. */
function search(text: string, start: number, end: number, path: readonly string[]): number {
  if (path.length === 0) return start
  let matched = 0
  let level = 0
  let lastMatched = true
  for (let at = start; at < end; at++) {
    switch (text.charCodeAt(at)) {
      case quote: {
        const close = stringEnd(text, at + 1, end)
        const next = close < 0 ? -1 : skipBlanks(text, close, end)
        if (next < 0) return -1
        if (text.charCodeAt(next) !== colon) {
          at = next - 1
          break
        }
        const key = unescapeJson(text.slice(at + 1, close - 1))
        if (level < 1 || level > path.length || key === null) return -1
        lastMatched = key === path[level - 1]
        if (lastMatched && matched === level - 1 && ++matched === path.length) return next + 1
        at = next
        break
      }
      case openObject:
        if (lastMatched) {
          level++
          break
        }
        at = blockEnd(text, at, end) - 1
        if (at < 0) return -1
        break
      case closeObject:
        level--
        if (level === matched) matched--
        break
      case openList: {
        const segment = matched === level ? path[level] : undefined
        if (segment === '') throw new Error('an empty path segment cannot be followed into a list')
        if (segment?.startsWith('[')) return searchList(text, at, end, segment, path.slice(level + 1))
        at = blockEnd(text, at, end) - 1
        if (at < 0) return -1
        break
      }
      case colon:
        return -1
      default:
    }
  }
  return -1
}

function searchList(
  text: string,
  open: number,
  end: number,
  segment: string,
  rest: readonly string[],
): number {
  const index = /^\[([+-]?[0-9]+)\]$/.exec(segment)?.[1]
  if (index === undefined) return -1
  const wanted = Number(index)
  let at = open + 1
  for (let count = 0; ; count++) {
    const from = skipBlanks(text, at, end)
    if (from < 0 || (count === 0 && text.charCodeAt(from) === closeList)) return -1
    const span = valueAt(text, from, end)
    if (!span) return -1
    if (count === wanted) return search(text, span.from, span.to, rest)
    const next = skipBlanks(text, span.to, end)
    if (next < 0 || text.charCodeAt(next) !== comma) return -1
    at = next + 1
  }
}

function isBlank(unit: number): boolean {
  return unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09
}

/** The offset of the next character that is not blank, or -1. */
function skipBlanks(text: string, from: number, end: number): number {
  for (let at = from; at < end; at++) if (!isBlank(text.charCodeAt(at))) return at
  return -1
}

/** The offset after the closing quote, or -1. */
function stringEnd(text: string, from: number, end: number): number {
  for (let at = from; at < end; at++) {
    const unit = text.charCodeAt(at)
    if (unit === 0x5c) at++
    else if (unit === quote) return at + 1
  }
  return -1
}

/** The offset after the bracket that closes the one at an offset, or -1. Only brackets of its own kind count. */
function blockEnd(text: string, open: number, end: number): number {
  const opening = text.charCodeAt(open)
  const closing = opening === openList ? closeList : closeObject
  let depth = 0
  for (let at = open; at < end; at++) {
    const unit = text.charCodeAt(at)
    if (unit === quote) {
      at = stringEnd(text, at + 1, end) - 1
      if (at < 0) return -1
    } else if (unit === opening) depth++
    else if (unit === closing && --depth === 0) return at + 1
  }
  return -1
}

function valueAt(text: string, offset: number, end: number): Span | null {
  const from = skipBlanks(text, offset, end)
  if (from < 0) return null
  const unit = text.charCodeAt(from)
  if (unit === quote) return span('string', from, stringEnd(text, from + 1, end))
  if (unit === openList) return span('array', from, blockEnd(text, from, end))
  if (unit === openObject) return span('object', from, blockEnd(text, from, end))
  let to = from
  while (to < end && !isBlank(text.charCodeAt(to)) && !',}]'.includes(text.charAt(to))) to++
  const word = text.slice(from, to)
  if (word === 'true' || word === 'false') return { kind: 'bool', from, to }
  if (word === 'null') return { kind: 'null', from, to }
  return /^[-0-9]/.test(word) ? { kind: 'number', from, to } : null
}

function span(kind: Found['kind'], from: number, to: number): Span | null {
  return to < 0 ? null : { kind, from, to }
}

const simpleEscapes: Record<string, string> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}

/** What stands between the quotes of a string, unescaped; null where an escape is malformed. */
export function unescapeJson(raw: string): string | null {
  if (!raw.includes('\\')) return raw
  let result = ''
  let from = 0
  for (let at = raw.indexOf('\\'); at >= 0; at = raw.indexOf('\\', from)) {
    result += raw.slice(from, at)
    const letter = raw.charAt(at + 1)
    const simple = simpleEscapes[letter]
    if (simple !== undefined) {
      result += simple
      from = at + 2
      continue
    }
    const escape = /^(?:\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})|\\u(?!d[89a-f])([0-9a-f]{4}))/i.exec(
      raw.slice(at, at + 12),
    )
    if (!escape) return null
    const [all, high, low, plain] = escape
    const units = plain === undefined ? [high, low] : [plain]
    result += String.fromCharCode(...units.map((unit) => Number.parseInt(unit ?? '', 16)))
    from = at + all.length
  }
  return result + raw.slice(from)
}
