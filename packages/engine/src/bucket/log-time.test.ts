import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatGoTime, formatLogTime, formatLogTimeSeconds, parseLogTime } from './log-time.ts'

function parsed(text: string) {
  const time = parseLogTime(text)
  if (time === null) throw new Error(`${text} was refused`)
  return time
}

describe('parseLogTime', () => {
  it('keeps nanoseconds and the offset', () => {
    expect(parsed('2021-09-29T14:11:34.000000001+02:00')).toEqual({
      ns: 1_632_917_494_000_000_001n,
      offsetMinutes: 120,
    })
    expect(parsed('1969-12-31T23:59:59.5Z').ns).toBe(-500_000_000n)
  })

  it.each(['', '2021-09-29', '2021-02-30T00:00:00Z', '2021-09-29T24:00:00Z', '2021-09-29T14:11:34', 'x'])(
    'refuses %j',
    (text) => {
      expect(parseLogTime(text)).toBeNull()
    },
  )

  it('reads back what is written', () => {
    const ns = fc.bigInt({ min: -62_135_596_800_000_000_000n, max: 253_402_000_000_000_000_000n })
    const offsetMinutes = fc.integer({ min: -12 * 60, max: 14 * 60 })
    fc.assert(
      fc.property(ns, offsetMinutes, (ns, offsetMinutes) => {
        const time = { ns: ns + 86_400_000_000_000n, offsetMinutes }
        expect(parseLogTime(formatLogTime(time))).toEqual(time)
      }),
    )
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
