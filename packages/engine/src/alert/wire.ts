import type { WireAlert, WireSource } from '@tocsin/model'
import type { Alert, Source } from '../overflow.ts'

/** An alert as an agent posts it to /v1/alerts: no decisions, events in full. */
export function toWireAlert(alert: Alert): WireAlert {
  return {
    scenario: alert.scenario,
    scenario_hash: alert.scenarioHash,
    scenario_version: alert.scenarioVersion,
    message: alert.message,
    events_count: alert.eventsCount,
    start_at: alert.startAt,
    stop_at: alert.stopAt,
    capacity: alert.capacity,
    leakspeed: alert.leakspeed,
    simulated: alert.simulated,
    remediation: alert.remediation,
    kind: alert.kind,
    events: alert.events.map(({ timestamp, meta }) => ({
      timestamp,
      meta: meta.map(([key, value]) => ({ key, value })),
    })),
    meta: alert.meta.map(({ key, value }) => ({ key, value })),
    source: wireSource(alert.source),
  }
}

function wireSource(source: Source): WireSource {
  const { scope, value, ip, range, asNumber, asName, cn, latitude, longitude } = source
  return {
    scope,
    value,
    ...(ip === '' ? {} : { ip }),
    ...(range === '' ? {} : { range }),
    ...(asNumber === '' ? {} : { as_number: asNumber }),
    ...(asName === '' ? {} : { as_name: asName }),
    ...(cn === '' ? {} : { cn }),
    ...(latitude === 0 ? {} : { latitude }),
    ...(longitude === 0 ? {} : { longitude }),
  }
}
