import { unusual } from './unusual.ts'

export const newline = 0x0a
export const space = 0x20
export const hash = 0x23
export const colon = 0x3a
export const dash = 0x2d
const dot = 0x2e

/** A place in a text that moves forward, line by line. The text has neither tabs nor carriage returns. */
export class Cursor {
  readonly text: string
  at = 0
  /** Where the line of `at` begins. */
  lineStart = 0

  constructor(text: string) {
    this.text = text
  }

  get column(): number {
    return this.at - this.lineStart
  }

  get atEnd(): boolean {
    return this.at >= this.text.length
  }

  /** The character at an offset; NaN behind the end. */
  code(offset = this.at): number {
    return this.text.charCodeAt(offset)
  }

  /** Whether a space, a line's end or the text's is at an offset. */
  isBlank(offset: number): boolean {
    if (offset >= this.text.length) return true
    const code = this.text.charCodeAt(offset)
    return code === space || code === newline
  }

  /** Whether this indicator stands here, alone: `-` before a space or a line's end. */
  isAlone(indicator: number): boolean {
    return this.code() === indicator && this.isBlank(this.at + 1)
  }

  /** Where the line of an offset ends: at its newline, or the end of the text. */
  lineEnd(offset = this.at): number {
    const end = this.text.indexOf('\n', offset)
    return end === -1 ? this.text.length : end
  }

  skipSpaces(): void {
    while (this.code() === space) this.at++
  }

  /** Whether nothing but a comment is left of the line. */
  atLineEnd(): boolean {
    if (this.atEnd) return true
    const code = this.code()
    return code === newline || (code === hash && this.code(this.at - 1) === space)
  }

  /** Leaves a line that has nothing more but spaces and a comment. */
  finishLine(): void {
    this.skipSpaces()
    if (!this.atLineEnd()) unusual()
    this.nextLine()
  }

  /** Moves to the start of the next line. */
  nextLine(): void {
    this.at = Math.min(this.lineEnd() + 1, this.text.length)
    this.lineStart = this.at
  }

  /** From the start of a line to the next character that is not a space, over empty lines and comments. */
  skipToContent(): void {
    while (!this.atEnd) {
      this.skipSpaces()
      const code = this.code()
      if (code !== newline && code !== hash) return
      this.nextLine()
    }
  }

  /** Whether a line that begins with `---` or `...` stands here, which ends a document. */
  atMarker(): boolean {
    const code = this.code()
    if ((code !== dash && code !== dot) || this.column !== 0) return false
    return this.code(this.at + 1) === code && this.code(this.at + 2) === code && this.isBlank(this.at + 3)
  }
}
