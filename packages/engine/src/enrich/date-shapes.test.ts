import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDate, readCommonDate } from './date-shapes.ts'

function read(text: string, year = 2026): string | null {
  const date = readCommonDate(text, year)
  if (date === null) return null
  return `${new Date(date.seconds * 1000).toISOString().slice(0, 19)} ${date.nanoseconds} ${date.offsetMinutes}`
}

describe('readCommonDate', () => {
  it.each([
    ['2024-03-10T12:34:56Z', '2024-03-10T12:34:56 0 0'],
    ['2024-02-29T23:59:59.789-05:30', '2024-03-01T05:29:59 789000000 -330'],
    ['2024-03-10T12:34:56,1234567891+01:00', '2024-03-10T11:34:56 123456789 60'],
    ['10/Mar/2024:12:34:56 +0100', '2024-03-10T11:34:56 0 60'],
    ['Mar 10 12:34:56', '2026-03-10T12:34:56 0 0'],
    ['Mar  1 00:00:00', '2026-03-01T00:00:00 0 0'],
  ])('reads %s', (text, date) => {
    expect(read(text)).toBe(date)
  })

  it.each([
    '',
    'Mar',
    'Mar 10 24:00:00',
    'Mar 10 12:34:56 ',
    'Mrz 10 12:34:56',
    'arF 10 12:34:56',
    '2023-02-29T00:00:00Z',
    '2023-13-01T00:00:00Z',
    '2023-12-01T00:00:00',
    '2023-12-01T00:00:00.Z',
    '2023-12-01T00:00:00Zx',
    '10/Mar/2024:12:34:56 0100 ',
    '10/Mar/2024:12:60:56 +0100',
  ])('leaves %j to the layouts', (text) => {
    expect(read(text)).toBeNull()
  })

  it('reads back every instant', () => {
    const instant = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
    fc.assert(
      fc.property(instant, (date) => {
        const found = readCommonDate(date.toISOString(), 2026)
        expect(found && found.seconds * 1000 + found.nanoseconds / 1e6).toBe(date.getTime())
        expect(found && formatDate(found)).toBe(date.toISOString().replace(/\.?0*Z$/, 'Z'))
      }),
    )
  })
})
