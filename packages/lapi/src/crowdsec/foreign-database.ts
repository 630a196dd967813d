import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { type ControlledTransaction, Kysely, type RawBuilder, sql, SqliteDialect } from 'kysely'
import { TocsinError } from '@tocsin/model'
import { openMysql } from '../store/dialect/mysql.ts'
import { openPostgresql } from '../store/dialect/postgresql.ts'
import { SqliteAdapter } from '../store/dialect/sqlite-adapter.ts'
import type { Tables } from '../store/schema.ts'
import { Row } from './row.ts'

type Snapshot = ControlledTransaction<Tables>
/** How drivers give whole numbers. */
type Whole = number | bigint | string
type Kind = 'sqlite' | 'postgresql' | 'mysql'

/** Which rows to read: those after an id, ordered by it. */
export interface Page {
  readonly idAbove: number
  readonly limit: number
  /** Only rows whose column has one of the values; null for those where it is empty. */
  readonly where?: { readonly column: string; readonly oneOf: readonly number[] | null }
}

/**
 * Somebody else's database, only ever read, and all of it as it was at the moment of opening. Columns that it does
 * not have are absent in its rows; times come as texts.
 */
export class ForeignDatabase {
  /** How people know it: without its password. */
  readonly name: string
  readonly #kind: Kind
  readonly #kysely: Kysely<Tables>
  readonly #snapshot: Snapshot
  /** The declared types of columns, by table. */
  readonly #tables = new Map<string, Map<string, string>>()

  private constructor(name: string, kind: Kind, kysely: Kysely<Tables>, snapshot: Snapshot) {
    this.name = name
    this.#kind = kind
    this.#kysely = kysely
    this.#snapshot = snapshot
  }

  /**
   * Opens the file, or `sqlite:PATH`, or `postgres://` or `mysql://USER:PASSWORD@HOST/DATABASE`. Throws
   * CROWDSEC_DATABASE_UNREADABLE.
   */
  static async open(place: string): Promise<ForeignDatabase> {
    const name = shownPlace(place)
    let kysely: Kysely<Tables> | undefined
    try {
      const opened = await openAny(place)
      kysely = opened.kysely
      const database = new ForeignDatabase(name, opened.kind, kysely, await snapshotOf(kysely, opened.kind))
      await database.#readColumns()
      return database
    } catch (cause) {
      await kysely?.destroy()
      throw unreadable(name, cause)
    }
  }

  has(table: string, column: string): boolean {
    return this.#tables.get(table)?.has(column) ?? false
  }

  async count(table: string): Promise<number> {
    if (!this.#tables.has(table)) return 0
    const { rows } = await this.#run<{ n: Whole }>(sql`select count(*) as n from ${sql.table(table)}`)
    return Number(rows[0]?.n ?? 0)
  }

  /** How many rows there are of each of the values of a column. */
  async countBy(table: string, column: string, values: readonly number[]): Promise<Map<number, number>> {
    if (values.length === 0 || !this.has(table, column)) return new Map()
    const { rows } = await this.#run<{ v: Whole; n: Whole }>(sql`select ${sql.ref(column)} as v, count(*) as n
      from ${sql.table(table)} where ${sql.ref(column)} in (${sql.join([...values])}) group by ${sql.ref(column)}`)
    return new Map(rows.map(({ v, n }) => [Number(v), Number(n)]))
  }

  /** A page of rows with those of the columns that there are; nothing where the table is missing. */
  async page(table: string, columns: readonly string[], page: Page): Promise<Row[]> {
    const types = this.#tables.get(table)
    if (!types || (page.where && !types.has(page.where.column))) return []
    if (page.where?.oneOf?.length === 0) return []
    const list = columns.flatMap((column) => {
      const type = types.get(column)
      return type === undefined ? [] : [sql`${this.#readable(column, type)} as ${sql.ref(column)}`]
    })
    const { where } = page
    const condition = !where
      ? sql`1 = 1`
      : where.oneOf === null
        ? sql`${sql.ref(where.column)} is null`
        : sql`${sql.ref(where.column)} in (${sql.join([...where.oneOf])})`
    const { rows } = await this.#run<
      Record<string, unknown>
    >(sql`select ${sql.join(list)} from ${sql.table(table)}
      where ${condition} and id > ${page.idAbove} order by id limit ${page.limit}`)
    return rows.map((row) => new Row(row))
  }

  /** All rows, a page after another. */
  async *rows(table: string, columns: readonly string[], where?: Page['where']): AsyncGenerator<Row> {
    const limit = 2_000
    for (let idAbove = -1; ;) {
      const rows = await this.page(table, columns, { idAbove, limit, ...(where ? { where } : {}) })
      yield* rows
      const last = rows.at(-1)
      if (!last || rows.length < limit) return
      idAbove = last.id
    }
  }

  /** The pairs of a table that only joins two others. */
  async pairs(table: string, left: string, right: string): Promise<[number, number][]> {
    if (!this.has(table, left) || !this.has(table, right)) return []
    const { rows } = await this.#run<{ a: Whole; b: Whole }>(
      sql`select ${sql.ref(left)} as a, ${sql.ref(right)} as b from ${sql.table(table)} order by 1, 2`,
    )
    return rows.map(({ a, b }) => [Number(a), Number(b)])
  }

  async close(): Promise<void> {
    await this.#snapshot.rollback().execute()
    await this.#kysely.destroy()
  }

  /** Drivers would make times of them, in zones of their own. */
  #readable(column: string, type: string): RawBuilder<unknown> {
    const name = sql.ref(column)
    if (this.#kind === 'sqlite' || !/date|time/i.test(type)) return sql`${name}`
    if (this.#kind === 'mysql') return sql`cast(${name} as char)`
    return /with time zone/i.test(type)
      ? sql`cast(${name} at time zone 'UTC' as text)`
      : sql`cast(${name} as text)`
  }

  async #readColumns(): Promise<void> {
    const { rows } = await this.#run<{ t: string; c: string; d: string }>(columnQueries[this.#kind])
    for (const { t, c, d } of rows) {
      const columns = this.#tables.get(t) ?? new Map<string, string>()
      this.#tables.set(t, columns.set(c, d))
    }
  }

  async #run<T>(query: RawBuilder<T>): Promise<{ rows: T[] }> {
    try {
      return await query.execute(this.#snapshot)
    } catch (cause) {
      throw unreadable(this.name, cause)
    }
  }
}

const columnQueries: Record<Kind, RawBuilder<{ t: string; c: string; d: string }>> = {
  sqlite: sql`select m.name as t, p.name as c, p.type as d
    from sqlite_master m join pragma_table_info(m.name) p where m.type = 'table'`,
  postgresql: sql`select table_name as t, column_name as c, data_type as d
    from information_schema.columns where table_schema = any(current_schemas(false))`,
  mysql: sql`select table_name as t, column_name as c, data_type as d
    from information_schema.columns where table_schema = database()`,
}

async function openAny(place: string): Promise<{ kind: Kind; kysely: Kysely<Tables> }> {
  const scheme = /^([a-z]+):/.exec(place)?.[1]
  if (scheme === 'postgres' || scheme === 'postgresql')
    return { kind: 'postgresql', kysely: openPostgresql(place).kysely }
  if (scheme === 'mysql' || scheme === 'mariadb')
    return { kind: 'mysql', kysely: (await openMysql(place)).kysely }
  const path = place.replace(/^sqlite:(?:\/\/)?/, '')
  if (!existsSync(path)) throw new Error('there is no such file')
  const database = new DatabaseSync(path, { readOnly: true, timeout: 10_000 })
  return {
    kind: 'sqlite',
    kysely: new Kysely<Tables>({ dialect: new SqliteDialect({ database: new SqliteAdapter(database) }) }),
  }
}

async function snapshotOf(kysely: Kysely<Tables>, kind: Kind): Promise<Snapshot> {
  const start = kysely.startTransaction()
  if (kind === 'sqlite') return await start.execute()
  return await start.setIsolationLevel('repeatable read').setAccessMode('read only').execute()
}

function shownPlace(place: string): string {
  if (!/^[a-z]+:\/\//.test(place)) return place
  if (!URL.canParse(place)) return place.replace(/:[^:@/]*@/, ':…@')
  const { protocol, host, pathname } = new URL(place)
  return `${protocol}//${host}${pathname}`
}

function unreadable(name: string, cause: unknown): TocsinError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new TocsinError('CROWDSEC_DATABASE_UNREADABLE', `cannot read the database ${name}: ${reason}`, {
    hint: "name the file in `db_config.db_path` of CrowdSec's config.yaml, or write postgres://USER:PASSWORD@HOST/DATABASE or mysql://USER:PASSWORD@HOST/DATABASE",
    cause,
  })
}
