import { YamlScalar } from '../node.ts'
import { type Cursor, newline, space } from './cursor.ts'
import { unusual } from './unusual.ts'

const singleQuote = 0x27
const doubleQuote = 0x22

export function atQuote(cursor: Cursor): boolean {
  const code = cursor.code()
  return code === singleQuote || code === doubleQuote
}

/** Where the quote that is open at an offset is closed. Throws Unusual where it is not. */
export function quoteEnd({ text }: Cursor, start: number): number {
  const single = text.charCodeAt(start) === singleQuote
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (single) {
      if (code !== singleQuote) continue
      if (text.charCodeAt(at + 1) !== singleQuote) return at
      at++
    } else {
      if (code === doubleQuote) return at
      if (code === backslash) at++
    }
  }
  return unusual()
}
const backslash = 0x5c

/** Quoted text, folded over lines that are indented deeper than `indent`. Leaves the cursor behind the quote. */
export function readQuoted(cursor: Cursor, indent: number): YamlScalar {
  const start = cursor.at
  const end = quoteEnd(cursor, start)
  const raw = cursor.text.slice(start + 1, end)
  const single = cursor.code(start) === singleQuote
  cursor.at = end + 1
  let value = raw
  if (raw.includes('\n')) {
    checkIndent(cursor, start, end, indent)
    cursor.lineStart = cursor.text.lastIndexOf('\n', end) + 1
    if (!single && raw.includes('\\')) unusual()
    value = foldLines(raw)
  }
  value = single ? value.replaceAll("''", "'") : unescape(value)
  return new YamlScalar(start, 'quoted', value, value)
}

/** Throws Unusual where a line of a quoted text that is not empty begins too far left. */
function checkIndent({ text }: Cursor, start: number, end: number, indent: number): void {
  for (
    let line = text.indexOf('\n', start) + 1;
    line > 0 && line <= end;
    line = text.indexOf('\n', line) + 1
  ) {
    let at = line
    while (text.charCodeAt(at) === space) at++
    if (text.charCodeAt(at) !== newline && at - line <= indent) unusual()
  }
}

/** One line break is a space, more are one break less; spaces around them are dropped. */
function foldLines(raw: string): string {
  const lines = raw.split('\n')
  let folded = withoutSpaces(lines[0] ?? '', 'end')
  let breaks = 0
  for (const [index, line] of lines.entries()) {
    if (index === 0) continue
    breaks++
    const last = index === lines.length - 1
    const content = withoutSpaces(line, last ? 'start' : 'both')
    if (content === '' && !last) continue
    folded += (breaks === 1 ? ' ' : '\n'.repeat(breaks - 1)) + content
    breaks = 0
  }
  return folded
}

function withoutSpaces(line: string, side: 'start' | 'end' | 'both'): string {
  let start = 0
  let end = line.length
  if (side !== 'end') while (line.charCodeAt(start) === space) start++
  if (side !== 'start') while (end > start && line.charCodeAt(end - 1) === space) end--
  return line.slice(start, end)
}

const escapes = new Map([
  ['0', '\0'],
  ['a', '\x07'],
  ['b', '\b'],
  ['e', '\x1b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['N', '\u0085'],
  ['_', '\u00a0'],
  ['L', '\u2028'],
  ['P', '\u2029'],
  [' ', ' '],
  ['"', '"'],
  ['/', '/'],
  ['\\', '\\'],
])
const escape = /\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.|)/gs

/** What the escapes of a double-quoted text on one line stand for. Source: YAML 1.1, escape sequences. */
function unescape(raw: string): string {
  if (!raw.includes('\\')) return raw
  return raw.replace(escape, (_, sequence: string) => {
    if (sequence.length > 1) return String.fromCodePoint(Number.parseInt(sequence.slice(1), 16))
    return escapes.get(sequence) ?? unusual()
  })
}
