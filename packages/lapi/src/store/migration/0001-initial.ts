import type { Kysely, Migration } from 'kysely'
import {
  addIndex,
  addLongTextIndex,
  type ColumnTypes,
  numberedTable,
  table,
  type TableBuilder,
} from '../dialect/column-types.ts'

type Executor = Kysely<unknown>

/** The schema as it began. */
export function initial(types: ColumnTypes): Migration {
  return {
    async up(database: Executor): Promise<void> {
      await machines(database, types)
      await bouncers(database, types)
      await alerts(database, types)
      await decisions(database, types)
      await allowlists(database, types)
      await usageMetrics(database, types)
    },
  }
}

/** Columns that always hold text, empty where there is nothing to say. */
function texts(types: ColumnTypes, built: TableBuilder, ...names: string[]): TableBuilder {
  return names.reduce(
    (before, name) => before.addColumn(name, types.text, (column) => column.notNull()),
    built,
  )
}

function integers(built: TableBuilder, ...names: string[]): TableBuilder {
  return names.reduce((before, name) => before.addColumn(name, 'bigint', (column) => column.notNull()), built)
}

/** A name that there is once. */
function named(types: ColumnTypes, built: TableBuilder): TableBuilder {
  return built.addColumn('name', types.key, (column) => column.notNull().unique())
}

async function machines(database: Executor, types: ColumnTypes): Promise<void> {
  const described = texts(
    types,
    named(types, numberedTable(database, types, 'machines')),
    'password_hash',
    'auth_type',
    'address',
    'version',
    'scenarios',
    'os',
    'feature_flags',
    'datasources',
    'hub_items',
  )
  await integers(described, 'validated', 'created_at', 'updated_at')
    .addColumn('last_push_at', 'bigint')
    .addColumn('last_heartbeat_at', 'bigint')
    .execute()
}

async function bouncers(database: Executor, types: ColumnTypes): Promise<void> {
  const base = named(types, numberedTable(database, types, 'bouncers'))
    .addColumn('key_hash', types.key, (column) => column.notNull())
    .addColumn('address', types.key, (column) => column.notNull())
  const described = texts(types, base, 'auth_type', 'kind', 'version', 'os', 'feature_flags')
  await integers(described, 'auto_created', 'created_at', 'updated_at')
    .addColumn('last_pull_at', 'bigint')
    .execute()
  await addIndex(database, types, 'bouncers', 'key_hash', 'address')
  await table(database, types, 'stream_cursors')
    .addColumn('bouncer_id', types.reference, (column) => column.notNull())
    .addColumn('user_agent', types.key, (column) => column.notNull())
    .addColumn('pulled_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('stream_cursors_key', ['bouncer_id', 'user_agent'])
    .addForeignKeyConstraint('stream_cursors_bouncer', ['bouncer_id'], 'bouncers', ['id'], (key) =>
      key.onDelete('cascade'),
    )
    .execute()
}

async function alerts(database: Executor, types: ColumnTypes): Promise<void> {
  const base = numberedTable(database, types, 'alerts')
    .addColumn('uuid', types.bytes, (column) => column.notNull().unique())
    .addColumn('machine_id', types.reference)
  const described = texts(
    types,
    base,
    'kind',
    'scenario',
    'scenario_version',
    'scenario_hash',
    'message',
    'leakspeed',
    'source_scope',
    'source_value',
    'source_ip',
    'source_range',
    'as_number',
    'as_name',
    'country',
  )
  const numbers = ['events_count', 'capacity', 'simulated', 'remediation']
  await integers(described, ...numbers, 'started_at', 'stopped_at', 'created_at')
    .addColumn('latitude', types.float, (column) => column.notNull())
    .addColumn('longitude', types.float, (column) => column.notNull())
    .addForeignKeyConstraint('alerts_machine', ['machine_id'], 'machines', ['id'], (key) =>
      key.onDelete('set null'),
    )
    .execute()
  await addIndex(database, types, 'alerts', 'created_at', 'id')
  await addLongTextIndex(database, types, 'alerts', 'source_value')
  await addLongTextIndex(database, types, 'alerts', 'scenario')
  await addIndex(database, types, 'alerts', 'machine_id')
  const details = table(database, types, 'alert_details').addColumn('alert_id', types.reference, (column) =>
    column.primaryKey(),
  )
  await texts(types, details, 'events', 'meta')
    .addForeignKeyConstraint('alert_details_alert', ['alert_id'], 'alerts', ['id'], (key) =>
      key.onDelete('cascade'),
    )
    .execute()
}

async function decisions(database: Executor, types: ColumnTypes): Promise<void> {
  const base = numberedTable(database, types, 'decisions')
    .addColumn('uuid', types.bytes, (column) => column.notNull())
    .addColumn('alert_id', types.reference, (column) => column.notNull())
    .addColumn('first_address', types.bytes)
    .addColumn('last_address', types.bytes)
  const described = texts(types, base, 'origin', 'scenario', 'scope', 'type', 'value')
  await integers(described, 'family', 'simulated', 'created_at', 'until_at')
    .addForeignKeyConstraint('decisions_alert', ['alert_id'], 'alerts', ['id'], (key) =>
      key.onDelete('cascade'),
    )
    .execute()
  await addIndex(database, types, 'decisions', 'alert_id')
  await addIndex(database, types, 'decisions', 'until_at')
  await addLongTextIndex(database, types, 'decisions', 'value')
  await addIndex(database, types, 'decisions', 'first_address')
}

async function allowlists(database: Executor, types: ColumnTypes): Promise<void> {
  const base = named(types, numberedTable(database, types, 'allowlists'))
  await integers(texts(types, base, 'description'), 'created_at', 'updated_at').execute()
  const items = numberedTable(database, types, 'allowlist_items')
    .addColumn('allowlist_id', types.reference, (column) => column.notNull())
    .addColumn('value', types.key, (column) => column.notNull())
  await integers(texts(types, items, 'comment'), 'created_at')
    .addColumn('expires_at', 'bigint')
    .addUniqueConstraint('allowlist_items_value', ['allowlist_id', 'value'])
    .addForeignKeyConstraint('allowlist_items_list', ['allowlist_id'], 'allowlists', ['id'], (key) =>
      key.onDelete('cascade'),
    )
    .execute()
}

async function usageMetrics(database: Executor, types: ColumnTypes): Promise<void> {
  const base = numberedTable(database, types, 'usage_metrics')
  await integers(texts(types, base, 'owner_kind', 'owner_name', 'payload'), 'received_at').execute()
  await addIndex(database, types, 'usage_metrics', 'received_at')
}
