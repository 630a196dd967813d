import { Refusal } from '../error.ts'

const simpleEscapes: Record<string, string> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
}

const numericEscapes: Record<string, { base: number; digits: number }> = {
  x: { base: 16, digits: 2 },
  u: { base: 16, digits: 4 },
  U: { base: 16, digits: 8 },
}

/** The text of one escape sequence and the offset after it. */
export interface Escape {
  readonly text: string
  readonly next: number
}

/** Reads the escape whose backslash is at `at`. Only the quote in use may be escaped. */
export function readEscape(source: string, at: number, quote: string, bytes: boolean): Escape {
  const letter = source[at + 1] ?? ''
  if (letter === quote) return { text: quote, next: at + 2 }
  const simple = Object.hasOwn(simpleEscapes, letter) ? simpleEscapes[letter] : undefined
  if (simple !== undefined) return { text: simple, next: at + 2 }
  if (letter === 'u' && source[at + 2] === '{') return bracedEscape(source, at)
  const numeric = Object.hasOwn(numericEscapes, letter) ? numericEscapes[letter] : undefined
  if (numeric) return numericEscape(source, at, at + 2, numeric, bytes && letter === 'x')
  if (letter >= '0' && letter <= '7') return numericEscape(source, at, at + 1, { base: 8, digits: 3 }, bytes)
  throw new Refusal('EXPR_SYNTAX', at + 1, 'this escape is not known', 'write \\\\ for a backslash')
}

function numericEscape(
  source: string,
  at: number,
  from: number,
  { base, digits }: { base: number; digits: number },
  bytes: boolean,
): Escape {
  const text = source.slice(from, from + digits)
  const valid = base === 8 ? /^[0-3][0-7]{2}$/ : /^[0-9a-fA-F]+$/
  if (text.length < digits || !valid.test(text)) {
    const good = base === 8 ? /^[0-7]*/ : /^[0-9a-fA-F]*/
    const end = from + (good.exec(text)?.[0].length ?? 0)
    throw new Refusal('EXPR_SYNTAX', Math.min(end, source.length), `this escape needs ${digits} digits`)
  }
  return { text: character(Number.parseInt(text, base), at, bytes), next: from + digits }
}

function bracedEscape(source: string, at: number): Escape {
  const close = source.indexOf('}', at)
  const digits = close < 0 ? '' : source.slice(at + 3, close)
  if (!/^[0-9a-fA-F]{1,6}$/.test(digits)) {
    throw new Refusal(
      'EXPR_SYNTAX',
      at + 3,
      'this escape needs 1 to 6 hexadecimal digits and a closing brace',
    )
  }
  return { text: character(Number.parseInt(digits, 16), at, false), next: close + 1 }
}

function character(code: number, at: number, bytes: boolean): string {
  if (code > 0x10ffff) throw new Refusal('EXPR_SYNTAX', at, 'there is no such character')
  if (bytes) return String.fromCharCode(code & 0xff)
  return code >= 0xd800 && code <= 0xdfff ? '\ufffd' : String.fromCodePoint(code)
}
