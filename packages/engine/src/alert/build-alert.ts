import { formatDuration } from '@tocsin/model'
import type { Bucket } from '../bucket/bucket.ts'
import { exactlyElapsedNs, formatGoTime, formatLogTimeSeconds, type LogTime } from '../bucket/log-time.ts'
import type { EventView } from '../event.ts'
import type { Alert, AlertEvent, Overflow, Source } from '../overflow.ts'
import type { Contexts } from './context.ts'
import { sourcesOf } from './sources.ts'

/**
 * The verdict of a bucket that overflowed at a time: its sources and one alert for each, in the order in which
 * they appear in its events. Throws ALERT_WITHOUT_SOURCE where an event does not say who it is about.
 */
export function buildOverflow(bucket: Bucket, at: LogTime, contexts: Contexts): Overflow {
  const { scenario } = bucket
  const { events } = bucket.queue
  const sources = sourcesOf(scenario, events)
  const first = sources.values().next().value
  const common = first === undefined ? null : commonAlert(bucket, at, sources, contexts)
  return {
    partition: scenario.partitionOf(bucket.group),
    scenario: scenario.name,
    whitelisted: false,
    reprocess: scenario.reprocess,
    sources,
    alerts: common === null ? [] : [...sources.values()].map((source) => ({ ...common, source })),
  }
}

type CommonAlert = Omit<Alert, 'source'>

function commonAlert(
  bucket: Bucket,
  at: LogTime,
  sources: ReadonlyMap<string, Source>,
  contexts: Contexts,
): CommonAlert {
  const { scenario } = bucket
  return {
    scenario: scenario.name,
    scenarioHash: scenario.item.hash,
    scenarioVersion: scenario.item.version,
    message: messageOf(bucket, at, sources),
    eventsCount: bucket.poured,
    capacity: scenario.capacity,
    leakspeed: formatDuration(BigInt(scenario.leakNs)),
    startAt: formatLogTimeSeconds(bucket.first ?? at),
    stopAt: formatLogTimeSeconds(at),
    simulated: scenario.simulated,
    remediation: scenario.remediation,
    kind: 'crowdsec',
    events: bucket.queue.events.map(alertEvent),
    meta: contexts.valuesOf(bucket.queue.events),
  }
}

function messageOf(bucket: Bucket, at: LogTime, sources: ReadonlyMap<string, Source>): string {
  const [only] = sources.values()
  const who = sources.size === 1 ? (only?.value ?? '') : `${sources.size} sources`
  const span = formatDuration(exactlyElapsedNs(bucket.first ?? at, at))
  const last = formatGoTime(bucket.last ?? at)
  const what = `'${bucket.scenario.name}' (${bucket.poured} events over ${span})`
  return `${only?.scope ?? ''} ${who} performed ${what} at ${last}`
}

function alertEvent(event: EventView): AlertEvent {
  return {
    timestamp: event.marshaledTime === '' ? event.time.toJSON() : event.marshaledTime,
    meta: [...event.meta].sort(byKey),
  }
}

/** By code unit; keys are ASCII in practice, where this is the order of bytes. */
function byKey(a: readonly [string, string], b: readonly [string, string]): number {
  return a[0] < b[0] ? -1 : 1
}
