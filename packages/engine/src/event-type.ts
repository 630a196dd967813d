import { structType, structTypeOf, Time, types } from '@tocsin/expr'
import { appsecType, noMatches } from './appsec-type.ts'
import { Event, type Line } from './event.ts'
import { noOverflow, overflowType } from './overflow-type.ts'

const { any, bool, int, map, string, struct, time } = types

/** `evt.Line` of expressions. */
export const lineType = structType('Line', {
  fields: {
    Raw: { type: string, get: 'raw' },
    Src: { type: string, get: 'src' },
    Time: { type: time, get: (line: Line) => Time.fromMs(line.timeMs) },
    Labels: { type: map(string), get: 'labels' },
    Module: { type: string, get: 'module' },
    Process: { type: bool, get: () => true },
  },
})

/** `evt` of expressions. Source: the original's pipeline.Event. */
export const eventType = structType('Event', {
  fields: {
    Type: { type: int, get: (event: Event) => (event.overflow ? 1n : 0n) },
    ExpectMode: { type: int, get: (event: Event) => (event.mode === 'live' ? 0n : 1n) },
    Line: { type: struct(lineType), get: 'line' },
    Parsed: { type: map(string), get: 'parsed' },
    Enriched: { type: map(string), get: 'enriched' },
    Meta: { type: map(string), get: 'meta' },
    Unmarshaled: { type: map(any), get: 'unmarshaled' },
    Time: { type: time, get: 'time' },
    StrTime: { type: string, get: 'strTime' },
    StrTimeFormat: { type: string, get: 'strTimeFormat' },
    MarshaledTime: { type: string, get: 'marshaledTime' },
    Stage: { type: string, get: 'stage' },
    Process: { type: bool, get: 'processed' },
    Whitelisted: { type: bool, get: 'whitelisted' },
    WhitelistReason: { type: string, get: 'whitelistReason' },
    Overflow: { type: struct(overflowType), get: (event: Event) => event.overflow ?? noOverflow },
    Appsec: { type: struct(appsecType), get: () => noMatches },
  },
  methods: {
    GetType: { params: [], result: string, call: (event: Event) => (event.overflow ? 'overflow' : 'log') },
    GetMeta: { params: [string], result: string, call: metaOf },
    SetMeta: {
      params: [string, string],
      result: bool,
      call: (event: Event, key: string, value: string) => {
        event.meta.set(key, value)
        return true
      },
    },
    SetParsed: {
      params: [string, string],
      result: bool,
      call: (event: Event, key: string, value: string) => {
        event.parsed.set(key, value)
        return true
      },
    },
  },
})

Object.defineProperty(Event.prototype, structTypeOf, { value: eventType })

/** A meta of a line; of an overflow, the first that is not empty among the events of its alerts. */
function metaOf(event: Event, key: string): string {
  if (!event.overflow) return event.meta.get(key) ?? ''
  for (const alert of event.overflow.alerts) {
    for (const { meta } of alert.events) {
      const value = meta.find((entry) => entry[0] === key)?.[1] ?? ''
      if (value !== '') return value
    }
  }
  return ''
}
