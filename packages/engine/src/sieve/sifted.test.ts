import { describe, expect, it } from 'vitest'
import { noFaults } from '../parser/run.ts'
import { BatchReader, BatchWriter, type SiftedEvent, type Want } from './sifted.ts'
import { TextPlaces } from './text-places.ts'

const counts = { parsed: 0, unparsed: 0, whitelisted: 0, failed: 0, faults: noFaults() }

function want(position: number, group: string | null, distinct: string | null, cancels = false): Want {
  return { position, group, distinct, cancels }
}

const events: readonly SiftedEvent[] = [
  {
    line: 0,
    marshaledTime: '2026-11-22T12:00:00Z',
    fields: 0,
    wants: [want(3, 'a', null), want(4, 'a', ''), want(5, null, 'x')],
  },
  { line: 2, marshaledTime: '', fields: -1, wants: null },
  { line: 3, marshaledTime: '2026-11-22T12:00:00Z', fields: 1, wants: [want(3, '', 'x', true)] },
  {
    line: 9,
    marshaledTime: '',
    fields: 0,
    wants: [want(3, 'a', null), want(4, null, null), want(5, 'b', 'a')],
  },
]

describe('BatchReader', () => {
  it('reads what was written, in batches that share their texts', () => {
    const texts = new TextPlaces()
    for (let batch = 0; batch < 2; batch++) {
      const writer = new BatchWriter(texts)
      for (const event of events) writer.add(event)
      const reader = new BatchReader(writer.finish([], counts))
      const read: SiftedEvent[] = []
      while (reader.next()) {
        const { line, marshaledTime, fields, wants } = reader
        read.push({ line, marshaledTime, fields, wants: wants && wants.map((one) => ({ ...one })) })
      }
      expect(read).toEqual(events)
    }
    expect(new Set(texts.texts).size).toBe(texts.texts.length)
  })
})

describe('TextPlaces', () => {
  it.each([
    ['many texts', 20_000, (at: number) => `${at}`],
    ['long ones', 20, (at: number) => `${at}`.repeat(60_000)],
  ])('is full of %s', (_, count, textAt) => {
    const places = new TextPlaces()
    expect(places.isFull).toBe(false)
    for (let at = 0; at < count; at++) expect(places.of(textAt(at))).toBe(at)
    for (let at = 0; at < count; at++) expect(places.of(textAt(at))).toBe(at)
    expect(places.isFull).toBe(true)
  })
})
