import { CompiledQuery, Kysely, PostgresDialect, type PostgresPoolClient, sql } from 'kysely'
import pg from 'pg'
import { readActivePage } from '../query/active-page.ts'
import type { Tables } from '../schema.ts'
import type { ColumnTypes } from './column-types.ts'
import type { Dialect, Executor, NumberedTable } from './dialect.ts'
import { codeOf, inOurWords, networkCodes, type StoreFailure } from './failure.ts'
import { InsertTexts } from './insert-text.ts'
import { PostgresNotices } from './postgresql-notices.ts'

/** How long a connection may take, and a statement. */
const connectTimeoutMs = 5_000
const statementTimeoutMs = 60_000

/**
 * PostgreSQL through `pg`, a pool of connections that are made again when the server was away. Several processes
 * may share one database.
 */
export function openPostgresql(url: string): Dialect {
  const settings = { connectionString: url, application_name: 'tocsin', types, keepAlive: true }
  const pool = new pg.Pool({
    ...settings,
    max: 10,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs + connectTimeoutMs,
  })
  // A connection that ends while nobody uses it is replaced with the next use.
  pool.on('error', () => {})
  // And one that ends while it is in use fails its statement; nobody else needs to hear of it.
  pool.on('connect', (client) => void client.on('error', () => {}))
  const dialect = new PostgresDialect({
    pool: { connect: async () => await connect(pool), end: async () => await pool.end() },
  })
  const inserts = new InsertTexts('"', (number) => `$${number}`)
  const kysely = new Kysely<Tables>({ dialect })
  return {
    name: 'postgresql',
    kysely,
    columns,
    insertRows: 500,
    insertIds: async (executor: Executor, table: NumberedTable, rows: readonly object[]) => {
      if (rows.length === 0) return []
      const { text, values } = inserts.statement(table, rows)
      const result = await executor.executeQuery<{ id: number }>(
        CompiledQuery.raw(`${text} returning id`, values),
      )
      return result.rows.map(({ id }) => id)
    },
    stepwise: async (step) =>
      await kysely.transaction().execute(async (transaction) => {
        await sql`set local synchronous_commit = off`.execute(transaction)
        return await step(transaction)
      }),
    readActive: async (page) => await readActivePage(kysely, sql<string>`encode(uuid, 'hex')`, page),
    isDuplicate: (error) => codeOf(error) === '23505',
    notices: new PostgresNotices({ ...settings, connectionTimeoutMillis: connectTimeoutMs }),
  }
}

/** The type of whole numbers of eight bytes. */
const int8: number = 20

/** Whole numbers fit: they are milliseconds, counts and ids. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (id: number, format?: 'text' | 'binary') =>
    id === int8
      ? (text: string) => Number(text)
      : (pg.types.getTypeParser(id, format) as (text: string) => unknown),
}

const columns: ColumnTypes = {
  id: 'bigserial',
  numbered: (column) => column.primaryKey(),
  reference: 'bigint',
  key: sql`text collate "C"`,
  text: 'text',
  bytes: 'bytea',
  float: 'double precision',
  tableEnd: undefined,
  // A tree takes no text of more than some 2,700 bytes.
  longTextIndex: (table, column) =>
    sql`create index ${sql.ref(`${table}_${column}`)} on ${sql.table(table)} using hash (${sql.ref(column)})`,
  isIndexThere: () => false,
}

async function connect(pool: pg.Pool): Promise<PostgresPoolClient> {
  const client = await inOurWords(async () => await pool.connect(), failureKind)
  let broken = false
  const query = async (text: string, values: readonly unknown[]) =>
    await inOurWords(
      async () => await client.query(text, values.map(storable)),
      (error) => {
        const kind = failureKind(error)
        // What became of the connection is not known: it must not be used again.
        broken ||= kind === 'unavailable'
        return kind
      },
    )
  return { query, release: () => client.release(broken) } as unknown as PostgresPoolClient
}

/** PostgreSQL knows no text with a zero in it. */
function storable(value: unknown): unknown {
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value
}

/** Server away, shutting down, starting, without free connections; statement too long; deadlock; read-only. */
const unavailableStates = /^(?:08...|57P0[1-5]|57014|53300|40001|40P01|25006|55P03)$/
const unavailableTexts = /connection terminated|timeout|not queryable|server closed|pool after calling end/i

function failureKind(error: unknown): StoreFailure | undefined {
  const code = codeOf(error)
  if (code === '53100') return 'full'
  if (networkCodes.has(code) || unavailableStates.test(code)) return 'unavailable'
  const hasState = /^[0-9A-Z]{5}$/.test(code)
  return !hasState && error instanceof Error && unavailableTexts.test(error.message)
    ? 'unavailable'
    : undefined
}
