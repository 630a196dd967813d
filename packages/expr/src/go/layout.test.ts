import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { formatTime } from './layout-format.ts'
import { parseTime } from './layout-parse.ts'
import { fixedZone, loadLocation, utc } from './location.ts'
import { Time } from './time.ts'

const moment = new Time(1709201471, 123_456_789, fixedZone('', 2 * 3600))

describe('a layout', () => {
  test.each([
    ['2006-01-02T15:04:05Z07:00', '2024-02-29T12:11:11+02:00'],
    ['2006-01-02T15:04:05.999999999Z07:00', '2024-02-29T12:11:11.123456789+02:00'],
    ['Mon Jan _2 15:04:05 2006', 'Thu Feb 29 12:11:11 2024'],
    ['Monday, 02-Jan-06 3:04PM', 'Thursday, 29-Feb-24 12:11PM'],
    ['Jan 2 03:04:05.000pm', 'Feb 29 12:11:11.123pm'],
    ['002 __2 2006', '060  60 2024'],
    ['05,000 -0700 -07 Z0700', '11,123 +0200 +02 +0200'],
    ['no layout at all', 'no layout at all'],
    ['20060102150405', '20240229121111'],
  ])('%s writes %s', (layout, expected) => expect(formatTime(moment, layout)).toBe(expected))

  it('reads what it writes', () => {
    const seconds = fc.integer({ min: -62_135_596_800, max: 253_402_300_799 })
    const zone = fc.integer({ min: -14 * 60, max: 14 * 60 }).map((minutes) => fixedZone('', minutes * 60))
    const layouts = fc.constantFrom(
      '2006-01-02T15:04:05.999999999Z07:00',
      'Monday January 2 2006 15:04:05.000000000 -0700',
      '2006 002 03:04:05.000000000PM Z07:00',
    )
    fc.assert(
      fc.property(seconds, fc.nat(999_999_999), zone, layouts, (at, nanoseconds, location, layout) => {
        const time = new Time(at, nanoseconds, location)
        fc.pre(time.face().year >= 1 && time.face().year <= 9999)
        const read = parseTime(layout, formatTime(time, layout))
        expect(read?.compare(time)).toBe(0)
      }),
    )
  })

  test.each([
    ['2006-01-02', '2024-02-30'],
    ['2006-01-02', '2023-02-29'],
    ['2006-01-02', '2024-02-29 '],
    ['15:04', '24:00'],
    ['3:04PM', '13:00PM'],
    ['Jan', 'Foo'],
    ['2006', '24'],
    ['Z07:00', '+0200'],
  ])('%s does not read %s', (layout, text) => expect(parseTime(layout, text)).toBeNull())

  it('reads times of a place', () => {
    const paris = loadLocation('Europe/Paris') ?? utc
    expect(parseTime('2006-01-02 15:04', '2024-07-01 12:00', paris)?.toJSON()).toBe(
      '2024-07-01T12:00:00+02:00',
    )
    expect(parseTime('2006-01-02 15:04', '2024-01-01 12:00', paris)?.toJSON()).toBe(
      '2024-01-01T12:00:00+01:00',
    )
    expect(loadLocation('Nowhere/Town')).toBeNull()
  })
})
