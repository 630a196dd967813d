import { type CreateTableBuilder, type Kysely, type Migration, sql } from 'kysely'

type Executor = Kysely<unknown>
type TableBuilder = CreateTableBuilder<string, string>

/** The schema as it began. */
export const initial: Migration = {
  async up(database: Executor): Promise<void> {
    await machines(database)
    await bouncers(database)
    await alerts(database)
    await decisions(database)
    await allowlists(database)
    await usageMetrics(database)
  },
}

function withId(table: TableBuilder): TableBuilder {
  return table.addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
}

/** Columns that always hold text, empty where there is nothing to say. */
function texts(table: TableBuilder, ...names: string[]): TableBuilder {
  return names.reduce((built, name) => built.addColumn(name, 'text', (column) => column.notNull()), table)
}

function integers(table: TableBuilder, ...names: string[]): TableBuilder {
  return names.reduce((built, name) => built.addColumn(name, 'bigint', (column) => column.notNull()), table)
}

async function machines(database: Executor): Promise<void> {
  const base = withId(database.schema.createTable('machines')).addColumn('name', 'text', (column) =>
    column.notNull().unique(),
  )
  const described = texts(
    base,
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

async function bouncers(database: Executor): Promise<void> {
  const base = withId(database.schema.createTable('bouncers')).addColumn('name', 'text', (column) =>
    column.notNull().unique(),
  )
  const described = texts(base, 'key_hash', 'auth_type', 'address', 'kind', 'version', 'os', 'feature_flags')
  await integers(described, 'auto_created', 'created_at', 'updated_at')
    .addColumn('last_pull_at', 'bigint')
    .execute()
  await database.schema.createIndex('bouncers_key').on('bouncers').columns(['key_hash', 'address']).execute()
  await database.schema
    .createTable('stream_cursors')
    .addColumn('bouncer_id', 'integer', (column) =>
      column.notNull().references('bouncers.id').onDelete('cascade'),
    )
    .addColumn('user_agent', 'text', (column) => column.notNull())
    .addColumn('pulled_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('stream_cursors_key', ['bouncer_id', 'user_agent'])
    .execute()
}

async function alerts(database: Executor): Promise<void> {
  const base = withId(database.schema.createTable('alerts'))
    .addColumn('uuid', 'blob', (column) => column.notNull().unique())
    .addColumn('machine_id', 'integer', (column) => column.references('machines.id').onDelete('set null'))
  const described = texts(
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
  await integers(
    described,
    'events_count',
    'capacity',
    'simulated',
    'remediation',
    'started_at',
    'stopped_at',
    'created_at',
  )
    .addColumn('latitude', 'real', (column) => column.notNull())
    .addColumn('longitude', 'real', (column) => column.notNull())
    .execute()
  await index(database, 'alerts', 'created_at', 'id')
  await index(database, 'alerts', 'source_value')
  await index(database, 'alerts', 'scenario')
  await index(database, 'alerts', 'machine_id')
  await texts(
    database.schema
      .createTable('alert_details')
      .addColumn('alert_id', 'integer', (column) =>
        column.primaryKey().references('alerts.id').onDelete('cascade'),
      ),
    'events',
    'meta',
  ).execute()
}

async function decisions(database: Executor): Promise<void> {
  const base = withId(database.schema.createTable('decisions'))
    .addColumn('uuid', 'blob', (column) => column.notNull())
    .addColumn('alert_id', 'integer', (column) =>
      column.notNull().references('alerts.id').onDelete('cascade'),
    )
    .addColumn('first_address', 'blob')
    .addColumn('last_address', 'blob')
  const described = texts(base, 'origin', 'scenario', 'scope', 'type', 'value')
  await integers(described, 'family', 'simulated', 'created_at', 'until_at').execute()
  await index(database, 'decisions', 'alert_id')
  await index(database, 'decisions', 'until_at')
  await index(database, 'decisions', 'value', 'until_at')
  await index(database, 'decisions', 'first_address')
}

async function allowlists(database: Executor): Promise<void> {
  const base = withId(database.schema.createTable('allowlists')).addColumn('name', 'text', (column) =>
    column.notNull().unique(),
  )
  await integers(texts(base, 'description'), 'created_at', 'updated_at').execute()
  const items = withId(database.schema.createTable('allowlist_items')).addColumn(
    'allowlist_id',
    'integer',
    (column) => column.notNull().references('allowlists.id').onDelete('cascade'),
  )
  await integers(texts(items, 'value', 'comment'), 'created_at')
    .addColumn('expires_at', 'bigint')
    .addUniqueConstraint('allowlist_items_value', ['allowlist_id', 'value'])
    .execute()
}

async function usageMetrics(database: Executor): Promise<void> {
  const base = withId(database.schema.createTable('usage_metrics'))
  await integers(texts(base, 'owner_kind', 'owner_name', 'payload'), 'received_at').execute()
  await index(database, 'usage_metrics', 'received_at')
}

async function index(database: Executor, table: string, ...columns: string[]): Promise<void> {
  await sql`create index ${sql.ref(`${table}_${columns.join('_')}`)} on ${sql.table(table)} (${sql.join(
    columns.map((column) => sql.ref(column)),
  )})`.execute(database)
}
