import { RegexSyntaxError } from './error.ts'

/** A place in the source of a pattern, moved forward by the parsers. */
export class ParseCursor {
  readonly source: string
  offset = 0

  constructor(source: string) {
    this.source = source
  }

  get atEnd(): boolean {
    return this.offset >= this.source.length
  }

  /** The UTF-16 unit at the place and `ahead` of it as a string; '' past the end. */
  peek(ahead = 0): string {
    return this.source[this.offset + ahead] ?? ''
  }

  startsWith(text: string): boolean {
    return this.source.startsWith(text, this.offset)
  }

  /** Moves over the text if it is next. */
  take(text: string): boolean {
    if (!this.startsWith(text)) return false
    this.offset += text.length
    return true
  }

  /** Moves over one code point and returns it; -1 at the end. A lone surrogate counts as U+FFFD. */
  takeCodePoint(): number {
    const codePoint = this.source.codePointAt(this.offset)
    if (codePoint === undefined) return -1
    this.offset += codePoint > 0xffff ? 2 : 1
    return codePoint >= 0xd800 && codePoint <= 0xdfff ? 0xfffd : codePoint
  }

  /** The error to throw for the given reason at `offset`, else at the present place. */
  error(reason: string, offset = this.offset): RegexSyntaxError {
    return new RegexSyntaxError('REGEX_SYNTAX', this.source, offset, reason)
  }

  /** The error to throw where the pattern goes over a bound. */
  tooLarge(reason: string, offset = this.offset): RegexSyntaxError {
    return new RegexSyntaxError('REGEX_TOO_LARGE', this.source, offset, reason)
  }
}
