/**
 * A pattern that is not a valid expression of the Go/RE2 syntax, or that goes over a bound. `offset` counts
 * UTF-16 units of the source from 0; `reason` is the bare cause without the "cannot" wording of `message`.
 */
export class RegexSyntaxError extends Error {
  override readonly name = 'RegexSyntaxError'
  readonly code: 'REGEX_SYNTAX' | 'REGEX_TOO_LARGE'
  readonly source: string
  readonly offset: number
  readonly reason: string
  /** The source around the place on one line, and a caret under it on the next. */
  readonly excerpt: string

  constructor(code: 'REGEX_SYNTAX' | 'REGEX_TOO_LARGE', source: string, offset: number, reason: string) {
    super(`cannot compile regex: ${reason} at offset ${offset}`)
    this.code = code
    this.source = source
    this.offset = offset
    this.reason = reason
    this.excerpt = excerptOf(source, offset)
  }
}

const excerptReach = 40

function excerptOf(source: string, offset: number): string {
  const start = Math.max(0, offset - excerptReach)
  const shown = source.slice(start, offset + excerptReach).replace(/\p{Cc}/gu, ' ')
  return ` | ${shown}\n | ${'.'.repeat(Math.max(0, offset - start))}^`
}
