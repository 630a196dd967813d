import { forever, permanentText } from '../decision/duration.ts'

/** Milliseconds and what is finer, of an RFC 3339 text; null where it is none. */
export interface WireTime {
  readonly ms: number
  /** Digits after the second, up to nine, without trailing zeros. */
  readonly fraction: string
}

const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:[.,](\d+))?([Zz]|[+-]\d\d:\d\d)$/

export function parseTime(text: string): WireTime | null {
  const match = rfc3339.exec(text)
  if (!match) return null
  const [, year, month, day, hour, minute, second, digits = '', zone = 'Z'] = match
  const utc = new Date(0)
  utc.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  utc.setUTCHours(Number(hour), Number(minute), Number(second))
  // A day or an hour that does not exist rolls over into another one.
  const exists = utc.getUTCDate() === Number(day) && utc.getUTCHours() === Number(hour)
  if (!exists || Number(month) > 12 || Number(minute) > 59 || Number(second) > 59) return null
  const offset = zoneMinutes(zone)
  if (offset === null) return null
  const fraction = digits.slice(0, 9).replace(/0+$/, '')
  return { ms: utc.getTime() - offset * 60_000 + Number(fraction.slice(0, 3).padEnd(3, '0')), fraction }
}

function zoneMinutes(zone: string): number | null {
  if (zone === 'Z' || zone === 'z') return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(4))
  if (hours > 23 || minutes > 59) return null
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
}

/** RFC 3339 in UTC, the fraction of the second cut off. */
export function formatSecond(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, -5)}Z`
}

/** RFC 3339 in UTC with milliseconds. */
export function formatMillisecond(ms: number): string {
  return new Date(ms).toISOString()
}

/** The form in which timestamps of events are answered: `2020-10-26 12:52:58.5 +0000 UTC`. Source: Go's time.String. */
export function formatEventTime({ ms, fraction }: WireTime): string {
  const seconds = new Date(ms).toISOString().slice(0, 19).replace('T', ' ')
  return `${seconds}${fraction === '' ? '' : `.${fraction}`} +0000 UTC`
}

/**
 * What remains of a decision that ends at `until`, rounded to the second, as Go writes a duration: `4h0m0s`, `-3s`,
 * `0s`. Of a permanent one a hundred years remain.
 */
export function formatUntil(until: number, now: number): string {
  return until >= forever ? permanentText : formatRemaining(until - now)
}

/** A duration rounded to the second, as Go writes it. */
export function formatRemaining(ms: number): string {
  const sign = ms <= -500 ? '-' : ''
  const seconds = Math.round(Math.abs(ms) / 1000)
  if (seconds < 60) return `${sign}${seconds}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${sign}${minutes}m${seconds % 60}s`
  return `${sign}${Math.floor(minutes / 60)}h${minutes % 60}m${seconds % 60}s`
}
