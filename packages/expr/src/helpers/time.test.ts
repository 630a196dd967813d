import { describe, expect, test } from 'vitest'
import { call, caller } from '../../test/call-helper.ts'
import { Duration, Time } from '../index.ts'

const at = (...seconds: readonly number[]) => seconds.map((second) => Time.fromMs(second * 1000))

describe('intervals', () => {
  test.each([
    [[0, 10], 10, 10],
    [[110.5, 100, 103], 5.25, 5.25],
    [[0, 1, 2, 12], 4, 1],
    [[12, 2, 0, 1], 4, 1],
    [[5, 5, 5], 0, 0],
    [[0, 1, 10_000_000, 30_000_000], 10_000_000, 9_999_999],
    [[-4_000_000, 0, 4_000_000.5], 4_000_000.25, 4_000_000.25],
  ])('of %j: on average %d s, in the middle %d s', (seconds, average, median) => {
    const nanoseconds = (value: number) => new Duration(BigInt(Math.floor(value * 1_000_000_000)))
    expect(call('AverageInterval', at(...seconds))).toEqual(nanoseconds(average))
    expect(call('MedianInterval', at(...seconds))).toEqual(nanoseconds(median))
  })

  test('the list is left as it is', () => {
    const times = at(3, 1, 2)
    call('MedianInterval', times)
    expect(times).toEqual(at(3, 1, 2))
  })

  test.each([
    ['no times', []],
    ['one time', at(1)],
    ['what is no time', [1, 2]],
  ])('there are none between %s', (_, times) => {
    expect(() => call('AverageInterval', times)).toThrow()
    expect(() => call('MedianInterval', times)).toThrow()
  })
})

describe('ParseUnix', () => {
  test.each([
    ['1700000000', '2023-11-14T22:13:20Z'],
    ['1700000000.999', '2023-11-14T22:13:20Z'],
    ['+1', '1970-01-01T00:00:01Z'],
    ['0', ''],
    ['-5', ''],
    ['1e9', ''],
    [' 1', ''],
    ['', ''],
    ['9223372036854775808', ''],
  ])('%j: %j', (text, expected) => {
    expect(call('ParseUnix', text)).toBe(expected)
  })
})

test('TimeNow is what the clock says, in UTC and whole seconds', () => {
  expect(caller({ clock: () => 1_700_000_000_999 })('TimeNow')).toBe('2023-11-14T22:13:20Z')
})
