import { Duration } from '../go/duration.ts'
import { formatTime } from '../go/layout-format.ts'
import { Time } from '../go/time.ts'
import { parseFloatText } from '../builtin/math.ts'
import { types } from '../type/type.ts'
import type { Value } from '../value.ts'
import { helper, type HelperFamily } from './capability.ts'

const { any, duration, float, string, time } = types
const rfc3339 = '2006-01-02T15:04:05Z07:00'
const ofTimes = [types.func([types.array(time)], duration), types.func([types.array(any)], duration)]

/** Helpers on times, and the distance between places. */
export const timeHelpers: HelperFamily = ({ clock }) => ({
  TimeNow: helper(types.func([], string), () => formatTime(Time.fromMs(clock()), rfc3339)),
  ParseUnix: helper(types.func([string], string), parseUnix),
  AverageInterval: helper(ofTimes, (times: readonly Value[]) => {
    const intervals = intervalsOf(times)
    return new Duration(intervals.reduce((sum, interval) => sum + interval, 0n) / BigInt(intervals.length))
  }),
  MedianInterval: helper(ofTimes, (times: readonly Value[]) => {
    const intervals = intervalsOf(times).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
    const middle = intervals.length >> 1
    const [low = 0n, high = 0n] = [intervals[middle - 1], intervals[middle]]
    return new Duration(intervals.length % 2 === 1 ? high : (low + high) / 2n)
  }),
  Distance: helper(types.func([string, string, string, string], float), distance),
})

/** RFC 3339 of a text of seconds since 1970, a fraction being cut off; '' for anything else and for zero or less. */
function parseUnix(text: string): string {
  const [whole = ''] = text.split('.', 1)
  if (!/^[+-]?[0-9]+$/.test(whole)) return ''
  const seconds = BigInt(whole.replace(/^\+/, ''))
  if (seconds <= 0n || seconds > 9_223_372_036_854_775_807n) return ''
  return formatTime(new Time(Number(seconds)), rfc3339)
}

function intervalsOf(values: readonly Value[]): bigint[] {
  const times = values.map((value) => {
    if (value instanceof Time) return value
    throw new Error('an element of the list is no time')
  })
  if (times.length < 2) throw new Error('an interval needs at least two times')
  times.sort((a, b) => a.compare(b))
  return times.slice(1).map((time, index) => time.sub(times[index] ?? time).ns)
}

const earthRadiusKm = 6371

function distance(...texts: string[]): number {
  const degrees = texts.map((text) => {
    const value = parseFloatText(text)
    if (value === null) throw new Error(`${JSON.stringify(text)} is no coordinate`)
    return value
  })
  const [lat1 = 0, lon1 = 0, lat2 = 0, lon2 = 0] = degrees
  // Where nothing is known of a place, it is at 0,0.
  if ((lat1 === 0 && lon1 === 0) || (lat2 === 0 && lon2 === 0)) return 0
  const [a1, o1, a2, o2] = [lat1, lon1, lat2, lon2].map((degree) => (degree * Math.PI) / 180) as [
    number,
    number,
    number,
    number,
  ]
  const haversine = Math.sin((a2 - a1) / 2) ** 2 + Math.cos(a1) * Math.cos(a2) * Math.sin((o2 - o1) / 2) ** 2
  return 2 * Math.atan2(Math.sqrt(haversine), Math.sqrt(1 - haversine)) * earthRadiusKm
}
