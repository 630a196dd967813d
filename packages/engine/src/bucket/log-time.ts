/** A point in time as buckets need it: exact, and with the offset that its line wrote. */
export interface LogTime {
  /** Whole seconds since the epoch. */
  readonly seconds: number
  /** From 0 to 999,999,999. */
  readonly nanoseconds: number
  readonly offsetMinutes: number
}

/** Nanoseconds from one time to another, exact up to a hundred days and to 16 digits beyond. */
export function elapsedNs(from: LogTime, to: LogTime): number {
  return (to.seconds - from.seconds) * 1e9 + (to.nanoseconds - from.nanoseconds)
}

/** The same, exact whatever the distance. */
export function exactlyElapsedNs(from: LogTime, to: LogTime): bigint {
  return BigInt(to.seconds - from.seconds) * 1_000_000_000n + BigInt(to.nanoseconds - from.nanoseconds)
}

/** Milliseconds since the epoch, with a fraction that is right to a microsecond. */
export function msOf({ seconds, nanoseconds }: LogTime): number {
  return seconds * 1000 + nanoseconds / 1e6
}

const shape = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(?:Z|([+-])(\d\d):(\d\d))$/

/** Reads the times of lines, of which many in a row have the same. */
export class LogTimeReader {
  #text = ''
  #time: LogTime | null = null

  /** As parseLogTime. */
  read(text: string): LogTime | null {
    if (text !== this.#text) {
      this.#time = parseLogTime(text)
      this.#text = text
    }
    return this.#time
  }
}

/** The time of RFC 3339 text; null for anything else, days that do not exist included. */
export function parseLogTime(text: string): LogTime | null {
  const match = shape.exec(text)
  if (match === null) return null
  const field = (at: number) => Number(match[at] ?? '0')
  const [hour, minute, second] = [field(4), field(5), field(6)]
  const [zoneHours, zoneMinutes] = [field(9), field(10)]
  if (hour > 23 || minute > 59 || second > 59 || zoneHours > 23 || zoneMinutes > 59) return null
  const days = new Date(0)
  days.setUTCFullYear(field(1), field(2) - 1, field(3))
  if (days.getUTCMonth() !== field(2) - 1 || days.getUTCDate() !== field(3)) return null
  const offsetMinutes = (match[8] === '-' ? -1 : 1) * (zoneHours * 60 + zoneMinutes)
  const wallMs = days.getTime() + ((hour * 60 + minute) * 60 + second) * 1000
  const nanoseconds = Number((match[7] ?? '').slice(0, 9).padEnd(9, '0'))
  return { seconds: wallMs / 1000 - offsetMinutes * 60, nanoseconds, offsetMinutes }
}

/** Milliseconds since the epoch, a fraction cut off, as a time in UTC. */
export function logTimeOfMs(ms: number): LogTime {
  const whole = Math.trunc(ms)
  const seconds = Math.floor(whole / 1000)
  return { seconds, nanoseconds: (whole - seconds * 1000) * 1_000_000, offsetMinutes: 0 }
}

/** RFC 3339 with the shortest fraction, `Z` for UTC: what events carry. Years stay within 0 to 9999. */
export function formatLogTime(time: LogTime): string {
  return `${wallClock(time, 'T')}${fractionOf(time)}${zone(time, ':') || 'Z'}`
}

/** RFC 3339 cut to whole seconds: the start and the end of alerts. */
export function formatLogTimeSeconds(time: LogTime): string {
  return `${wallClock(time, 'T')}${zone(time, ':') || 'Z'}`
}

/** The text of messages, `2026-03-14 09:06:25.5 +0000 UTC`. Source: Go's time.Time.String. */
export function formatGoTime(time: LogTime): string {
  const offset = zone(time, '')
  return `${wallClock(time, ' ')}${fractionOf(time)} ${offset === '' ? '+0000 UTC' : `${offset} ${offset}`}`
}

function wallClock(time: LogTime, separator: string): string {
  const date = new Date(time.seconds * 1000 + time.offsetMinutes * 60_000)
  return date.toISOString().slice(0, 19).replace('T', separator)
}

function fractionOf({ nanoseconds }: LogTime): string {
  return nanoseconds === 0 ? '' : `.${nanoseconds.toString().padStart(9, '0').replace(/0+$/, '')}`
}

/** `+02:00` or, without separator, `+0200`; the empty string for UTC. */
function zone(time: LogTime, separator: string): string {
  if (time.offsetMinutes === 0) return ''
  const minutes = Math.abs(time.offsetMinutes)
  const two = (value: number) => value.toString().padStart(2, '0')
  return `${time.offsetMinutes < 0 ? '-' : '+'}${two(Math.trunc(minutes / 60))}${separator}${two(minutes % 60)}`
}
