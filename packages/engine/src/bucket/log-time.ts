/** A point in time as buckets need it: exact, and with the offset that its line wrote. */
export interface LogTime {
  /** Nanoseconds since the epoch. */
  readonly ns: bigint
  readonly offsetMinutes: number
}

const shape = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(?:Z|([+-])(\d\d):(\d\d))$/

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
  const fraction = (match[7] ?? '').slice(0, 9).padEnd(9, '0')
  return { ns: BigInt(wallMs - offsetMinutes * 60_000) * 1_000_000n + BigInt(fraction), offsetMinutes }
}

/** Milliseconds since the epoch as a time in UTC. */
export function logTimeOfMs(ms: number): LogTime {
  return { ns: BigInt(Math.trunc(ms)) * 1_000_000n, offsetMinutes: 0 }
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
  const seconds = floorDivide(time.ns, 1_000_000_000n)
  const date = new Date(Number(seconds) * 1000 + time.offsetMinutes * 60_000)
  return date.toISOString().slice(0, 19).replace('T', separator)
}

function fractionOf(time: LogTime): string {
  const ns = time.ns - floorDivide(time.ns, 1_000_000_000n) * 1_000_000_000n
  return ns === 0n ? '' : `.${ns.toString().padStart(9, '0').replace(/0+$/, '')}`
}

/** `+02:00` or, without separator, `+0200`; the empty string for UTC. */
function zone(time: LogTime, separator: string): string {
  if (time.offsetMinutes === 0) return ''
  const minutes = Math.abs(time.offsetMinutes)
  const two = (value: number) => value.toString().padStart(2, '0')
  return `${time.offsetMinutes < 0 ? '-' : '+'}${two(Math.trunc(minutes / 60))}${separator}${two(minutes % 60)}`
}

function floorDivide(value: bigint, by: bigint): bigint {
  return value >= 0n ? value / by : -((-value + by - 1n) / by)
}
