import { accessSync, closeSync, constants, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { CompiledQuery, Kysely, sql, SqliteDialect } from 'kysely'
import { TocsinError } from '@tocsin/model'
import type { Tables } from '../schema.ts'
import type { ColumnTypes } from './column-types.ts'
import type { Dialect, Executor, NumberedTable } from './dialect.ts'
import { SqliteActive } from './sqlite-active.ts'
import { SqliteAdapter, sqliteCode } from './sqlite-adapter.ts'

/**
 * SQLite through node:sqlite, one file, one process: the connection keeps the file locked, because the decisions
 * in force live in the memory of the process that owns it. Write-ahead log, and `synchronous=FULL` so that what
 * was acknowledged survives a power cut, not only the death of the process.
 * Throws LAPI_STATE_NOT_WRITABLE, LAPI_DATABASE_IN_USE or LAPI_DATABASE_UNREADABLE.
 */
export function openSqlite(path: string): Dialect {
  if (path !== ':memory:') checkFolder(path)
  const database = open(path)
  const adapter = new SqliteAdapter(database)
  const kysely = new Kysely<Tables>({ dialect: new SqliteDialect({ database: adapter }) })
  const active = new SqliteActive(database)
  return {
    name: 'sqlite',
    kysely,
    columns,
    insertRows: 500,
    insertIds: async (executor, table, rows) => await insertRowByRow(adapter, executor, table, rows),
    stepwise: async (step) =>
      await kysely.connection().execute(async (connection) => {
        // What follows in the log makes all before it durable too.
        await sql`pragma synchronous = normal`.execute(connection)
        try {
          return await connection.transaction().execute(step)
        } finally {
          await sql`pragma synchronous = full`.execute(connection)
        }
      }),
    // In its turn, so that nothing is seen of a transaction under way.
    readActive: async (page) =>
      await kysely.connection().execute(async () => await Promise.resolve(active.read(page))),
    isDuplicate: (error) => sqliteCode(error) === duplicateCode || sqliteCode(error) === primaryKeyCode,
    notices: null,
  }
}

const columns: ColumnTypes = {
  id: 'integer',
  numbered: (column) => column.primaryKey().autoIncrement(),
  reference: 'integer',
  key: 'text',
  text: 'text',
  bytes: 'blob',
  float: 'real',
  tableEnd: undefined,
  longTextIndex: (table, column) =>
    sql`create index ${sql.ref(`${table}_${column}`)} on ${sql.table(table)} (${sql.ref(column)})`,
  isIndexThere: () => false,
}

/** A prepared statement run for each row beats one statement of many rows, which is built and parsed each time. */
async function insertRowByRow(
  adapter: SqliteAdapter,
  executor: Executor,
  table: NumberedTable,
  rows: readonly object[],
): Promise<number[]> {
  const [first] = rows
  if (!first) return []
  const columns = Object.keys(first)
  const names = columns.map((column) => `"${column}"`).join()
  const text = `insert into "${table}" (${names}) values (${columns.map(() => '?').join()})`
  const values = (row: object) => columns.map((column) => (row as Record<string, unknown>)[column])
  // The connection is ours until the transaction ends: nothing has to wait for its turn.
  if (executor.isTransaction) {
    const statement = adapter.prepare(text)
    return rows.map((row) => Number(statement.run(values(row)).lastInsertRowid))
  }
  const ids: number[] = []
  for (const row of rows) {
    const { insertId = 0n } = await executor.executeQuery(CompiledQuery.raw(text, values(row)))
    ids.push(Number(insertId))
  }
  return ids
}

// Extended result codes of SQLite.
const duplicateCode = 2067
const primaryKeyCode = 1555
const busyCode = 5
const corruptCodes = [11, 26]

function checkFolder(path: string): void {
  const folder = dirname(path)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    accessSync(folder, constants.W_OK | constants.X_OK)
  } catch (cause) {
    const who = process.getuid === undefined ? 'this user' : `user ${process.getuid()}`
    throw new TocsinError(
      'LAPI_STATE_NOT_WRITABLE',
      `cannot open the database ${path}: ${who} may not write to the folder ${folder}`,
      { hint: 'run as the owner of that folder, or name another one with the key `state`', cause },
    )
  }
}

function open(path: string): DatabaseSync {
  try {
    // Made before SQLite makes it, and its companions after it, readable for the owner only.
    if (path !== ':memory:') closeSync(openSync(path, 'a', 0o600))
    const database = new DatabaseSync(path, { timeout: 2_000, enableForeignKeyConstraints: true })
    database.exec('pragma locking_mode = exclusive')
    database.exec('pragma journal_mode = wal')
    database.exec('pragma synchronous = full')
    database.exec('pragma journal_size_limit = 67108864')
    database.exec('pragma temp_store = memory')
    // Addresses come in no order: with the usual 2 MB of pages a list of a million reads and writes its indexes a hundred
    // times over.
    database.exec('pragma cache_size = -32768')
    database.exec('pragma wal_autocheckpoint = 8192')
    // Takes the lock now rather than at the first write.
    database.exec('begin immediate; commit')
    return database
  } catch (cause) {
    throw openError(path, cause)
  }
}

function openError(path: string, cause: unknown): TocsinError {
  const code = sqliteCode(cause)
  const what = `cannot open the database ${path}`
  if (code !== undefined && (code & 0xff) === busyCode) {
    const hint = 'stop the other Local API, or give this one another state folder with the key `state`'
    return new TocsinError('LAPI_DATABASE_IN_USE', `${what}: another process holds it`, { hint, cause })
  }
  const reason = cause instanceof Error ? cause.message : String(cause)
  const corrupt = code !== undefined && corruptCodes.includes(code & 0xff)
  const hint = corrupt
    ? 'restore it from a backup, or move it away to begin with an empty one'
    : 'check the permissions of the file and the free space of its disk'
  return new TocsinError('LAPI_DATABASE_UNREADABLE', `${what}: ${reason}`, { hint, cause })
}
