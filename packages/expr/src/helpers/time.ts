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
  MedianInterval: helper(ofTimes, (times: readonly Value[]) => {
    const short = shortIntervalsOf(times)
    if (short) return new Duration(BigInt(medianOf(short)))
    const intervals = intervalsOf(ordered(times)).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
    const middle = intervals.length >> 1
    const [low = 0n, high = 0n] = [intervals[middle - 1], intervals[middle]]
    return new Duration(intervals.length % 2 === 1 ? high : (low + high) / 2n)
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
function ordered(values: readonly Value[]): Time[] {
  const times = values.map((value) => {
    if (value instanceof Time) return value
    throw new Error('an element of the list is no time')
  })
  if (times.length < 2) throw new Error('an interval needs at least two times')
  return times.sort((a, b) => a.compare(b))
}

function intervalsOf(times: readonly Time[]): bigint[] {
  return times.slice(1).map((time, index) => time.sub(times[index] ?? time).ns)
}

/** Seconds whose nanoseconds numbers hold exactly, also of two together. */
const longestShort = 4_000_000

/** Nanoseconds between times, in ascending order; undefined for what is not a few times, in order and not far apart. */
function shortIntervalsOf(values: readonly Value[]): number[] | undefined {
  const { length } = values
  if (length < 2 || length > 16) return undefined
  const intervals: number[] = []
  for (let index = 0; index < length; index++) {
    const [from, to] = [values[index - 1] ?? values[0], values[index]]
    if (!(from instanceof Time) || !(to instanceof Time)) return undefined
    const seconds = to.seconds - from.seconds
    const interval = seconds * 1e9 + (to.nanoseconds - from.nanoseconds)
    if (interval < 0 || seconds > longestShort) return undefined
    if (index > 0) insert(intervals, interval)
  }
  return intervals
}

/** Puts a number in its place. */
function insert(numbers: number[], number: number): void {
  let at = numbers.push(number) - 1
  for (; at > 0; at--) {
    const before = numbers[at - 1] ?? 0
    if (before <= number) break
    numbers[at] = before
  }
  numbers[at] = number
}

/** The one in the middle, or half of the two in the middle, rounded down. */
function medianOf(numbers: readonly number[]): number {
  const middle = numbers.length >> 1
  const high = numbers[middle] ?? 0
  return numbers.length % 2 === 1 ? high : Math.floor(((numbers[middle - 1] ?? 0) + high) / 2)
}
