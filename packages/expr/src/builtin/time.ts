import { parseGoDuration } from '@tocsin/model'
import { Duration } from '../go/duration.ts'
import { parseTime } from '../go/layout-parse.ts'
import { loadLocation, type Location } from '../go/location.ts'
import { Time, Zone } from '../go/time.ts'
import { asString } from '../runtime/convert.ts'
import { types } from '../type/type.ts'
import type { Value } from '../value.ts'
import { ArgumentError, type Builtin } from './builtin.ts'

const here = -1

const layouts = [
  '2006-01-02',
  '15:04:05',
  '2006-01-02 15:04:05',
  '2006-01-02T15:04:05Z07:00',
  '02 Jan 06 15:04 MST',
  'Monday, 02-Jan-06 15:04:05 MST',
  'Mon, 02 Jan 2006 15:04:05 MST',
]

function zoneOf(name: string): Location {
  const location = loadLocation(name)
  if (!location) throw new ArgumentError(`there is no time zone ${JSON.stringify(name)}`)
  return location
}

/** `date(text)`, `date(text, layout)`, `date(text, layout, zone)`, each also with a location before the text. */
function date(args: readonly Value[]): Time {
  const [first] = args
  const location = first instanceof Zone ? first.location : undefined
  const rest = location ? args.slice(1) : args
  const [text = '', layout = '', zone = ''] = rest.map((arg) => asString(arg, here))
  if (rest.length === 0) throw new ArgumentError('"date" takes a text')
  const named = rest.length === 3 ? zoneOf(zone) : location
  const tried = rest.length === 1 ? layouts : [layout]
  for (const candidate of tried) {
    const time = parseTime(candidate, text, named)
    if (time) return time
  }
  throw new ArgumentError(`${JSON.stringify(text)} is no date`)
}

function now(args: readonly Value[]): Time {
  const [zone] = args
  const time = Time.fromMs(Date.now())
  return zone instanceof Zone ? time.in(zone.location) : time
}

/** Builtins on times. */
export const timeBuiltins: readonly Builtin[] = [
  {
    name: 'now',
    check: (args) => {
      if (args.length === 0 || (args.length === 1 && args[0]?.kind === 'location')) return types.time
      throw new ArgumentError('"now" takes nothing, or a location')
    },
    call: (...args) => now(args),
  },
  {
    name: 'duration',
    overloads: [types.func([types.string], types.duration)],
    call: (value) => {
      const text = asString(value ?? null, here)
      const ns = parseGoDuration(text)
      if (ns === null) throw new ArgumentError(`${JSON.stringify(text)} is no duration`)
      return new Duration(ns)
    },
  },
  {
    name: 'date',
    check: (args) => {
      if (args.length === 0) throw new ArgumentError('"date" takes at least 1 argument')
      const rest = args[0]?.kind === 'location' ? args.slice(1) : args
      if (rest.length > 3) throw new ArgumentError(`"date" takes at most 3 arguments, not ${rest.length}`)
      return types.time
    },
    call: (...args) => date(args),
  },
  {
    name: 'timezone',
    overloads: [types.func([types.string], types.location)],
    call: (name) => new Zone(zoneOf(asString(name ?? null, here))),
  },
]
