import type { Generated } from 'kysely'

/**
 * The tables. Times are whole milliseconds since the epoch, flags are 0 or 1, addresses and UUIDs are sixteen
 * bytes (IPv4 in its mapped form), structured extras are JSON text.
 */
export interface Tables {
  machines: MachineTable
  bouncers: BouncerTable
  stream_cursors: StreamCursorTable
  alerts: AlertTable
  alert_details: AlertDetailTable
  staged_alerts: StagedAlertTable
  decisions: DecisionTable
  allowlists: AllowlistTable
  allowlist_items: AllowlistItemTable
  usage_metrics: UsageMetricTable
  audit_log: AuditTable
  notifications: NotificationTable
  changes: ChangeTable
  change_counter: ChangeCounterTable
  database_identity: IdentityTable
}

export interface MachineTable {
  id: Generated<number>
  name: string
  password_hash: string
  auth_type: string
  validated: number
  address: string
  version: string
  scenarios: string
  os: string
  feature_flags: string
  datasources: string
  hub_items: string
  created_at: number
  updated_at: number
  last_push_at: number | null
  last_heartbeat_at: number | null
}

export interface BouncerTable {
  id: Generated<number>
  name: string
  key_hash: string
  auth_type: string
  address: string
  kind: string
  version: string
  os: string
  feature_flags: string
  auto_created: number
  created_at: number
  updated_at: number
  last_pull_at: number | null
}

/** How far each client of a bouncer has read the decision stream. */
interface StreamCursorTable {
  bouncer_id: number
  user_agent: string
  pulled_at: number
}

export interface AlertTable {
  id: Generated<number>
  uuid: Uint8Array
  machine_id: number | null
  kind: string
  scenario: string
  scenario_version: string
  scenario_hash: string
  message: string
  events_count: number
  capacity: number
  leakspeed: string
  simulated: number
  remediation: number
  source_scope: string
  source_value: string
  source_ip: string
  source_range: string
  as_number: string
  as_name: string
  country: string
  latitude: number
  longitude: number
  started_at: number
  stopped_at: number
  created_at: number
}

/** What is only ever read together with its alert, kept apart so that lists and filters stay narrow. */
interface AlertDetailTable {
  alert_id: number
  events: string
  meta: string
}

/** Alerts that are not whole yet. */
interface StagedAlertTable {
  alert_id: number
  at: number
}

export interface DecisionTable {
  id: Generated<number>
  uuid: Uint8Array
  alert_id: number
  origin: string
  scenario: string
  scope: string
  type: string
  value: string
  /** 4, 6, or 0 where the scope is no address. */
  family: number
  first_address: Uint8Array | null
  last_address: Uint8Array | null
  simulated: number
  created_at: number
  until_at: number
}

interface AllowlistTable {
  id: Generated<number>
  name: string
  description: string
  created_at: number
  updated_at: number
}

interface AllowlistItemTable {
  id: Generated<number>
  allowlist_id: number
  value: string
  comment: string
  created_at: number
  /** Null: never. */
  expires_at: number | null
}

interface UsageMetricTable {
  id: Generated<number>
  /** `machine` or `bouncer`. */
  owner_kind: string
  owner_name: string
  received_at: number
  payload: string
}

interface ChangeTable {
  version: number
  at: number
  payload: string
}

/** One row: the number of the last change. */
interface ChangeCounterTable {
  id: number
  version: number
}

/** One row: what tells this database from any other. */
interface IdentityTable {
  id: number
  identity: string
}

interface AuditTable {
  id: Generated<number>
  at: number
  actor: string
  address: string
  action: string
  object: string
  details: string
}

interface NotificationTable {
  id: Generated<number>
  sink: string
  alert_id: number
  created_at: number
  attempts: number
  /** Not before; while a process tells it, when another one may. */
  next_at: number
}
