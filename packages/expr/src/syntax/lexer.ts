import { Refusal } from '../error.ts'
import { readEscape } from './escape.ts'
import { wordOperators } from './operator.ts'
import type { Token, TokenKind } from './token.ts'

const word = /[\p{L}\p{Nd}_$]+/uy
const hash = /#{1,2}/y
const number =
  /(?:0[xX][0-9a-fA-F_]*|0[oO][0-7_]*|0[bB][01_]*|[0-9_]*)(?:\.(?!\.)[0-9a-fA-F_]*)?(?:[eE][+-]?[0-9_]*)?/y
// Blank as Unicode sees it, which is wider than \s in one place (U+0085) and narrower in another (U+FEFF).
const blank = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/y
const singleOperators = new Set([',', ';', '%', '+', '-', '^'])
const doubleOperators = /[&!=*<>][&=*]?/y

/** Cuts a source into tokens, one at a time. */
export class Lexer {
  readonly source: string
  #at = 0

  constructor(source: string) {
    this.source = source
  }

  /** The offset after the last token. */
  get position(): number {
    return this.#at
  }

  next(): Token {
    this.#skipBlanksAndComments()
    const { source } = this
    const at = this.#at
    const char = source[at]
    if (char === undefined) return { kind: 'end', value: '', at: Math.max(0, source.length - 1) }
    if (isPlainLetter(source.charCodeAt(at)) && char !== 'b') return this.#name(at, this.#word(at))
    if (char === '"' || char === "'") return this.#quoted('string', at, at)
    if (char === 'b' && /['"]/.test(source[at + 1] ?? '')) return this.#quoted('bytes', at, at + 1)
    if (char === '`') return this.#raw(at)
    if (char >= '0' && char <= '9') return this.#number(at)
    if (char === '.') return this.#dot(at)
    if (char === '#') return this.#pointer(at)
    if (char === '?') return this.#take('operator', at, /[.?]/.test(source[at + 1] ?? '') ? 2 : 1)
    if (char === '/') return this.#take('operator', at, 1)
    if (char === '|' || char === ':') return this.#take('operator', at, source[at + 1] === char ? 2 : 1)
    if ('([{)]}'.includes(char)) return this.#take('bracket', at, 1)
    if (singleOperators.has(char)) return this.#take('operator', at, 1)
    const operator = this.#match(doubleOperators, at)
    if (operator) return this.#take('operator', at, operator.length)
    const name = this.#word(at)
    if (name) return this.#name(at, name)
    const shown = String.fromCodePoint(source.codePointAt(at) ?? 0)
    throw new Refusal('EXPR_SYNTAX', at, `the character ${JSON.stringify(shown)} has no meaning here`)
  }

  #take(kind: TokenKind, at: number, length: number): Token {
    this.#at = at + length
    return { kind, value: this.source.slice(at, at + length), at }
  }

  #name(at: number, value: string): Token {
    this.#at = at + value.length
    return { kind: wordOperators.has(value) ? 'operator' : 'identifier', value, at }
  }

  /** The letters and digits from an offset on. Nearly all are ASCII, for which a pattern would be slow. */
  #word(at: number): string {
    const { source } = this
    let end = at
    while (isPlainWord(source.charCodeAt(end))) end++
    return source.charCodeAt(end) > 0x7f ? this.#match(word, at) : source.slice(at, end)
  }

  #match(pattern: RegExp, at: number): string {
    pattern.lastIndex = at
    return pattern.exec(this.source)?.[0] ?? ''
  }

  #skipBlanksAndComments(): void {
    const { source } = this
    for (;;) {
      while (source.charCodeAt(this.#at) === 0x20) this.#at++
      const unit = source.charCodeAt(this.#at)
      if (unit < 0x20 || unit > 0x7e) {
        const length = this.#match(blank, this.#at).length
        this.#at += length
        if (length > 0) continue
      }
      if (unit !== 0x2f) return
      if (source.startsWith('//', this.#at)) {
        const end = source.indexOf('\n', this.#at)
        this.#at = end < 0 ? source.length : end + 1
      } else if (source.startsWith('/*', this.#at)) {
        const end = source.indexOf('*/', this.#at + 2)
        if (end < 0) throw new Refusal('EXPR_SYNTAX', source.length, 'this comment has no end')
        this.#at = end + 2
      } else return
    }
  }

  #quoted(kind: 'string' | 'bytes', at: number, open: number): Token {
    const { source } = this
    const quote = source[open] ?? ''
    let value = ''
    let from = open + 1
    for (;;) {
      const plain = from
      while (isPlainText(source.charCodeAt(from))) from++
      value += source.slice(plain, from)
      const char = source[from]
      if (char === quote) break
      if (char === undefined || char === '\n') {
        throw new Refusal('EXPR_SYNTAX', from, 'this text has no closing quote')
      }
      if (char === '\\') {
        const escape = readEscape(source, from, quote, kind === 'bytes')
        value += escape.text
        from = escape.next
      } else if (char === '\r') {
        value += '\n'
        from += 1
      } else {
        value += char
        from += 1
      }
    }
    this.#at = from + 1
    return { kind, value, at }
  }

  /** Text between backticks: nothing is escaped, a doubled backtick stands for one. */
  #raw(at: number): Token {
    const { source } = this
    let value = ''
    let from = at + 1
    for (;;) {
      const tick = source.indexOf('`', from)
      if (tick < 0) throw new Refusal('EXPR_SYNTAX', source.length, 'this text has no closing backtick')
      value += source.slice(from, tick)
      if (source[tick + 1] !== '`') {
        this.#at = tick + 1
        return { kind: 'string', value, at }
      }
      value += '`'
      from = tick + 2
    }
  }

  #number(at: number): Token {
    const text = this.#match(number, at)
    const after = at + text.length
    if (this.#word(after)) throw new Refusal('EXPR_SYNTAX', after, 'this number is malformed')
    return this.#take('number', at, text.length)
  }

  #dot(at: number): Token {
    const following = this.source[at + 1] ?? ''
    if (following >= '0' && following <= '9') return this.#number(at)
    return this.#take('operator', at, following === '.' ? 2 : 1)
  }

  /** A name directly after # belongs to it whatever it is, even a word that is an operator elsewhere. */
  #pointer(at: number): Token {
    return this.#take('operator', at, this.#match(hash, at).length)
  }

  /** The name that stands directly at the reading position, or '' where none does. */
  takeAttachedName(): string {
    const name = this.#word(this.#at)
    this.#at += name.length
    return name
  }
}

function isPlainLetter(unit: number): boolean {
  return (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x41 && unit <= 0x5a)
}

function isPlainWord(unit: number): boolean {
  return isPlainLetter(unit) || (unit >= 0x30 && unit <= 0x39) || unit === 0x5f || unit === 0x24
}

/** Neither a quote of either kind nor a backslash nor a line end: what a text is mostly made of. */
function isPlainText(unit: number): boolean {
  return unit > 0x27
    ? unit !== 0x5c
    : unit !== 0x22 && unit !== 0x27 && unit !== 0x0a && unit !== 0x0d && unit >= 0
}
