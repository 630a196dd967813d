import { describe, expect, it } from 'vitest'
import { DecisionStreamReader, type StreamPart } from './decision-stream.ts'

function read(text: string, pieceBytes: number): { parts: StreamPart[]; failure: string | undefined } {
  const reader = new DecisionStreamReader()
  const bytes = new TextEncoder().encode(text)
  const parts: StreamPart[] = []
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    parts.push(...reader.feed(bytes.subarray(at, at + pieceBytes)))
  }
  return { parts, failure: reader.end() }
}

function decisions(parts: readonly StreamPart[], kind: StreamPart['kind']): unknown[] {
  return parts.filter((part) => part.kind === kind).flatMap((part) => part.decisions)
}

const tricky = { id: 1, scenario: 'a "quoted" \\ {brace] ☃', nested: { list: [[1], {}] } }
const plain = { id: 2, value: '192.0.2.1' }

describe('the reader of decision streams', () => {
  it('gives the same decisions however the bytes are cut', () => {
    const text = JSON.stringify({ new: [tricky, plain, tricky], other: { new: [1] }, deleted: [plain] })
    for (let pieceBytes = 1; pieceBytes <= text.length + 5; pieceBytes++) {
      const { parts, failure } = read(text, pieceBytes)
      expect(failure).toBeUndefined()
      expect(decisions(parts, 'new')).toEqual([tricky, plain, tricky])
      expect(decisions(parts, 'deleted')).toEqual([plain])
    }
  })

  it.each(['{"deleted":null,"new":null}', '{"new": [], "deleted": []}', ' {}\n', '{"links":[1,2],"new":[]}'])(
    'takes %s as nothing new',
    (text) => {
      expect(read(text, 3)).toEqual({ parts: [], failure: undefined })
    },
  )

  it.each(['', '{', '{"new":[{"id":1}', '<html>', '[]', '{"new":[{id:1}]}', '{"new":[{"id":1}]'])(
    'refuses %s',
    (text) => {
      expect(read(text, 4).failure).toBeTypeOf('string')
    },
  )

  it('refuses a decision without an end before it fills the memory', () => {
    const reader = new DecisionStreamReader()
    const filler = new TextEncoder().encode('x'.repeat(100_000))
    let fed = 0
    void [...reader.feed(new TextEncoder().encode('{"new":[{"value":"'))]
    for (; fed < 100 && reader.failure === undefined; fed++) void [...reader.feed(filler)]
    expect(fed).toBeLessThan(15)
    expect(reader.end()).toContain('no end')
  })
})
