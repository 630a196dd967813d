import { daysInMonth, isLeapYear } from './calendar.ts'
import { type Chunk, chunksOf } from './layout.ts'
import { fixedZone, type Location, utc } from './location.ts'
import { dayNames, monthNames, Time } from './time.ts'

interface Reading {
  rest: string
  year: number
  month: number
  day: number
  yearDay: number
  hour: number
  minute: number
  second: number
  nanosecond: number
  half: '' | 'AM' | 'PM'
  isUtc: boolean
  offset: number | null
  zoneName: string
}

/**
 * The time that a text gives in a layout of Go's notation, or null where it does not fit. Without a zone in the
 * text it is taken as a time of `location`. Source: time.Parse and time.ParseInLocation.
 */
export function parseTime(layout: string, text: string, location: Location = utc): Time | null {
  const reading: Reading = {
    rest: text,
    year: 0,
    month: -1,
    day: -1,
    yearDay: -1,
    hour: 0,
    minute: 0,
    second: 0,
    nanosecond: 0,
    half: '',
    isUtc: false,
    offset: null,
    zoneName: '',
  }
  const chunks = chunksOf(layout)
  for (const [index, chunk] of chunks.entries()) {
    if (!readChunk(reading, chunk, chunks[index + 1])) return null
  }
  return reading.rest === '' ? assemble(reading, location) : null
}

function readChunk(reading: Reading, chunk: Chunk, next: Chunk | undefined): boolean {
  if (chunk.kind === 'text') return skipText(reading, chunk.text)
  if (chunk.kind === 'fraction') return readFraction(reading, chunk)
  const read = readers[chunk.field]
  if (!read) return readOffset(reading, chunk.field)
  if (!read(reading)) return false
  // A fraction may follow the seconds even where the layout shows none.
  const isSecond = chunk.field === '05' || chunk.field === '5'
  if (isSecond && next?.kind !== 'fraction' && /^[.,][0-9]/.test(reading.rest)) {
    return readFraction(reading, { separator: '.', digits: 9, exact: false })
  }
  return true
}

/** A run of blanks in the layout stands for any run of blanks, even an empty one at the end of the text. */
function skipText(reading: Reading, text: string): boolean {
  let at = 0
  while (at < text.length) {
    if (text[at] === ' ') {
      if (reading.rest !== '' && reading.rest[0] !== ' ') return false
      while (text[at] === ' ') at++
      reading.rest = reading.rest.replace(/^ +/, '')
    } else {
      if (reading.rest[0] !== text[at]) return false
      reading.rest = reading.rest.slice(1)
      at++
    }
  }
  return true
}

function take(reading: Reading, pattern: RegExp): string | null {
  const found = pattern.exec(reading.rest)?.[0]
  if (found === undefined) return null
  reading.rest = reading.rest.slice(found.length)
  return found
}

function readFraction(
  reading: Reading,
  { digits, exact }: { separator: string; digits: number; exact: boolean },
): boolean {
  const text = take(reading, exact ? new RegExp(`^[.,][0-9]{${digits}}`) : /^[.,][0-9]+/)
  if (text === null) return !exact
  reading.nanosecond = Number(text.slice(1, 10).padEnd(9, '0'))
  return true
}

type NumberField = 'year' | 'month' | 'day' | 'yearDay' | 'hour' | 'minute' | 'second'

const number =
  (field: NumberField, pattern: RegExp, min = 0, max = Number.MAX_SAFE_INTEGER) =>
  (reading: Reading): boolean => {
    const text = take(reading, pattern)
    if (text === null) return false
    const value = Number(text)
    reading[field] = value
    return value >= min && value <= max
  }

const name =
  (names: readonly string[], length: number | undefined, keep: boolean) =>
  (reading: Reading): boolean => {
    const start = reading.rest.toLowerCase()
    const index = names.findIndex((candidate) => start.startsWith(candidate.slice(0, length).toLowerCase()))
    if (index < 0) return false
    reading.rest = reading.rest.slice((names[index] ?? '').slice(0, length).length)
    if (keep) reading.month = index + 1
    return true
  }

const half = (am: string, pm: string) => (reading: Reading) => {
  const text = take(reading, /^../)
  if (text !== am && text !== pm) return false
  reading.half = text === am ? 'AM' : 'PM'
  return true
}

const oneOrTwo = /^[0-9][0-9]?/
const two = /^[0-9]{2}/

const readers: Record<string, (reading: Reading) => boolean> = {
  '2006': number('year', /^[0-9]{4}/),
  '06': (reading) => {
    if (!number('year', two)(reading)) return false
    reading.year += reading.year >= 69 ? 1900 : 2000
    return true
  },
  January: name(monthNames, undefined, true),
  Jan: name(monthNames, 3, true),
  '01': number('month', two, 1, 12),
  '1': number('month', oneOrTwo, 1, 12),
  Monday: name(dayNames, undefined, false),
  Mon: name(dayNames, 3, false),
  '02': number('day', two),
  _2: (reading) => {
    if (reading.rest[0] === ' ') reading.rest = reading.rest.slice(1)
    return number('day', oneOrTwo)(reading)
  },
  '2': number('day', oneOrTwo),
  '002': number('yearDay', /^[0-9]{3}/),
  __2: (reading) => {
    reading.rest = reading.rest.replace(/^ {0,2}/, '')
    return number('yearDay', /^[0-9]{1,3}/)(reading)
  },
  '15': number('hour', oneOrTwo, 0, 23),
  '03': number('hour', two, 0, 12),
  '3': number('hour', oneOrTwo, 0, 12),
  '04': number('minute', two, 0, 59),
  '4': number('minute', oneOrTwo, 0, 59),
  '05': number('second', two, 0, 59),
  '5': number('second', oneOrTwo, 0, 59),
  PM: half('AM', 'PM'),
  pm: half('am', 'pm'),
  MST: (reading) => {
    if (reading.rest.startsWith('UTC')) {
      reading.rest = reading.rest.slice(3)
      reading.isUtc = true
      return true
    }
    const found = take(reading, zoneNamePattern)
    reading.zoneName = found ?? ''
    return found !== null
  },
}

const zoneNamePattern =
  /^(?:ChST|MeST|GMT(?:[+-](?:0*(?:[0-9]|1[0-9]|2[0-3]))(?![0-9]))?|[+-](?:0*(?:[0-9]|1[0-9]|2[0-3]))(?![0-9])|(?:[A-Z]{4}T|[A-Z]{3}T|WITA|[A-Z]{3})(?![A-Z]))/

const offsetPatterns: Record<string, RegExp> = {
  '07:00': /^[+-][0-9]{2}:[0-9]{2}/,
  '0700': /^[+-][0-9]{4}/,
  '07': /^[+-][0-9]{2}/,
  '07:00:00': /^[+-][0-9]{2}:[0-9]{2}:[0-9]{2}/,
  '070000': /^[+-][0-9]{6}/,
}

function readOffset(reading: Reading, field: string): boolean {
  if (field.startsWith('Z') && reading.rest.startsWith('Z')) {
    reading.rest = reading.rest.slice(1)
    reading.isUtc = true
    return true
  }
  const pattern = offsetPatterns[field.slice(1)]
  const text = pattern && take(reading, pattern)
  if (!text) return false
  const digits = text.slice(1).replaceAll(':', '').padEnd(6, '0')
  const [hours, minutes, seconds] = [digits.slice(0, 2), digits.slice(2, 4), digits.slice(4, 6)].map(Number)
  if ((hours ?? 0) > 24 || (minutes ?? 0) > 60 || (seconds ?? 0) > 60) return false
  const total = ((hours ?? 0) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0)
  reading.offset = text.startsWith('-') ? -total : total
  return true
}

function assemble(reading: Reading, location: Location): Time | null {
  const { year, nanosecond } = reading
  let { hour } = reading
  if (reading.half === 'PM' && hour < 12) hour += 12
  else if (reading.half === 'AM' && hour === 12) hour = 0
  const date = dateOf(reading)
  if (!date || date.day < 1 || date.day > daysInMonth(year, date.month)) return null
  const fields = { ...reading, ...date, year, hour }
  if (reading.isUtc) return Time.civil(fields, nanosecond, utc)
  if (reading.offset === null && reading.zoneName === '') return Time.civil(fields, nanosecond, location)
  const wall = Time.civil(fields, nanosecond, utc)
  if (reading.offset === null) return namedZone(wall, reading.zoneName, location)
  const instant = new Time(wall.seconds - reading.offset, nanosecond, location)
  const local = location.at(instant.seconds)
  const isLocal = local.offset === reading.offset && ['', local.abbreviation].includes(reading.zoneName)
  return isLocal ? instant : instant.in(fixedZone(reading.zoneName, reading.offset))
}

/** A zone known by its name alone counts as UTC, unless it is the location's own or GMT with hours. */
function namedZone(wall: Time, zoneName: string, location: Location): Time {
  const guess = location.at(wall.seconds)
  if (guess.abbreviation === zoneName)
    return new Time(wall.seconds - guess.offset, wall.nanoseconds, location)
  const hours = zoneName.startsWith('GMT') && zoneName.length > 3 ? Number(zoneName.slice(3)) : 0
  const offset = hours * 3600
  return wall.in(fixedZone(zoneName, offset))
}

function dateOf(reading: Reading): { month: number; day: number } | null {
  const { year, yearDay } = reading
  if (yearDay < 0) return { month: Math.max(1, reading.month), day: reading.day < 0 ? 1 : reading.day }
  if (yearDay < 1 || yearDay > (isLeapYear(year) ? 366 : 365)) return null
  let month = 1
  let day = yearDay
  while (day > daysInMonth(year, month)) day -= daysInMonth(year, month++)
  const agrees = (reading.month < 0 || reading.month === month) && (reading.day < 0 || reading.day === day)
  return agrees ? { month, day } : null
}
