import { Buffer } from 'node:buffer'
import type { Answerer, Matcher } from './regex.ts'

/**
 * Matches expressions with `\C`, which takes one byte: the text is put before another matcher as one character for
 * each byte of its UTF-8. Half a character of a group comes out as U+FFFD.
 */
export class ByteMatcher implements Matcher {
  private readonly matcher: Matcher

  constructor(matcher: Matcher) {
    this.matcher = matcher
  }

  test(text: string): boolean {
    return this.matcher.test(bytesOf(text).toString('latin1'))
  }

  exec(text: string): (string | undefined)[] | null {
    const found = this.matcher.exec(bytesOf(text).toString('latin1'))
    return found && found.map((group) => group && Buffer.from(group, 'latin1').toString())
  }

  search(text: string): number[] | null {
    const bytes = bytesOf(text)
    const found = this.matcher.search(bytes.toString('latin1'))
    return found && found.map((place) => (place < 0 ? place : bytes.toString('utf8', 0, place).length))
  }

  answererFor(text: string): Answerer {
    return this.matcher.answererFor(bytesOf(text).toString('latin1'))
  }
}

function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'utf8')
}
