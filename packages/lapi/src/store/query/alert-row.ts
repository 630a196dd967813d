import type { Insertable, Selectable } from 'kysely'
import type { WireEvent, WireMeta } from '@tocsin/model'
import type { Decision } from '../../decision/decision.ts'
import type { AlertTable, Tables } from '../schema.ts'
import type { NewAlert, StoredAlert } from '../store.ts'
import { fromJson, uuidFromBytes, uuidToBytes } from './column.ts'

/** An alert with what stands in other tables. */
export type JoinedRow = Selectable<AlertTable> & { machine: string | null; events: string; meta: string }

/** The columns of a new alert. */
export function toAlertRow(alert: NewAlert, machineId: number | null): Insertable<Tables['alerts']> {
  const { source } = alert
  return {
    uuid: uuidToBytes(alert.uuid),
    machine_id: machineId,
    kind: alert.kind,
    scenario: alert.scenario,
    scenario_version: alert.scenarioVersion,
    scenario_hash: alert.scenarioHash,
    message: alert.message,
    events_count: alert.eventsCount,
    capacity: alert.capacity,
    leakspeed: alert.leakspeed,
    simulated: alert.simulated ? 1 : 0,
    remediation: alert.remediation ? 1 : 0,
    source_scope: source.scope,
    source_value: source.value,
    source_ip: source.ip,
    source_range: source.range,
    as_number: source.asNumber,
    as_name: source.asName,
    country: source.country,
    latitude: source.latitude,
    longitude: source.longitude,
    started_at: alert.startedAt,
    stopped_at: alert.stoppedAt,
    created_at: alert.createdAt,
  }
}

/** An alert as it was stored. */
export function toAlert(row: JoinedRow, decisions: readonly Decision[]): StoredAlert {
  return {
    id: row.id,
    uuid: uuidFromBytes(row.uuid),
    machine: row.machine,
    kind: row.kind,
    scenario: row.scenario,
    scenarioVersion: row.scenario_version,
    scenarioHash: row.scenario_hash,
    message: row.message,
    eventsCount: row.events_count,
    capacity: row.capacity,
    leakspeed: row.leakspeed,
    simulated: row.simulated === 1,
    remediation: row.remediation === 1,
    source: {
      scope: row.source_scope,
      value: row.source_value,
      ip: row.source_ip,
      range: row.source_range,
      asNumber: row.as_number,
      asName: row.as_name,
      country: row.country,
      latitude: row.latitude,
      longitude: row.longitude,
    },
    startedAt: row.started_at,
    stoppedAt: row.stopped_at,
    createdAt: row.created_at,
    events: fromJson(row.events) as WireEvent[],
    meta: fromJson(row.meta) as WireMeta[],
    decisions,
  }
}
