import { CompiledQuery, Kysely, MysqlDialect, type MysqlPoolConnection, sql } from 'kysely'
import mysql, { type Pool, type PoolConnection, type PoolOptions } from 'mysql2'
import { readActivePage } from '../query/active-page.ts'
import type { Tables } from '../schema.ts'
import type { ColumnTypes } from './column-types.ts'
import type { Dialect, Executor, NumberedTable } from './dialect.ts'
import { codeOf, networkCodes, storeError, type StoreFailure } from './failure.ts'
import { InsertTexts } from './insert-text.ts'

const connectTimeoutMs = 5_000
const statementTimeoutMs = 60_000

/**
 * MySQL or MariaDB through `mysql2`, a pool of connections that are made again when the server was away.
 * Throws what the first connection throws.
 */
export async function openMysql(url: string): Promise<Dialect> {
  const pool = mysql.createPool({ ...optionsOf(url), ...fixedOptions })
  const kysely = new Kysely<Tables>({
    dialect: new MysqlDialect({
      pool: {
        getConnection: (callback) => {
          void giveConnection(pool, callback)
        },
        end: (callback) => {
          pool.end(callback)
        },
      },
    }),
  })
  const inserts = new InsertTexts('`', () => '?')
  try {
    const { collation, step } = await serverOf(kysely)
    return {
      name: 'mysql',
      kysely,
      columns: columnTypes(collation),
      insertRows: 500,
      insertIds: async (executor: Executor, table: NumberedTable, rows: readonly object[]) => {
        if (rows.length === 0) return []
        const { text, values } = inserts.statement(table, rows)
        const { insertId = 0n } = await executor.executeQuery(CompiledQuery.raw(text, values))
        // Rows of one statement whose number is known are numbered in a row, whatever others insert meanwhile.
        return rows.map((_, index) => Number(insertId) + index * step)
      },
      stepwise: async (step) => await kysely.transaction().execute(step),
      readActive: async (page) => await readActivePage(kysely, sql<string>`lower(hex(uuid))`, page),
      isDuplicate: (error) => codeOf(error) === 'ER_DUP_ENTRY',
      // Nothing tells other processes: they look by themselves.
      notices: { announce: async () => {}, listen: () => ({ stop: async () => {} }) },
    }
  } catch (error) {
    await kysely.destroy()
    throw error
  }
}

const fixedOptions: PoolOptions = {
  connectionLimit: 10,
  connectTimeout: connectTimeoutMs,
  enableKeepAlive: true,
  charset: 'utf8mb4',
  supportBigNumbers: true,
  // One text is one statement, and values are only ever texts, numbers and bytes.
  multipleStatements: false,
  stringifyObjects: true,
}

/** `mysql://user:password@host:port/database?socket=/path&ssl=true`. */
function optionsOf(url: string): PoolOptions {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url)
  const socketPath = searchParams.get('socket')
  return {
    ...(socketPath === null ? { host: hostname, port: port === '' ? 3306 : Number(port) } : { socketPath }),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
    ...(searchParams.get('ssl') === 'true' ? { ssl: { rejectUnauthorized: true } } : {}),
  }
}

/** The collation that compares texts as they are, blanks at the end included, and the distance between two ids. */
async function serverOf(kysely: Kysely<Tables>): Promise<{ collation: string; step: number }> {
  const { rows } = await sql<{ version: string; step: number }>`
    select version() as version, @@auto_increment_increment as step`.execute(kysely)
  const [{ version, step } = { version: '', step: 1 }] = rows
  return { collation: /mariadb/i.test(version) ? 'utf8mb4_nopad_bin' : 'utf8mb4_0900_bin', step }
}

function columnTypes(collation: string): ColumnTypes {
  return {
    id: 'bigint',
    numbered: (column) => column.primaryKey().autoIncrement(),
    reference: 'bigint',
    key: 'varchar(255)',
    text: sql`longtext`,
    bytes: sql`varbinary(16)`,
    float: 'double precision',
    tableEnd: sql.raw(`engine = innodb character set utf8mb4 collate ${collation}`),
    longTextIndex: (table, column) =>
      sql`create index ${sql.ref(`${table}_${column}`)} on ${sql.table(table)} (${sql.ref(column)}(191))`,
    isIndexThere: (error) => codeOf(error) === 'ER_DUP_KEYNAME',
  }
}

/** Escapes of values depend on the mode; rows that others have just inserted must not lock ours out. */
const sessionSettings = [
  "set session sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', session innodb_lock_wait_timeout = 20",
  'set session transaction isolation level read committed',
]

/** The connections whose session is as it should be. */
const settled = new WeakSet<PoolConnection>()

async function giveConnection(
  pool: Pool,
  callback: (error: unknown, connection: MysqlPoolConnection) => void,
): Promise<void> {
  let connection: PoolConnection
  try {
    connection = await settledConnection(pool)
  } catch (error) {
    callback(storeError(error, failureKind(error)), undefined as unknown as MysqlPoolConnection)
    return
  }
  callback(null, guarded(connection))
}

async function settledConnection(pool: Pool): Promise<PoolConnection> {
  const connection = await new Promise<PoolConnection>((resolve, reject) => {
    pool.getConnection((error, taken) => {
      if (error) reject(error)
      else resolve(taken)
    })
  })
  if (settled.has(connection)) return connection
  try {
    for (const statement of sessionSettings) await run(connection, statement)
  } catch (error) {
    connection.destroy()
    throw error
  }
  settled.add(connection)
  return connection
}

async function run(connection: PoolConnection, statement: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    connection.query({ sql: statement, timeout: statementTimeoutMs }, (error) => {
      if (error) reject(error)
      else resolve()
    })
  })
}

/** Bounds the time of every statement, and gives no connection back of which it is not known what became of it. */
function guarded(connection: PoolConnection): MysqlPoolConnection {
  let broken = false
  const query = (
    text: string,
    values: readonly unknown[],
    callback: (error: unknown, result: unknown) => void,
  ) => {
    const statement = { sql: text, values: values.map(bytesOf), timeout: statementTimeoutMs }
    connection.query(statement, (error, result) => {
      const kind = error ? failureKind(error) : undefined
      broken ||= kind === 'unavailable' && codeOf(error) !== 'ER_LOCK_DEADLOCK'
      callback(error ? storeError(error, kind) : null, result)
    })
  }
  const release = () => {
    if (broken) connection.destroy()
    else connection.release()
  }
  return { query, release } as unknown as MysqlPoolConnection
}

/** The driver writes only its own kind of bytes as bytes. */
function bytesOf(value: unknown): unknown {
  return value instanceof Uint8Array && !Buffer.isBuffer(value)
    ? Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    : value
}

const fullCodes = new Set(['ER_DISK_FULL', 'ER_RECORD_FILE_FULL', 'ER_DISK_FULL_NOWAIT'])
const unavailableCodes = new Set([
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_SEQUENCE_TIMEOUT',
  'ER_SERVER_SHUTDOWN',
  'ER_NORMAL_SHUTDOWN',
  'ER_CONNECTION_KILLED',
  'ER_CON_COUNT_ERROR',
  'ER_TOO_MANY_USER_CONNECTIONS',
  'ER_LOCK_WAIT_TIMEOUT',
  'ER_LOCK_DEADLOCK',
  'ER_QUERY_INTERRUPTED',
  'ER_OPTION_PREVENTS_STATEMENT',
])

function failureKind(error: unknown): StoreFailure | undefined {
  const code = codeOf(error)
  if (fullCodes.has(code)) return 'full'
  if (unavailableCodes.has(code) || networkCodes.has(code)) return 'unavailable'
  const text = error instanceof Error ? error.message : ''
  return /closed state|pool is closed|connection lost|server has gone away/i.test(text)
    ? 'unavailable'
    : undefined
}
