import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EventStreamReader, type StreamMessage } from './event-stream.ts'

const encode = (text: string) => new TextEncoder().encode(text)

function read(bytes: Uint8Array, cuts: readonly number[] = []): StreamMessage[] {
  const reader = new EventStreamReader()
  const messages: StreamMessage[] = []
  let from = 0
  for (const cut of [...cuts, bytes.length]) {
    messages.push(...reader.feed(bytes.subarray(from, cut)))
    from = cut
  }
  expect(reader.failure).toBeUndefined()
  return messages
}

/** The same in the plainest way: the whole text at once, line by line. */
function readPlainly(text: string): StreamMessage[] {
  const messages: StreamMessage[] = []
  let id = ''
  let event = ''
  let data: string[] = []
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)
  for (const line of lines.slice(0, -1)) {
    const [, name = '', value = ''] = /^([^:]*)(?:: ?([^]*))?$/.exec(line) ?? []
    if (line === '') {
      if (event !== '' || data.length > 0)
        messages.push({ id, event: event || 'message', data: data.join('\n') })
      event = ''
      data = []
    } else if (name === 'data') data.push(value)
    else if (name === 'event') event = value
    else if (name === 'id' && !value.includes('\0')) id = value
  }
  return messages
}

const word = fc.constantFrom(
  'data',
  'event',
  'id',
  'retry',
  ':',
  ': ',
  ' ',
  'é',
  '☃',
  '😀',
  '\0',
  '\uFEFF',
  'x',
)
const lineEnd = fc.constantFrom('\n', '\r', '\r\n', '\n\n', '\r\r', '\r\n\r\n')
const streamText = fc.array(fc.oneof(word, lineEnd), { maxLength: 60 }).map((parts) => parts.join(''))

describe('the reader of event streams', () => {
  it('gives the same messages however lines end and bytes are cut', () => {
    fc.assert(
      fc.property(streamText, fc.array(fc.nat(200)), (text, places) => {
        const bytes = encode(text)
        const cuts = places.filter((place) => place < bytes.length).toSorted((a, b) => a - b)
        expect(read(bytes, cuts)).toEqual(readPlainly(text))
      }),
      { numRuns: 2000 },
    )
  })

  it('gives back what was written, byte by byte', () => {
    const oneLine = fc.string({ unit: 'grapheme' }).filter((text) => !/[\r\n\0]/.test(text))
    const message = fc.record({ id: oneLine, event: oneLine.filter((text) => text !== ''), data: oneLine })
    fc.assert(
      fc.property(
        fc.array(message),
        lineEnd.filter((end) => end.length < 3 && end !== '\n\n' && end !== '\r\r'),
        (messages, end) => {
          const text = messages
            .map(({ id, event, data }) => [`id: ${id}`, `event: ${event}`, `data: ${data}`, '', ''].join(end))
            .join(`: keep-alive${end}`)
          const bytes = encode(text)
          expect(read(bytes, Array.from(bytes.keys()))).toEqual(messages)
        },
      ),
    )
  })

  it('reads a message as the Local API sends it', () => {
    const text =
      ': hello\n\nid: 7\nevent: decisions\ndata: {"new":[],"deleted":[]}\n\nevent: ready\n\n: keep-alive\n\n'
    expect(read(encode(text))).toEqual([
      { id: '7', event: 'decisions', data: '{"new":[],"deleted":[]}' },
      { id: '7', event: 'ready', data: '' },
    ])
  })

  it('leaves out a message that the stream broke off', () => {
    expect(read(encode('data: 1\n\ndata: 2\n'))).toEqual([{ id: '', event: 'message', data: '1' }])
  })

  it.each([
    ['a line', 'data: xxxxxxxxxxxxxxxx'],
    ['a message', 'data: xxxxxxxxxx\n'],
    ['a comment', ':xxxxxxxxxxxx'],
  ])('refuses %s without an end before it fills the memory', (_what, text) => {
    const reader = new EventStreamReader(1000)
    let fed = 0
    for (; fed < 1000 && reader.failure === undefined; fed++) {
      expect([...reader.feed(encode(fed === 0 ? text : text.replace(/^:/, '')))]).toEqual([])
    }
    expect(reader.failure).toBe('an event has no end')
    expect(fed).toBeLessThan(101)
    expect([...reader.feed(encode('\n\ndata: 1\n\n'))]).toEqual([])
  })

  it('takes a megabyte of carriage returns', () => {
    const piece = encode('\r'.repeat(1 << 20))
    const reader = new EventStreamReader()
    expect([...reader.feed(piece)]).toEqual([])
  })
})
