import fc from 'fast-check'
import { formatDurationSeconds } from '@tocsin/model'
import { describe, expect, it } from 'vitest'
import { formatEventTime, formatRemaining, parseTime } from './time.ts'

describe('times on the wire', () => {
  it.each([
    ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05.000Z', ''],
    ['2026-01-02t03:04:05z', '2026-01-02T03:04:05.000Z', ''],
    ['2026-01-02T03:04:05+02:00', '2026-01-02T01:04:05.000Z', ''],
    ['2026-01-02T03:04:05.1200-00:30', '2026-01-02T03:34:05.120Z', '12'],
    ['2026-01-02T03:04:05.123456789123Z', '2026-01-02T03:04:05.123Z', '123456789'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z', ''],
  ])('%s is %s', (text, iso, fraction) => {
    const time = parseTime(text)
    expect(time && new Date(time.ms).toISOString()).toBe(iso)
    expect(time?.fraction).toBe(fraction)
  })

  it.each([
    '',
    'today',
    '2026-01-02',
    '2026-01-02T03:04:05',
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:60:00Z',
    '2026-01-01T00:00:60Z',
    '2026-01-01T00:00:00+24:00',
    '12026-01-01T00:00:00Z',
  ])('%s is none', (text) => {
    expect(parseTime(text)).toBeNull()
  })

  it('of events keep what is finer than a millisecond', () => {
    expect(formatEventTime({ ms: Date.UTC(2026, 0, 2, 3, 4, 5), fraction: '' })).toBe(
      '2026-01-02 03:04:05 +0000 UTC',
    )
    expect(formatEventTime({ ms: Date.UTC(2026, 0, 2, 3, 4, 5, 123), fraction: '123456' })).toBe(
      '2026-01-02 03:04:05.123456 +0000 UTC',
    )
  })

  it('remain as the model writes them', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), (ms) => {
        expect(formatRemaining(ms)).toBe(formatDurationSeconds(ms))
      }),
    )
  })
})
