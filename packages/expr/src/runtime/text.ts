// Text is UTF-16 here and UTF-8 in the language: lengths count characters, indexes and slices count bytes.

const nonAscii = /[^\x00-\x7f]/
const surrogate = /[\ud800-\udfff]/
const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

export function isAscii(text: string): boolean {
  return !nonAscii.test(text)
}

/** Characters (code points) of a text. */
export function characterCount(text: string): number {
  if (text === '' || !surrogate.test(text)) return text.length
  let count = 0
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    const pairs = unit >= 0xd800 && unit <= 0xdbff
    const next = pairs ? text.charCodeAt(at + 1) : 0
    if (next >= 0xdc00 && next <= 0xdfff) at++
    count++
  }
  return count
}

/** Bytes of a text in UTF-8. */
export function byteLength(text: string): number {
  return isAscii(text) ? text.length : Buffer.byteLength(text)
}

export function toBytes(text: string): Uint8Array {
  return encoder.encode(text)
}

/** Text of bytes, with U+FFFD for each byte that is part of no character. */
export function fromBytes(bytes: Uint8Array): string {
  const text = decoder.decode(bytes)
  if (!text.includes('\ufffd')) return text
  let result = ''
  let at = 0
  while (at < bytes.length) {
    const size = characterSize(bytes, at)
    result += size === 0 ? '\ufffd' : decoder.decode(bytes.subarray(at, at + size))
    at += size || 1
  }
  return result
}

/** The bytes of the character that begins at an offset; 0 where none does. Source: utf8.DecodeRune. */
function characterSize(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0
  if (lead < 0x80) return 1
  const size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2
  if (lead < 0xc2 || lead > 0xf4) return 0
  const second = bytes[at + 1] ?? 0
  const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80
  const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf
  if (second < low || second > high) return 0
  for (let offset = 2; offset < size; offset++) {
    const next = bytes[at + offset] ?? 0
    if (next < 0x80 || next > 0xbf) return 0
  }
  return size
}

/** The text between two byte offsets, which must be in order and in range. */
export function byteSlice(text: string, from: number, to: number): string {
  return isAscii(text) ? text.slice(from, to) : fromBytes(toBytes(text).subarray(from, to))
}

/** The byte offset of a UTF-16 offset; -1 stays. */
export function byteOffset(text: string, offset: number): number {
  return offset <= 0 ? offset : byteLength(text.slice(0, offset))
}

/** Order by bytes: negative, zero or positive. It differs from the order of UTF-16 where surrogates meet. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0
  const shorter = Math.min(a.length, b.length)
  for (let at = 0; at < shorter; at++) {
    const [x, y] = [a.charCodeAt(at), b.charCodeAt(at)]
    if (x !== y) return rank(x) - rank(y)
  }
  return a.length - b.length
}

/** Characters beyond U+FFFF, which surrogates spell, come after all others. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}
