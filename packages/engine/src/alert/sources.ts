import { formatCidr, parseCidr, parseIp, TocsinError } from '@tocsin/model'
import type { EventView } from '../event.ts'
import { Source } from '../overflow.ts'
import type { Scenario } from '../bucket/scenario.ts'

/**
 * Who the queued events are about, by value, in the order in which they appear. Throws ALERT_WITHOUT_SOURCE where
 * one of them does not say: the whole alert is lost then. Source: the original's leakybucket overflows.
 */
export function sourcesOf(scenario: Scenario, events: readonly EventView[]): Map<string, Source> {
  const sources = new Map<string, Source>()
  let scope: string | null = null
  for (const event of events) {
    for (const source of sourcesOfEvent(scenario, event)) {
      scope ??= source.scope
      if (source.scope !== scope) {
        throw refusal(scenario, `its events have sources of scope ${scope} and ${source.scope}`)
      }
      sources.set(source.value, source)
    }
  }
  return sources
}

function sourcesOfEvent(scenario: Scenario, event: EventView): Source[] {
  if (event.overflow) return sourcesOfOverflow(scenario, event, [...event.overflow.sources.values()])
  const { type } = scenario.scope
  return type === 'Ip' || type === 'Range'
    ? [addressSource(scenario, event)]
    : [customSource(scenario, event)]
}

/** An overflow keeps its sources; where the scenario is about ranges, those of its addresses take their place. */
function sourcesOfOverflow(scenario: Scenario, event: EventView, sources: readonly Source[]): Source[] {
  const { type } = scenario.scope
  return sources.flatMap((source) => {
    if (source.scope === type) return [source]
    if (type !== 'Range' || source.scope !== 'Ip') return []
    const range = new Source('Range', scopeValue(scenario, event, source.range))
    const { asName, asNumber, cn, latitude, longitude } = source
    Object.assign(range, { asName, asNumber, cn, latitude, longitude, range: source.range })
    return range.value === '' ? [] : [range]
  })
}

function addressSource(scenario: Scenario, event: EventView): Source {
  const { type } = scenario.scope
  const ip = event.meta.get('source_ip')
  if (ip === undefined)
    throw refusal(scenario, `scope ${type} needs the meta source_ip, which an event lacks`)
  if (parseIp(ip) === null) throw refusal(scenario, `scope ${type} needs an address, "${ip}" is none`)
  const range = rangeOf(scenario, event)
  const source = new Source(type, type === 'Ip' ? ip : scopeValue(scenario, event, range))
  const { enriched } = event
  source.ip = ip
  source.range = range
  source.asNumber = enriched.get('ASNumber') ?? enriched.get('ASNNumber') ?? ''
  source.asName = enriched.get('ASNOrg') ?? ''
  source.cn = enriched.get('IsoCode') ?? ''
  source.latitude = degrees(enriched.get('Latitude'))
  source.longitude = degrees(enriched.get('Longitude'))
  return source
}

function rangeOf(scenario: Scenario, event: EventView): string {
  const text = event.meta.get('SourceRange') ?? ''
  if (text === '') return ''
  const range = parseCidr(text)
  if (range === null) throw refusal(scenario, `the meta SourceRange is no range: "${text}"`)
  return formatCidr(range)
}

function customSource(scenario: Scenario, event: EventView): Source {
  return new Source(scenario.scope.type, scopeValue(scenario, event, ''))
}

/** The value that the scope's expression gives, empty if it is no text; without an expression, the given one. */
function scopeValue(scenario: Scenario, event: EventView, given: string): string {
  const program = scenario.scope.value
  if (program === null) return given
  let value: unknown
  try {
    value = program.run({ evt: event })
  } catch (error) {
    scenario.failed(error)
    throw refusal(scenario, 'the expression of its scope failed')
  }
  return typeof value === 'string' ? value : ''
}

/** A coordinate with the precision of a 32-bit float; zero where it is no number. */
function degrees(text: string | undefined): number {
  const value = Number(text ?? '')
  return Number.isFinite(value) ? Math.fround(value) : 0
}

function refusal(scenario: Scenario, reason: string): TocsinError {
  return new TocsinError('ALERT_WITHOUT_SOURCE', `cannot raise an alert of ${scenario.name}: ${reason}`)
}
