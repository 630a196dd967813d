import { isUtf8 } from 'node:buffer'

const replacement = 0xfffd

/**
 * UTF-8 to text as Go reads it: each byte that is part of no valid sequence becomes one U+FFFD (TextDecoder would
 * give one for several). Linear in the length, whatever the bytes. Source: Go's conversion of strings to runes.
 */
export function decodeUtf8(bytes: Buffer): string {
  return isUtf8(bytes) ? bytes.toString('utf8') : decodeBroken(bytes)
}

function decodeBroken(bytes: Buffer): string {
  const units = new Uint16Array(bytes.length)
  let used = 0
  for (let at = 0; at < bytes.length;) {
    const length = sequenceLength(bytes, at)
    const point = length === 0 ? replacement : codePoint(bytes, at, length)
    if (point > 0xffff) {
      units[used++] = 0xd800 + ((point - 0x10000) >> 10)
      units[used++] = 0xdc00 + ((point - 0x10000) & 0x3ff)
    } else {
      units[used++] = point
    }
    at += Math.max(1, length)
  }
  return Buffer.from(units.buffer, 0, used * 2).toString('utf16le')
}

/** How many bytes the valid sequence at this place takes: 1 to 4, or 0 where there is none. */
function sequenceLength(bytes: Buffer, at: number): number {
  const first = bytes[at] ?? 0
  if (first < 0x80) return 1
  if (first < 0xc2 || first > 0xf4) return 0
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
  if (at + length > bytes.length) return 0
  const second = bytes[at + 1] ?? 0
  if (second < lowestSecond(first) || second > highestSecond(first)) return 0
  for (let index = 2; index < length; index++) {
    if (!isContinuation(bytes[at + index] ?? 0)) return 0
  }
  return length
}

/** Excludes overlong forms. */
function lowestSecond(first: number): number {
  if (first === 0xe0) return 0xa0
  return first === 0xf0 ? 0x90 : 0x80
}

/** Excludes surrogates and what lies beyond U+10FFFF. */
function highestSecond(first: number): number {
  if (first === 0xed) return 0x9f
  return first === 0xf4 ? 0x8f : 0xbf
}

function codePoint(bytes: Buffer, at: number, length: number): number {
  const first = bytes[at] ?? 0
  if (length === 1) return first
  let point = first & (0xff >> (length + 1))
  for (let index = 1; index < length; index++) point = (point << 6) | ((bytes[at + index] ?? 0) & 0x3f)
  return point
}

/** Whether a byte can only stand inside a sequence. */
export function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80
}
