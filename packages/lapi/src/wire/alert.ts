import type { WireAlert, WireSource } from '@tocsin/model'
import type { Decision } from '../decision/decision.ts'
import type { AlertSource, StoredAlert } from '../store/store.ts'
import { formatUntil, formatSecond } from './time.ts'

/** An alert as it is answered. Empty texts and zeros are left out where the reference leaves them out. */
export function toWireAlert(alert: StoredAlert, now: number): WireAlert {
  const { decisions } = alert
  return {
    ...headOf(alert),
    decisions: decisions.length === 0 ? null : decisions.map((decision) => toWireDecision(decision, now)),
    ...tailOf(alert),
  }
}

/** The text of an alert, its decisions as they come in slices. */
export async function* alertText(
  alert: StoredAlert,
  decisions: AsyncIterable<readonly Decision[]>,
  now: number,
): AsyncGenerator<string, void, undefined> {
  let separator = `${JSON.stringify(headOf(alert)).slice(0, -1)},"decisions":[`
  for await (const slice of decisions) {
    if (slice.length === 0) continue
    yield separator + slice.map((decision) => JSON.stringify(toWireDecision(decision, now))).join()
    separator = ','
  }
  const end = separator === ',' ? ']' : `${separator.slice(0, -1)}null`
  yield `${end},${JSON.stringify(tailOf(alert)).slice(1)}`
}

function toWireDecision(decision: Decision, now: number) {
  return {
    duration: formatUntil(decision.until, now),
    id: decision.id,
    origin: decision.origin,
    scenario: decision.scenario,
    scope: decision.scope,
    simulated: decision.simulated,
    type: decision.type,
    value: decision.value,
  }
}

/** What stands before the decisions … */
function headOf({ capacity, createdAt }: StoredAlert) {
  return { capacity, created_at: formatSecond(createdAt) }
}

/** … and after them. */
function tailOf(alert: StoredAlert) {
  return {
    events: alert.events.length === 0 ? null : [...alert.events],
    events_count: alert.eventsCount,
    id: alert.id,
    ...(alert.kind === '' ? {} : { kind: alert.kind }),
    labels: null,
    leakspeed: alert.leakspeed,
    machine_id: alert.machine ?? 'N/A',
    message: alert.message,
    ...(alert.meta.length === 0 ? {} : { meta: [...alert.meta] }),
    ...(alert.remediation ? { remediation: true } : {}),
    scenario: alert.scenario,
    scenario_hash: alert.scenarioHash,
    scenario_version: alert.scenarioVersion,
    simulated: alert.simulated,
    source: toWireSource(alert.source),
    start_at: formatSecond(alert.startedAt),
    stop_at: formatSecond(alert.stoppedAt),
    uuid: alert.uuid,
  }
}

function toWireSource(source: AlertSource): WireSource {
  return {
    ...(source.asName === '' ? {} : { as_name: source.asName }),
    ...(source.asNumber === '' ? {} : { as_number: source.asNumber }),
    ...(source.country === '' ? {} : { cn: source.country }),
    ...(source.ip === '' ? {} : { ip: source.ip }),
    ...(source.latitude === 0 ? {} : { latitude: shortFloat(source.latitude) }),
    ...(source.longitude === 0 ? {} : { longitude: shortFloat(source.longitude) }),
    ...(source.range === '' ? {} : { range: source.range }),
    scope: source.scope,
    value: source.value,
  }
}

/** The shortest number that is the same in 32 bits: coordinates have no more on the wire. */
function shortFloat(value: number): number {
  const single = Math.fround(value)
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(single.toPrecision(digits))
    if (Math.fround(short) === single) return short
  }
  return Number(single.toPrecision(9))
}
