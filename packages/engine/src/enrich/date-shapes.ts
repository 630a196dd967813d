/** An instant as a log writes it. */
export interface WrittenDate {
  /** Seconds since the epoch. */
  readonly seconds: number
  readonly nanoseconds: number
  readonly offsetMinutes: number
}

/**
 * Reads the three shapes that most logs use - RFC 3339, `02/Jan/2006:15:04:05 -0700` and `Jan _2 15:04:05`, the last
 * in the given year - written in full. Null for anything else, which the slower reading of layouts may still know.
 */
export function readCommonDate(text: string, year: number): WrittenDate | null {
  if (text.length > 40) return null
  const code = text.charCodeAt(0)
  if (code < zero || code > nine) return readSyslogDate(text, year)
  return text.charCodeAt(4) === minus ? readRfc3339(text) : readWebDate(text)
}

const zero = 48
const nine = 57
const minus = 45
const plus = 43
const colon = 58
const space = 32

/** `2024-03-10T12:34:56.789+01:00` */
function readRfc3339(text: string): WrittenDate | null {
  if (text.charCodeAt(7) !== minus || text[10] !== 'T') return null
  const days = daysOf(number4(text, 0), number2(text, 5), number2(text, 8))
  const clock = clockAt(text, 11)
  if (days === null || clock < 0) return null
  let end = 19
  let nanoseconds = 0
  const mark = text[19]
  if (mark === '.' || mark === ',') {
    end = 20
    while (isDigit(text.charCodeAt(end))) end++
    if (end === 20) return null
    nanoseconds = Number(text.slice(20, Math.min(end, 29)).padEnd(9, '0'))
  }
  const offset = text[end] === 'Z' && text.length === end + 1 ? 0 : offsetAt(text, end, true)
  if (offset === null) return null
  return { seconds: days * 86_400 + clock - offset * 60, nanoseconds, offsetMinutes: offset }
}

/** `10/Mar/2024:12:34:56 +0100` */
function readWebDate(text: string): WrittenDate | null {
  if (text.length !== 26 || text[2] !== '/' || text[6] !== '/' || text.charCodeAt(11) !== colon) return null
  const days = daysOf(number4(text, 7), monthAt(text, 3), number2(text, 0))
  const clock = clockAt(text, 12)
  const offset = text.charCodeAt(20) === space ? offsetAt(text, 21, false) : null
  if (days === null || clock < 0 || offset === null) return null
  return { seconds: days * 86_400 + clock - offset * 60, nanoseconds: 0, offsetMinutes: offset }
}

/** `Mar 10 12:34:56`, `Mar  1 12:34:56` */
function readSyslogDate(text: string, year: number): WrittenDate | null {
  if (text.charCodeAt(3) !== space) return null
  const padded = text.charCodeAt(4) === space
  const day = padded ? text.charCodeAt(5) - zero : number2(text, 4)
  // 29 February is a day of the year 0, which such a date is in until its year is known.
  if (text.charCodeAt(6) !== space || text.length !== 15 || day > 28 || !isDigit(text.charCodeAt(5)))
    return null
  const days = daysOf(year, monthAt(text, 0), day)
  const clock = clockAt(text, 7)
  return days === null || clock < 0
    ? null
    : { seconds: days * 86_400 + clock, nanoseconds: 0, offsetMinutes: 0 }
}

const months = 'JanFebMarAprMayJunJulAugSepOctNovDec'
const monthLengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** From 1; 0 for no month. */
function monthAt(text: string, at: number): number {
  const found = months.indexOf(text.slice(at, at + 3))
  return found >= 0 && found % 3 === 0 ? found / 3 + 1 : 0
}

/** Days since the epoch; null for a day that no calendar has. */
function daysOf(year: number, month: number, day: number): number | null {
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= (monthLengths[month - 1] ?? 0)) || !(year > 0))
    return null
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  if (month === 2 && day === 29 && !isLeap) return null
  const shifted = month > 2 ? year : year - 1
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

/** Seconds of `15:04:05`, or -1. */
function clockAt(text: string, at: number): number {
  if (text.charCodeAt(at + 2) !== colon || text.charCodeAt(at + 5) !== colon) return -1
  const hour = number2(text, at)
  const minute = number2(text, at + 3)
  const second = number2(text, at + 6)
  return hour <= 23 && minute <= 59 && second <= 59 ? hour * 3600 + minute * 60 + second : -1
}

/** Minutes of `+0100` or `+01:00` at the end of the text. */
function offsetAt(text: string, at: number, withColon: boolean): number | null {
  const sign = text.charCodeAt(at)
  const minuteAt = withColon ? at + 4 : at + 3
  if ((sign !== plus && sign !== minus) || text.length !== minuteAt + 2) return null
  if (withColon && text.charCodeAt(at + 3) !== colon) return null
  const hours = number2(text, at + 1)
  const minutes = number2(text, minuteAt)
  if (!(hours <= 23 && minutes <= 59)) return null
  const total = hours * 60 + minutes
  return sign === minus ? -total : total
}

function isDigit(code: number): boolean {
  return code >= zero && code <= nine
}

/** Two digits; NaN where they are none. */
function number2(text: string, at: number): number {
  const high = text.charCodeAt(at) - zero
  const low = text.charCodeAt(at + 1) - zero
  return high >= 0 && high <= 9 && low >= 0 && low <= 9 ? high * 10 + low : Number.NaN
}

function number4(text: string, at: number): number {
  return number2(text, at) * 100 + number2(text, at + 2)
}

const twoDigits = Array.from({ length: 100 }, (_, value) => String(value).padStart(2, '0'))
let lastDay = Number.NaN
let lastDayText = ''

/** RFC 3339 with the shortest fraction; of a date as readCommonDate gives it, which lies in the years 1 to 9999. */
export function formatDate({ seconds, nanoseconds, offsetMinutes }: WrittenDate): string {
  const wall = seconds + offsetMinutes * 60
  const day = Math.floor(wall / 86_400)
  if (day !== lastDay) {
    lastDay = day
    lastDayText = new Date(day * 86_400_000).toISOString().slice(0, 11)
  }
  const rest = wall - day * 86_400
  const hour = Math.floor(rest / 3600)
  const minute = Math.floor(rest / 60) % 60
  const clock = `${twoDigits[hour]}:${twoDigits[minute]}:${twoDigits[rest % 60]}`
  const fraction = nanoseconds === 0 ? '' : `.${String(nanoseconds).padStart(9, '0').replace(/0+$/, '')}`
  return lastDayText + clock + fraction + formatOffset(offsetMinutes)
}

function formatOffset(minutes: number): string {
  if (minutes === 0) return 'Z'
  const distance = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${twoDigits[Math.floor(distance / 60)]}:${twoDigits[distance % 60]}`
}
