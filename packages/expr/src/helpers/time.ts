import { Duration } from '../go/duration.ts'
import { formatTime } from '../go/layout-format.ts'
import { Time } from '../go/time.ts'
import { types } from '../type/type.ts'
import type { Value } from '../value.ts'
import { helper, type HelperFamily } from './capability.ts'

const { any, duration, string, time } = types
const rfc3339 = '2006-01-02T15:04:05Z07:00'
const ofTimes = [types.func([types.array(time)], duration), types.func([types.array(any)], duration)]

/** Helpers on times. */
export const timeHelpers: HelperFamily = ({ clock }) => ({
  TimeNow: helper(types.func([], string), () => formatTime(Time.fromMs(clock()), rfc3339)),
  ParseUnix: helper(types.func([string], string), parseUnix),
  AverageInterval: helper(ofTimes, (times: readonly Value[]) => {
    const intervals = intervalsOf(ordered(times))
    return new Duration(intervals.reduce((sum, interval) => sum + interval, 0n) / BigInt(intervals.length))
  }),
  MedianInterval: helper(ofTimes, (values: readonly Value[]) => {
    const times = ordered(values)
    const intervals = shortIntervalsOf(times)
    if (intervals) return new Duration(BigInt(medianOf(intervals)))
    const long = intervalsOf(times).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
    const middle = long.length >> 1
    const [low = 0n, high = 0n] = [long[middle - 1], long[middle]]
    return new Duration(long.length % 2 === 1 ? high : (low + high) / 2n)
  }),
})

/** RFC 3339 of a text of seconds since 1970, a fraction being cut off; '' for anything else and for zero or less. */
function parseUnix(text: string): string {
  const [whole = ''] = text.split('.', 1)
  if (!/^[+-]?[0-9]+$/.test(whole)) return ''
  const seconds = BigInt(whole.replace(/^\+/, ''))
  if (seconds <= 0n || seconds > 9_223_372_036_854_775_807n) return ''
  return formatTime(new Time(Number(seconds)), rfc3339)
}

/** Two times at least, in their order. */
function ordered(values: readonly Value[]): readonly Time[] {
  let last: Time | undefined
  let isOrdered = true
  for (const value of values) {
    if (!(value instanceof Time)) throw new Error('an element of the list is no time')
    if (last && last.compare(value) > 0) isOrdered = false
    last = value
  }
  if (values.length < 2) throw new Error('an interval needs at least two times')
  const times = values as readonly Time[]
  return isOrdered ? times : [...times].sort((a, b) => a.compare(b))
}

function intervalsOf(times: readonly Time[]): bigint[] {
  return times.slice(1).map((time, index) => time.sub(times[index] ?? time).ns)
}

/** Seconds whose nanoseconds numbers hold exactly, also of two together. */
const longestShort = 4_000_000

/** Nanoseconds between times as numbers; undefined where they are too far apart for that. */
function shortIntervalsOf(times: readonly Time[]): number[] | undefined {
  const intervals: number[] = []
  let last: Time | undefined
  for (const time of times) {
    if (last) {
      const seconds = time.seconds - last.seconds
      if (seconds > longestShort) return undefined
      intervals.push(seconds * 1e9 + (time.nanoseconds - last.nanoseconds))
    }
    last = time
  }
  return intervals
}

/** The one in the middle, or half of the two in the middle, rounded down. */
function medianOf(numbers: number[]): number {
  numbers.sort((a, b) => a - b)
  const middle = numbers.length >> 1
  const high = numbers[middle] ?? 0
  return numbers.length % 2 === 1 ? high : Math.floor(((numbers[middle - 1] ?? 0) + high) / 2)
}
