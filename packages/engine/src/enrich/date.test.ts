import { Time } from '@tocsin/expr'
import { describe, expect, it } from 'vitest'
import { Event } from '../event.ts'
import { DateReader, parseDateMethod } from './date.ts'

const now = Date.UTC(2026, 10, 22, 12)
const reader = new DateReader()

describe('DateReader', () => {
  it.each([
    ['2024-03-10T12:34:56.100+02:00', '2024-03-10T12:34:56.1+02:00'],
    ['10/Mar/2024:12:34:56 +0000', '2024-03-10T12:34:56Z'],
    ['Sun Mar 10 12:34:56 2024', '2024-03-10T12:34:56Z'],
    ['10-Mar-2024 12:34:56 europe/paris', '2024-03-10T12:34:56Z'],
    ['03/10/2024 12:34:56', '2024-03-10T12:34:56Z'],
    ['2024-03-10 12:34:56.5 +0100 CET', '2024-03-10T12:34:56.5+01:00'],
    ['Mar 1 12:34:56', '2026-03-01T12:34:56Z'],
    ['Mar  1 12:34:56.25', '2026-03-01T12:34:56.25Z'],
    ['Feb 29 12:34:56', '2026-03-01T12:34:56Z'],
    ['Sun Mar 10 12:34:56.123456 2024', '2024-03-10T12:34:56.123456Z'],
    ['2024/03/10', '2024-03-10T00:00:00Z'],
    ['2024/03/10 12:34', '2024-03-10T12:34:00Z'],
    ['2024-03-10', '2024-03-10T00:00:00Z'],
    ['2024-03-10 12:34', '2024-03-10T12:34:00Z'],
    ['2024/03/10 12:34:56', '2024-03-10T12:34:56Z'],
    ['2024-03-10 12:34:56,789', '2024-03-10T12:34:56.789Z'],
    ['2024-03-10T12:34:56', '2024-03-10T12:34:56Z'],
    ['1710074096', '2024-03-10T12:34:56Z'],
    ['1710074096.789', '2024-03-10T12:34:56Z'],
  ])('reads %s', (text, date) => {
    expect(reader.read(text, '', now)?.text).toBe(date)
  })

  it.each([
    ['0310 12:34:56', '0102 15:04:05', '2026-03-10T12:34:56Z'],
    ['240310 12:34:56', '060102 15:04:05', '2024-03-10T12:34:56Z'],
    ['03/10/2024, 1:34:56 PM', '01/02/2006, 3:04:05 PM', '2024-03-10T13:34:56Z'],
    ['2024-03-10 12:34:56.789-0500', '2006-01-02 15:04:05.000-0700', '2024-03-10T12:34:56.789-05:00'],
    ['2024-03-10', '0102 15:04:05', '2024-03-10T00:00:00Z'],
  ])('reads %s by the layout %s', (text, layout, date) => {
    expect(reader.read(text, layout, now)?.text).toBe(date)
  })

  it.each([
    '',
    'x',
    '-5',
    '0',
    '0.5',
    '999999999999999',
    '2024-13-10',
    '2024-02-30T00:00:00Z',
    '9'.repeat(1e6),
  ])('knows that %.20s is no date', (text) => {
    expect(reader.read(text, '', now)).toBeNull()
  })

  it('sets the time of events in replay only', () => {
    const method = parseDateMethod(reader)
    const line = { raw: '', src: '', timeMs: now, labels: new Map(), module: 'file' }
    const replayed = new Event(line, 'replay', Time.fromMs(now))
    const live = new Event(line, 'live', Time.fromMs(now))
    for (const event of [replayed, live]) method.enrich('2024-03-10', event)
    expect(replayed.time.toJSON()).toBe('2024-03-10T00:00:00Z')
    expect(live.time.toJSON()).toBe('2026-11-22T12:00:00Z')
    expect(live.enriched.get('MarshaledTime')).toBe('2024-03-10T00:00:00Z')
    method.enrich('', replayed)
    expect(replayed.enriched.get('MarshaledTime')).toBe('2026-11-22T12:00:00Z')
    expect(replayed.time.toJSON()).toBe('2024-03-10T00:00:00Z')
  })
})
