import { Migrator } from 'kysely'
import { TocsinError } from '@tocsin/model'
import type { Dialect } from './dialect/dialect.ts'
import { openMysql } from './dialect/mysql.ts'
import { openPostgresql } from './dialect/postgresql.ts'
import { openSqlite } from './dialect/sqlite.ts'
import { migrations } from './migration/index.ts'
import { Alerts } from './query/alerts.ts'
import { Allowlists } from './query/allowlists.ts'
import { Audit } from './query/audit.ts'
import { Bouncers } from './query/bouncers.ts'
import { Changes } from './query/changes.ts'
import { Decisions } from './query/decisions.ts'
import { Machines } from './query/machines.ts'
import { Metrics } from './query/metrics.ts'
import { Notifications } from './query/notifications.ts'
import type { Store } from './store.ts'

/** Where the database is: one of the two. */
export interface StoreOptions {
  /** File of the SQLite database, made where it is missing; `:memory:` keeps nothing. */
  readonly path?: string
  /** `postgres://USER:PASSWORD@HOST:PORT/DATABASE`, the same with `mysql://`, or `sqlite:PATH`. */
  readonly url?: string
}

/**
 * Opens the database and brings its schema up to date. Throws LAPI_BAD_DATABASE_URL, LAPI_STATE_NOT_WRITABLE,
 * LAPI_DATABASE_IN_USE, LAPI_DATABASE_UNREADABLE, LAPI_DATABASE_NEWER or LAPI_MIGRATION_FAILED.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const name = placeOf(options)
  const dialect = await openDialect(options, name)
  let identity: string
  try {
    await migrate(dialect, name)
    identity = await identityOf(dialect, name)
  } catch (error) {
    await dialect.kysely.destroy()
    throw error
  }
  const changes = new Changes(dialect)
  return {
    database: dialect.name,
    identity,
    machines: new Machines(dialect, changes),
    bouncers: new Bouncers(dialect, changes),
    alerts: new Alerts(dialect, changes),
    decisions: new Decisions(dialect, changes),
    allowlists: new Allowlists(dialect, changes),
    metrics: new Metrics(dialect),
    audit: new Audit(dialect),
    notifications: new Notifications(dialect),
    changes: changes.areKept ? changes : null,
    close: async () => await dialect.kysely.destroy(),
  }
}

async function openDialect({ path, url }: StoreOptions, name: string): Promise<Dialect> {
  if (path !== undefined) return openSqlite(path)
  const scheme = /^([a-z]+):/.exec(url ?? '')?.[1] ?? ''
  if (url !== undefined && scheme === 'sqlite') return openSqlite(url.replace(/^sqlite:(?:\/\/)?/, ''))
  const isServer = ['postgres', 'postgresql', 'mysql', 'mariadb'].includes(scheme)
  if (url === undefined || !isServer || !URL.canParse(url)) {
    throw new TocsinError('LAPI_BAD_DATABASE_URL', `cannot open the database ${name}: it is no URL of one`, {
      hint: 'write postgres://USER:PASSWORD@HOST/DATABASE, mysql://USER:PASSWORD@HOST/DATABASE or sqlite:PATH',
    })
  }
  if (scheme.startsWith('postgres')) return openPostgresql(url)
  try {
    return await openMysql(url)
  } catch (cause) {
    throw unreadable(name, cause)
  }
}

/** How the database is named to people: without what is secret. */
function placeOf({ path, url = '' }: StoreOptions): string {
  if (path !== undefined) return path
  if (!URL.canParse(url)) return url.replace(/:[^:@/]*@/, ':…@')
  const { protocol, host, pathname } = new URL(url)
  return host === '' ? `${protocol}${pathname}` : `${protocol}//${host}${pathname}`
}

async function migrate(dialect: Dialect, name: string): Promise<void> {
  const known = migrations(dialect.columns)
  const migrator = new Migrator({
    db: dialect.kysely,
    provider: { getMigrations: async () => await Promise.resolve(known) },
  })
  const { error, results = [] } = await migrator.migrateToLatest()
  if (error === undefined) return
  const reason = error instanceof Error ? error.message : JSON.stringify(error)
  if (reason.startsWith('corrupted migrations')) {
    throw new TocsinError(
      'LAPI_DATABASE_NEWER',
      `cannot open the database ${name}: a newer version has changed it (${reason})`,
      { hint: 'run that version again, or restore the database from before the upgrade' },
    )
  }
  const at = results.find(({ status }) => status === 'Error')?.migrationName
  if (at === undefined) throw unreadable(name, error)
  throw new TocsinError(
    'LAPI_MIGRATION_FAILED',
    `cannot open the database ${name}: its upgrade stopped at "${at}": ${reason}`,
    { cause: error },
  )
}

async function identityOf({ kysely }: Dialect, name: string): Promise<string> {
  const row = await kysely.selectFrom('database_identity').select('identity').executeTakeFirst()
  if (row) return row.identity
  throw unreadable(name, new Error('its table database_identity is empty'))
}

function unreadable(name: string, cause: unknown): TocsinError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new TocsinError('LAPI_DATABASE_UNREADABLE', `cannot open the database ${name}: ${reason}`, {
    hint: 'check that it runs, that the address is right, and that its user may create tables in it',
    cause,
  })
}
