import { Time } from '@tocsin/expr'
import { describe, expect, it } from 'vitest'
import { Event, type Line } from '../event.ts'
import { EventStore } from './event-store.ts'
import { keptParts } from './kept.ts'

const time = Time.fromMs(0)
const labels = new Map([['type', 'syslog']])
const line = (raw: string): Line => ({ raw, src: 'log', timeMs: 5, labels, module: 'file' })

function leanEvent(raw: string, logType: string): Event {
  const event = new Event(line(raw), 'replay', time)
  event.complete = false
  event.meta.set('log_type', logType)
  event.meta.set('source_ip', raw)
  return event
}

const kept = keptParts(["any(queue.Queue, {#.Meta.log_type == 'x'})"], [])

describe('EventStore', () => {
  it('keeps the line of an event that is not complete, and the metas that conditions read', () => {
    const store = new EventStore(kept)
    const places = ['one', 'zwölf', 'one'].map((raw) => store.add(leanEvent(raw, 'failed')))
    expect(places.map((place) => store.event(place).line)).toEqual(['one', 'zwölf', 'one'].map(line))
    expect([...store.event(places[0]!).meta]).toEqual([['log_type', 'failed']])
  })

  it('gives neighbours that are alike the same setting, others one of their own', () => {
    const store = new EventStore(kept)
    const [a, b, c] = ['failed', 'failed', 'passed'].map((type, index) =>
      store.looked(store.add(leanEvent(`line ${index}`, type))),
    )
    expect(a).toBe(b)
    expect(c?.meta.get('log_type')).toBe('passed')
    expect(a?.meta.get('log_type')).toBe('failed')
  })

  it('shows conditions that ask for lines, or for what filters write, the events themselves', () => {
    const forLines = new EventStore(keptParts(["any(queue.Queue, {#.Line.Raw == 'x'})"], []))
    expect(forLines.looked(forLines.add(leanEvent('text', 'failed'))).line.raw).toBe('text')
    const forWriters = new EventStore(
      keptParts(["any(queue.Queue, {#.Meta.log_type == 'x'})"], [], ["evt.SetMeta('log_type', 'x')"]),
    )
    const event = leanEvent('text', 'failed')
    const place = forWriters.add(event)
    const looked = forWriters.looked(place)
    event.complete = true
    forWriters.fill(place, event)
    event.meta.set('log_type', 'written')
    expect(looked.meta.get('log_type')).toBe('written')
  })

  it('lets an event go with its last holder, and gives its place to the next', () => {
    const store = new EventStore(kept)
    const place = store.add(leanEvent('text', 'failed'))
    store.hold(place)
    store.settle(place)
    expect(store.bytes).toBeGreaterThan(0)
    store.release(place)
    expect(store.bytes).toBe(0)
    expect(() => store.event(place)).toThrow(`no event at ${place}`)
    expect(store.add(leanEvent('other', 'failed'))).toBe(place)
  })

  it('keeps the lines of a few events that stay while very many come and go', () => {
    const store = new EventStore(kept)
    const staying: [place: number, raw: string][] = []
    for (let count = 0; count < 200_000; count++) {
      const raw = `line ${count}`
      const place = store.add(leanEvent(raw, 'failed'))
      if (count % 2000 === 0) staying.push([place, raw])
      else store.settle(place)
    }
    expect(staying.map(([place]) => store.event(place).line.raw)).toEqual(staying.map(([, raw]) => raw))
  })
})

describe('keptParts', () => {
  const condition = "any(queue.Queue, {#.Meta.log_type == 'x'})"
  it.each<[why: string, pouring: string, rewritten: boolean]>([
    ['writes what conditions read', "evt.SetMeta('log_type', 'x')", true],
    ['writes something else', 'evt.SetMeta("target", evt.Parsed.x)', false],
    ['writes another map', "evt.SetParsed('log_type', 'x')", false],
    ['may write anything', "evt.SetMeta(evt.Parsed.key, 'x')", true],
    ['may write any part of another map', "evt.SetParsed(evt.Parsed.key, 'x')", false],
    ['only names a setter, which is taken for a write', "evt.Meta.x == 'SetMeta'", true],
  ])('knows whether a filter %s', (_, pouring, rewritten) => {
    expect(keptParts([condition], [], [pouring]).rewritten).toBe(rewritten)
  })
})
