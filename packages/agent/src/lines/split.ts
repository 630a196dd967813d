import { isAscii, isUtf8 } from 'node:buffer'
import { decodeUtf8, isContinuation } from './decode.ts'

/** Longer lines are cut to this many bytes unless a source says otherwise. */
export const defaultMaxLineBytes = 64 * 1024

const newline = 0x0a
const carriageReturn = 0x0d

/**
 * Bytes to lines, however the bytes are cut into chunks. Lines end at a newline; one carriage return before it is
 * dropped, empty lines are skipped, invalid UTF-8 becomes U+FFFD, and every other byte passes. A line over
 * `maxLineBytes` is cut there (never inside a character) and counted; memory stays within one such line.
 * Each line is a string of its own, so that a line that someone keeps does not keep its chunk.
 */
export class LineSplitter {
  /** What longer lines are cut to. */
  readonly maxLineBytes: number
  /** The beginning of a line whose newline has not come yet: at most one byte more than a line may have. */
  #held: Buffer = Buffer.alloc(0)
  #heldBytes = 0
  #pendingBytes = 0
  #cutLines = 0
  #cutBytes = 0

  constructor(maxLineBytes = defaultMaxLineBytes) {
    this.maxLineBytes = maxLineBytes
  }

  /** Bytes since the last newline, whether they are held or already cut off. */
  get pendingBytes(): number {
    return this.#pendingBytes
  }

  /** How many lines were cut so far. */
  get cutLines(): number {
    return this.#cutLines
  }

  /** How many bytes were cut off so far. */
  get cutBytes(): number {
    return this.#cutBytes
  }

  /** The lines that the chunk completes. The chunk is not kept: the caller may use its memory again. */
  push(chunk: Buffer): string[] {
    const lines: string[] = []
    const first = chunk.indexOf(newline)
    if (first < 0) {
      this.#hold(chunk)
      return lines
    }
    let start = 0
    if (this.#pendingBytes > 0) {
      this.#hold(chunk.subarray(0, first))
      this.#release(lines)
      start = first + 1
    }
    const end = chunk.lastIndexOf(newline) + 1
    if (end > start) this.#splitWhole(chunk.subarray(start, end), lines)
    if (end < chunk.length) this.#hold(chunk.subarray(end))
    return lines
  }

  /** The last line of a file that does not end with a newline, if there is one. */
  finish(): string[] {
    const lines: string[] = []
    if (this.#pendingBytes > 0) this.#release(lines)
    return lines
  }

  /** Lines that lie whole in the bytes, which end with a newline. */
  #splitWhole(bytes: Buffer, lines: string[]): void {
    const encoding = isAscii(bytes) ? 'latin1' : isUtf8(bytes) ? 'utf8' : null
    for (let start = 0; start < bytes.length;) {
      const found = bytes.indexOf(newline, start)
      const end = found < 0 ? bytes.length : found
      const contentEnd = end > start && bytes[end - 1] === carriageReturn ? end - 1 : end
      if (contentEnd - start > this.maxLineBytes || encoding === null) {
        if (contentEnd > start)
          lines.push(this.#decode(bytes.subarray(start, contentEnd), contentEnd - start))
      } else if (contentEnd > start) {
        lines.push(bytes.toString(encoding, start, contentEnd))
      }
      start = end + 1
    }
  }

  #hold(bytes: Buffer): void {
    this.#pendingBytes += bytes.length
    const room = this.maxLineBytes + 1 - this.#heldBytes
    if (room <= 0) return
    const kept = bytes.subarray(0, room)
    const needed = this.#heldBytes + kept.length
    if (needed > this.#held.length) {
      const larger = Buffer.allocUnsafe(
        Math.min(this.maxLineBytes + 1, Math.max(needed, this.#held.length * 2)),
      )
      this.#held.copy(larger, 0, 0, this.#heldBytes)
      this.#held = larger
    }
    kept.copy(this.#held, this.#heldBytes)
    this.#heldBytes = needed
  }

  #release(lines: string[]): void {
    const held = this.#held.subarray(0, this.#heldBytes)
    const whole = this.#heldBytes === this.#pendingBytes
    const returns = whole && held.at(-1) === carriageReturn ? 1 : 0
    const contentBytes = this.#pendingBytes - returns
    if (contentBytes > 0) lines.push(this.#decode(held.subarray(0, held.length - returns), contentBytes))
    this.#heldBytes = 0
    this.#pendingBytes = 0
    if (this.#held.length > defaultMaxLineBytes + 1) this.#held = Buffer.alloc(0)
  }

  /** Text of a line of `contentBytes`, of which at least the allowed number, and one more, are given. */
  #decode(given: Buffer, contentBytes: number): string {
    if (contentBytes <= this.maxLineBytes) return decodeUtf8(given)
    const kept = given.subarray(0, characterStart(given, this.maxLineBytes))
    this.#cutLines++
    this.#cutBytes += contentBytes - kept.length
    return decodeUtf8(kept)
  }
}

/** The last place at or before `at` that does not lie inside a character. */
function characterStart(bytes: Buffer, at: number): number {
  for (let back = 0; back <= 3 && back < at; back++) {
    if (!isContinuation(bytes[at - back] ?? 0)) return at - back
  }
  return at
}
