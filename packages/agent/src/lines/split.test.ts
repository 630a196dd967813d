import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeUtf8 } from './decode.ts'
import { LineSplitter } from './split.ts'

/** The lines of bytes that are pushed in pieces of these sizes, repeated. */
function splitInPieces(bytes: Buffer, sizes: readonly number[], maxLineBytes?: number): string[] {
  const splitter = new LineSplitter(maxLineBytes)
  const lines: string[] = []
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1
    const piece = Buffer.from(bytes.subarray(at, at + size))
    lines.push(...splitter.push(piece))
    // The memory of a chunk is used again by the caller.
    piece.fill(0x58)
    at += size
  }
  return [...lines, ...splitter.finish()]
}

/** What the lines should be, found the slow way: from the whole at once. */
function expectedLines(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = []
  for (let start = 0; start < bytes.length;) {
    const found = bytes.indexOf(10, start)
    const end = found < 0 ? bytes.length : found
    const line = bytes.subarray(start, end)
    lines.push(line.at(-1) === 13 ? line.subarray(0, -1) : line)
    start = end + 1
  }
  return lines.filter((line) => line.length > 0)
}

const piece = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }).map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom('\n', '\r\n', '\r', 'é', '😀', '\0', 'plain text').map((text) => Buffer.from(text)),
)
const content = fc.array(piece, { maxLength: 40 }).map((pieces) => Buffer.concat(pieces))
const sizes = fc.array(fc.integer({ min: 1, max: 17 }), { minLength: 1, maxLength: 5 })

describe('lines', () => {
  it('are the same however the bytes are cut into chunks', () => {
    fc.assert(
      fc.property(content, sizes, (bytes, pieces) => {
        expect(splitInPieces(bytes, pieces)).toEqual(expectedLines(bytes).map(decodeUtf8))
      }),
    )
  })

  it('that are too long are cut at the limit, never inside a character, and counted', () => {
    fc.assert(
      fc.property(content, sizes, fc.integer({ min: 1, max: 20 }), (bytes, pieces, limit) => {
        const given = splitInPieces(bytes, pieces, limit)
        expect(given).toEqual(splitInPieces(bytes, [Math.max(1, bytes.length)], limit))
        const expected = expectedLines(bytes)
        expect(given.length).toBe(expected.length)
        for (const [index, line] of expected.entries()) {
          if (line.length <= limit) expect(given[index]).toBe(decodeUtf8(line))
          else expect(fronts(line, limit)).toContain(given[index])
        }
      }),
    )
  })

  it('count what was cut off them', () => {
    const splitter = new LineSplitter(4)
    expect(splitter.push(Buffer.from('abcdefgh\nab\nab'))).toEqual(['abcd', 'ab'])
    expect(splitter.push(Buffer.from('cdé€\n'))).toEqual(['abcd'])
    expect([splitter.cutLines, splitter.cutBytes]).toEqual([2, 4 + 5])
  })

  it('of a limit of four bytes do not end inside a character', () => {
    const splitter = new LineSplitter(4)
    expect(splitter.push(Buffer.from('abc€\n'))).toEqual(['abc'])
    expect(splitter.push(Buffer.from('abc\r\n'))).toEqual(['abc'])
    expect(splitter.push(Buffer.from('abcd\r\n'))).toEqual(['abcd'])
    expect(splitter.cutLines).toBe(1)
  })

  it('keep control bytes and give one replacement for each invalid byte', () => {
    expect(splitInPieces(Buffer.from('a\0b\x1b\n'), [1])).toEqual(['a\0b\x1b'])
    expect(splitInPieces(Buffer.from([0x61, 0xe2, 0x82, 0x0a, 0xff, 0xfe, 0x62]), [2])).toEqual([
      'a\ufffd\ufffd',
      '\ufffd\ufffdb',
    ])
    expect(decodeUtf8(Buffer.from([0xed, 0xa0, 0x80, 0xf0, 0x9f, 0x98, 0x80, 0xc0]))).toBe(
      '\ufffd\ufffd\ufffd😀\ufffd',
    )
  })

  it('of a file without any newline stay within the limit', () => {
    const splitter = new LineSplitter(1000)
    for (let turn = 0; turn < 1000; turn++) expect(splitter.push(Buffer.alloc(10_000, 0x61))).toEqual([])
    expect(splitter.pendingBytes).toBe(10_000_000)
    expect(splitter.finish()).toEqual(['a'.repeat(1000)])
    expect(splitter.cutBytes).toBe(10_000_000 - 1000)
  })
})

/** The texts that a line may be cut to: up to three bytes are given up for a whole character. */
function fronts(line: Buffer, limit: number): string[] {
  return [0, 1, 2, 3].map((back) => decodeUtf8(line.subarray(0, Math.max(0, limit - back))))
}
