/** A time zone: what the clocks there show at an instant. Source: Go's time.Location. */
export interface Location {
  readonly name: string
  /** Seconds east of UTC and the zone's short name at an instant, in Unix seconds. */
  at(unixSeconds: number): { offset: number; abbreviation: string }
}

const zero = { offset: 0, abbreviation: 'UTC' }

export const utc: Location = { name: 'UTC', at: () => zero }

/** A zone that is always the same distance from UTC. */
export function fixedZone(name: string, offset: number): Location {
  const entry = { offset, abbreviation: name }
  return { name, at: () => entry }
}

const loaded = new Map<string, Location | null>()
const maxLoaded = 1_000

/** A zone of the IANA database by its name; null where there is none. '' and 'UTC' are UTC. */
export function loadLocation(name: string): Location | null {
  if (name === '' || name === 'UTC') return utc
  const known = loaded.get(name)
  if (known !== undefined) return known
  const location = namedZone(name)
  if (loaded.size >= maxLoaded) loaded.clear()
  loaded.set(name, location)
  return location
}

function namedZone(name: string): Location | null {
  // Names are paths in the database: offsets such as "+01:00", which Intl takes as well, are not among them.
  if (name !== 'Local' && !/^[A-Za-z][A-Za-z0-9_+/-]*$/.test(name)) return null
  const timeZone = name === 'Local' ? undefined : name
  let wall: Intl.DateTimeFormat
  try {
    wall = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  } catch {
    return null
  }
  // The form that no locale spells out, such as GMT+1, is the last resort.
  const shorts = ['en-US', 'en-GB', 'en-AU'].map(
    (locale) => new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'short' }),
  )
  return {
    name,
    at(unixSeconds) {
      const ms = unixSeconds * 1000
      return { offset: wallSeconds(wall, ms) - unixSeconds, abbreviation: shortName(shorts, ms) }
    },
  }
}

function wallSeconds(wall: Intl.DateTimeFormat, ms: number): number {
  const parts: Record<string, string> = {}
  for (const { type, value } of wall.formatToParts(ms)) parts[type] = value
  const year = parts.era === 'BC' ? 1 - Number(parts.year) : Number(parts.year)
  const date = new Date(0)
  date.setUTCFullYear(year, Number(parts.month) - 1, Number(parts.day))
  date.setUTCHours(Number(parts.hour), Number(parts.minute), Number(parts.second))
  return Math.floor(date.getTime() / 1000)
}

function shortName(formats: readonly Intl.DateTimeFormat[], ms: number): string {
  let name = ''
  for (const format of formats) {
    name = format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? ''
    if (!/^(?:GMT|UTC)[+-]/.test(name)) return name
  }
  return name.replace(/^(?:GMT|UTC)/, '')
}
