import { civilOf, daysOf, secondsPerDay } from './calendar.ts'
import { Duration } from './duration.ts'
import { formatTime } from './layout-format.ts'
import { type Location, utc } from './location.ts'

const billion = 1_000_000_000n
// Seconds from 0001-01-01 to 1970-01-01: truncation counts from the former.
const epochFromYearOne = 62_135_596_800n

/** The fields of a time as the clocks of its zone show them. */
export interface Clockface {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  second: number
  nanosecond: number
  /** Days since Sunday. */
  weekday: number
  /** From 1. */
  yearDay: number
  offset: number
  abbreviation: string
}

/** An instant with nanoseconds and the zone it is shown in. Source: Go's time.Time. */
export class Time {
  /** Seconds since 1970, whole. */
  readonly seconds: number
  /** From 0 to 999,999,999. */
  readonly nanoseconds: number
  readonly location: Location

  constructor(seconds: number, nanoseconds = 0, location: Location = utc) {
    this.seconds = seconds
    this.nanoseconds = nanoseconds
    this.location = location
  }

  static fromMs(ms: number, location: Location = utc): Time {
    const seconds = Math.floor(ms / 1000)
    return new Time(seconds, Math.round((ms - seconds * 1000) * 1_000_000), location)
  }

  static fromNs(ns: bigint, location: Location = utc): Time {
    const nanoseconds = ((ns % billion) + billion) % billion
    return new Time(Number((ns - nanoseconds) / billion), Number(nanoseconds), location)
  }

  /** The instant at which the clocks of a zone show the given fields; fields out of range carry over. */
  static civil(
    fields: { year: number; month: number; day: number; hour: number; minute: number; second: number },
    nanosecond: number,
    location: Location,
  ): Time {
    const { year, month, day, hour, minute, second } = fields
    const wall = daysOf(year, month, day) * secondsPerDay + hour * 3600 + minute * 60 + second
    if (location === utc) return new Time(wall, nanosecond, utc)
    const first = location.at(wall).offset
    const guess = location.at(wall - first).offset
    return new Time(wall - (guess === first ? first : guess), nanosecond, location)
  }

  get ns(): bigint {
    return BigInt(this.seconds) * billion + BigInt(this.nanoseconds)
  }

  get ms(): number {
    return this.seconds * 1000 + Math.floor(this.nanoseconds / 1_000_000)
  }

  in(location: Location): Time {
    return new Time(this.seconds, this.nanoseconds, location)
  }

  add(duration: Duration): Time {
    return Time.fromNs(this.ns + duration.ns, this.location)
  }

  /** The span since another instant, the nearest duration where it does not fit. */
  sub(other: Time): Duration {
    return Duration.clamped(this.ns - other.ns)
  }

  addDate(years: number, months: number, days: number): Time {
    const face = this.face()
    const fields = { ...face, year: face.year + years, month: face.month + months, day: face.day + days }
    return Time.civil(fields, this.nanoseconds, this.location)
  }

  /** Down to a multiple of a span since the year 1; unchanged for a span of zero or less. */
  truncate(step: Duration): Time {
    if (step.ns <= 0n) return this
    return Time.fromNs(this.ns - this.#rest(step), this.location)
  }

  /** To the nearest multiple of a span since the year 1, half up. */
  round(step: Duration): Time {
    if (step.ns <= 0n) return this
    const rest = this.#rest(step)
    return Time.fromNs(rest * 2n < step.ns ? this.ns - rest : this.ns + step.ns - rest, this.location)
  }

  #rest(step: Duration): bigint {
    const sinceYearOne = this.ns + epochFromYearOne * billion
    return ((sinceYearOne % step.ns) + step.ns) % step.ns
  }

  /** Negative, zero or positive, by the instant alone. */
  compare(other: Time): number {
    return this.seconds - other.seconds || this.nanoseconds - other.nanoseconds
  }

  isZero(): boolean {
    return this.seconds === -Number(epochFromYearOne) && this.nanoseconds === 0
  }

  face(): Clockface {
    const { offset, abbreviation } = this.location.at(this.seconds)
    const wall = this.seconds + offset
    const days = Math.floor(wall / secondsPerDay)
    const rest = wall - days * secondsPerDay
    const civil = civilOf(days)
    return {
      ...civil,
      hour: Math.floor(rest / 3600),
      minute: Math.floor(rest / 60) % 60,
      second: rest % 60,
      nanosecond: this.nanoseconds,
      weekday: (((days + 4) % 7) + 7) % 7,
      yearDay: days - daysOf(civil.year, 1, 1) + 1,
      offset,
      abbreviation,
    }
  }

  /** RFC 3339 with the shortest fraction. */
  toJSON(): string {
    return formatTime(this, '2006-01-02T15:04:05.999999999Z07:00')
  }

  toString(): string {
    return formatTime(this, '2006-01-02 15:04:05.999999999 -0700 MST')
  }
}

export const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const

export const dayNames = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
] as const

/** A month as `Time.Month()` gives it: a number with a name. */
export class Month {
  readonly number: number
  constructor(number: number) {
    this.number = number
  }
  toString(): string {
    return monthNames[this.number - 1] ?? `%!Month(${this.number})`
  }
}

/** A day of the week as `Time.Weekday()` gives it: a number with a name. */
export class Weekday {
  readonly number: number
  constructor(number: number) {
    this.number = number
  }
  toString(): string {
    return dayNames[this.number] ?? `%!Weekday(${this.number})`
  }
}

/** A zone as `timezone()` gives it. */
export class Zone {
  readonly location: Location
  constructor(location: Location) {
    this.location = location
  }
  toString(): string {
    return this.location.name
  }
}
