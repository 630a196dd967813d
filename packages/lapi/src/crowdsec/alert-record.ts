import type { ImportedAlert } from '../wire/import-schema.ts'
import type { AlertParts } from './alert-parts.ts'
import { derivedUuid, plainUuid } from './derived-uuid.ts'
import type { Row } from './row.ts'

/** An alert's row with its parts and decisions. Throws BadRow. */
export function alertOf(row: Row, parts: AlertParts, decisions: ImportedAlert['decisions']): ImportedAlert {
  const created = row.time('created_at') ?? row.time('started_at') ?? '1970-01-01T00:00:00Z'
  const startedAt = row.time('started_at') ?? created
  const identity = [String(row.id), created, row.text('scenario'), row.text('source_value')]
  return {
    uuid: plainUuid(row.text('uuid')) ?? derivedUuid('alert', ...identity),
    created_at: created,
    scenario: row.text('scenario'),
    scenario_version: row.text('scenario_version'),
    scenario_hash: row.text('scenario_hash'),
    message: row.text('message'),
    kind: row.text('kind'),
    events_count: row.whole('events_count'),
    capacity: row.whole('capacity'),
    leakspeed: row.text('leak_speed'),
    simulated: row.flag('simulated'),
    // Versions without the column stored only alerts that asked for it.
    remediation: row.flag('remediation') || decisions.length > 0,
    start_at: startedAt,
    stop_at: row.time('stopped_at') ?? startedAt,
    source: {
      scope: row.text('source_scope'),
      value: row.text('source_value'),
      ip: row.text('source_ip'),
      range: row.text('source_range'),
      as_number: row.text('source_as_number'),
      as_name: row.text('source_as_name'),
      cn: row.text('source_country'),
      latitude: row.number('source_latitude'),
      longitude: row.number('source_longitude'),
    },
    events: parts.events.get(row.id) ?? [],
    meta: parts.meta.get(row.id) ?? [],
    decisions,
  }
}

/** An alert around a decision that has lost its own. */
export function alertFor(decision: ImportedAlert['decisions'][number], row: Row): ImportedAlert {
  const created = row.time('created_at') ?? '1970-01-01T00:00:00Z'
  const { scenario, scope, value, simulated = false } = decision
  return {
    uuid: derivedUuid('decision', String(row.id), created, scope, value),
    created_at: created,
    scenario,
    scenario_version: '',
    scenario_hash: '',
    message: `${decision.type} on ${scope} ${value}, whose alert was deleted`,
    events_count: 0,
    capacity: 0,
    leakspeed: '',
    simulated,
    remediation: true,
    start_at: created,
    stop_at: created,
    source: { scope, value },
    events: [],
    decisions: [decision],
  }
}
