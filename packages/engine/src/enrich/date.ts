import { fixedZone, type Location, parseTime, Time, utc } from '@tocsin/expr'
import type { Event } from '../event.ts'
import { FieldKey } from '../field-key.ts'
import { formatDate, readCommonDate } from './date-shapes.ts'
import type { EnrichMethod } from './method.ts'

// In the order in which they are tried. Source: the original's enrich_date.go.
const layouts = [
  '2006-01-02T15:04:05Z07:00',
  '02/Jan/2006:15:04:05 -0700',
  'Mon Jan 2 15:04:05 2006',
  '02-Jan-2006 15:04:05 europe/paris',
  '01/02/2006 15:04:05',
  '2006-01-02 15:04:05.999999999 -0700 MST',
  'Jan  2 15:04:05',
  'Mon Jan 02 15:04:05.000000 2006',
  '2006-01-02T15:04:05Z07:00',
  '2006/01/02',
  '2006/01/02 15:04',
  '2006-01-02',
  '2006-01-02 15:04',
  '2006/01/02 15:04:05',
  '2006-01-02 15:04:05',
  '2006-01-02T15:04:05',
]
const lastSecond = 253_402_300_799
const maxLength = 256

/** A date that was read: as text for the event, and as a time. */
interface ReadDate {
  readonly text: string
  readonly time: Time
}

/**
 * Reads dates as the original does: by the layout that a parser named, then by those above, then as seconds since
 * the epoch. Year-less dates are of the year in which their line arrived.
 */
export class DateReader {
  private lastText = ''
  private lastLayout = ''
  private lastYear = 0
  private year = 0
  private yearFromMs = 0
  private yearToMs = 0
  private last: ReadDate | null = null

  /** Null for a text that is no date. */
  read(text: string, layout: string, arrivedMs: number): ReadDate | null {
    if (text.length > maxLength) return null
    const year = this.yearAt(arrivedMs)
    // Lines of the same second come in rows.
    if (text === this.lastText && layout === this.lastLayout && year === this.lastYear) return this.last
    this.last = readDate(text, layout, year)
    this.lastText = text
    this.lastLayout = layout
    this.lastYear = year
    return this.last
  }

  private yearAt(now: number): number {
    if (now < this.yearFromMs || now >= this.yearToMs) {
      this.year = new Date(now).getUTCFullYear()
      this.yearFromMs = Date.UTC(this.year, 0)
      this.yearToMs = Date.UTC(this.year + 1, 0)
    }
    return this.year
  }
}

/** The field that other parsers take the time from. */
const marshaledTime = new FieldKey('MarshaledTime')

/** The method ParseDate: sets MarshaledTime, and in replay the time of the event. A text that is no date is now. */
export function parseDateMethod(reader: DateReader): EnrichMethod {
  return {
    name: 'ParseDate',
    acceptsEmpty: true,
    enrich: (text: string, event: Event) => {
      const found = reader.read(text, event.strTimeFormat, event.arrived.ms)
      marshaledTime.set(event.enriched, found?.text ?? marshal(event.arrived) ?? '')
      if (found !== null && event.mode === 'replay') event.time = found.time
      return true
    },
  }
}

function readDate(text: string, layout: string, year: number): ReadDate | null {
  if (layout !== '') {
    const found = readByLayout(text, layout, year)
    if (found !== null) return found
  }
  const common = readCommonDate(text, year)
  if (common !== null) {
    const { seconds, nanoseconds, offsetMinutes } = common
    return { text: formatDate(common), time: new Time(seconds, nanoseconds, zoneOf(offsetMinutes)) }
  }
  for (const candidate of layouts) {
    const found = readByLayout(text, candidate, year)
    if (found !== null) return found
  }
  return readEpoch(text)
}

function readByLayout(text: string, layout: string, year: number): ReadDate | null {
  const time = parseTime(layout, text)
  if (time === null || time.isZero()) return null
  return asRead(time.face().year === 0 ? time.addDate(year, 0, 0) : time)
}

/** Seconds since the epoch; a fraction is dropped. */
function readEpoch(text: string): ReadDate | null {
  const whole = text.split('.', 1)[0] ?? ''
  const seconds = /^\+?\d{1,15}$/.test(whole) ? Number(whole) : 0
  return seconds > 0 && seconds <= lastSecond ? asRead(new Time(seconds)) : null
}

function asRead(time: Time): ReadDate | null {
  const text = marshal(time)
  return text === null ? null : { text, time }
}

const zones = new Map<number, Location>([[0, utc]])

/** The zone of an offset. */
export function zoneOf(offsetMinutes: number): Location {
  const known = zones.get(offsetMinutes)
  if (known) return known
  const zone = fixedZone('', offsetMinutes * 60)
  zones.set(offsetMinutes, zone)
  return zone
}

/** RFC 3339 with the shortest fraction; null for years that it cannot write. */
function marshal(time: Time): string | null {
  const { year } = time.face()
  return year < 0 || year > 9999 ? null : time.toJSON()
}
