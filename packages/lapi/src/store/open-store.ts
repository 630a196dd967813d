import { Migrator } from 'kysely'
import { TocsinError } from '@tocsin/model'
import type { Dialect } from './dialect/dialect.ts'
import { openSqlite } from './dialect/sqlite.ts'
import { migrations } from './migration/index.ts'
import { Alerts } from './query/alerts.ts'
import { Allowlists } from './query/allowlists.ts'
import { Bouncers } from './query/bouncers.ts'
import { Decisions } from './query/decisions.ts'
import { Machines } from './query/machines.ts'
import { Metrics } from './query/metrics.ts'
import type { Store } from './store.ts'

export interface StoreOptions {
  /** File of the SQLite database, made where it is missing; `:memory:` keeps nothing. */
  path: string
}

/**
 * Opens the database and brings its schema up to date.
 * Throws LAPI_STATE_NOT_WRITABLE, LAPI_DATABASE_IN_USE, LAPI_DATABASE_UNREADABLE, LAPI_DATABASE_NEWER or
 * LAPI_MIGRATION_FAILED.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const dialect = openSqlite(options.path)
  try {
    await migrate(dialect, options.path)
  } catch (error) {
    await dialect.kysely.destroy()
    throw error
  }
  return {
    machines: new Machines(dialect),
    bouncers: new Bouncers(dialect),
    alerts: new Alerts(dialect),
    decisions: new Decisions(dialect),
    allowlists: new Allowlists(dialect),
    metrics: new Metrics(dialect),
    close: async () => await dialect.kysely.destroy(),
  }
}

async function migrate(dialect: Dialect, path: string): Promise<void> {
  const migrator = new Migrator({
    db: dialect.kysely,
    provider: { getMigrations: async () => await Promise.resolve(migrations) },
  })
  const { error, results = [] } = await migrator.migrateToLatest()
  if (error === undefined) return
  const reason = error instanceof Error ? error.message : JSON.stringify(error)
  if (reason.startsWith('corrupted migrations')) {
    throw new TocsinError(
      'LAPI_DATABASE_NEWER',
      `cannot open the database ${path}: a newer version has changed it (${reason})`,
      { hint: 'run that version again, or restore the database from before the upgrade' },
    )
  }
  const at = results.find(({ status }) => status === 'Error')?.migrationName ?? 'its beginning'
  throw new TocsinError(
    'LAPI_MIGRATION_FAILED',
    `cannot open the database ${path}: its upgrade stopped at "${at}": ${reason}`,
    { cause: error },
  )
}
