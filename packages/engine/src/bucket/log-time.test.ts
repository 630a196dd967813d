import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  elapsedNs,
  exactlyElapsedNs,
  formatGoTime,
  formatLogTime,
  formatLogTimeSeconds,
  parseLogTime,
} from './log-time.ts'

function parsed(text: string) {
  const time = parseLogTime(text)
  if (time === null) throw new Error(`${text} was refused`)
  return time
}

describe('parseLogTime', () => {
  it('keeps nanoseconds and the offset', () => {
    expect(parsed('2021-09-29T14:11:34.000000001+02:00')).toEqual({
      seconds: 1_632_917_494,
      nanoseconds: 1,
      offsetMinutes: 120,
    })
    expect(parsed('1969-12-31T23:59:59.5Z')).toEqual({
      seconds: -1,
      nanoseconds: 500_000_000,
      offsetMinutes: 0,
    })
  })

  it.each(['', '2021-09-29', '2021-02-30T00:00:00Z', '2021-09-29T24:00:00Z', '2021-09-29T14:11:34', 'x'])(
    'refuses %j',
    (text) => {
      expect(parseLogTime(text)).toBeNull()
    },
  )

  it('reads back what is written', () => {
    const seconds = fc.integer({ min: -62_135_510_400, max: 253_402_086_400 })
    const nanoseconds = fc.integer({ min: 0, max: 999_999_999 })
    const offsetMinutes = fc.integer({ min: -12 * 60, max: 14 * 60 })
    fc.assert(
      fc.property(seconds, nanoseconds, offsetMinutes, (seconds, nanoseconds, offsetMinutes) => {
        const time = { seconds, nanoseconds, offsetMinutes }
        expect(parseLogTime(formatLogTime(time))).toEqual(time)
      }),
    )
  })
})

describe('the distance of times', () => {
  it('is exact to the nanosecond', () => {
    const [from, to] = [
      parsed('2021-09-29T14:11:34.999999999Z'),
      parsed('2021-09-29T16:11:36.000000001+01:00'),
    ]
    expect(elapsedNs(from, to)).toBe(3_601_000_000_002)
    expect(exactlyElapsedNs(to, from)).toBe(-3_601_000_000_002n)
  })
})

describe('the forms of a time', () => {
  it('shows an offset as alerts and messages do', () => {
    const time = parsed('2021-09-29T14:11:34.250+02:00')
    expect(formatLogTime(time)).toBe('2021-09-29T14:11:34.25+02:00')
    expect(formatLogTimeSeconds(time)).toBe('2021-09-29T14:11:34+02:00')
    expect(formatGoTime(time)).toBe('2021-09-29 14:11:34.25 +0200 +0200')
  })

  it('calls UTC by its name', () => {
    const time = parsed('2026-03-14T09:06:25Z')
    expect(formatLogTimeSeconds(time)).toBe('2026-03-14T09:06:25Z')
    expect(formatGoTime(time)).toBe('2026-03-14 09:06:25 +0000 UTC')
  })
})
