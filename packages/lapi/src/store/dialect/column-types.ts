import {
  type ColumnDefinitionBuilder,
  type CreateTableBuilder,
  type Kysely,
  type RawBuilder,
  sql,
} from 'kysely'

export type TableBuilder = CreateTableBuilder<string, string>
type DataType = Parameters<TableBuilder['addColumn']>[1]

/** How the migrations name types and indexes in a database. */
export interface ColumnTypes {
  /** The type of `id`, and what makes the database number it. */
  readonly id: DataType
  numbered(column: ColumnDefinitionBuilder): ColumnDefinitionBuilder
  /** Of a column that refers to an `id`. */
  readonly reference: DataType
  /** Text of at most 255 characters that an index may hold whole; compared as it is, case and blanks included. */
  readonly key: DataType
  /** Text of any length, compared as it is. */
  readonly text: DataType
  /** Sixteen bytes. */
  readonly bytes: DataType
  readonly float: DataType
  /** What stands behind the columns of a table; undefined for nothing. */
  readonly tableEnd: RawBuilder<unknown> | undefined
  /** An index to find equal texts of any length. */
  longTextIndex(table: string, column: string): RawBuilder<unknown>
  /** Whether the error says that the index is there already. */
  isIndexThere(error: unknown): boolean
}

/** The beginning of a table, numbered by the database. */
export function numberedTable(database: Kysely<unknown>, columns: ColumnTypes, name: string): TableBuilder {
  return table(database, columns, name).addColumn('id', columns.id, (column) => columns.numbered(column))
}

export function table(database: Kysely<unknown>, columns: ColumnTypes, name: string): TableBuilder {
  // Where a database cannot take back a half-made schema, the next attempt goes on with it.
  const built: TableBuilder = database.schema.createTable(name).ifNotExists()
  return columns.tableEnd ? built.modifyEnd(columns.tableEnd) : built
}

/** An index named after its table and columns; the columns are numbers, bytes or keys. */
export async function addIndex(
  database: Kysely<unknown>,
  columns: ColumnTypes,
  name: string,
  ...indexed: string[]
): Promise<void> {
  const parts = sql.join(indexed.map((column) => sql.ref(column)))
  const statement = sql`create index ${sql.ref(`${name}_${indexed.join('_')}`)} on ${sql.table(name)} (${parts})`
  await run(database, columns, statement)
}

export async function addLongTextIndex(
  database: Kysely<unknown>,
  columns: ColumnTypes,
  name: string,
  column: string,
): Promise<void> {
  await run(database, columns, columns.longTextIndex(name, column))
}

async function run(
  database: Kysely<unknown>,
  columns: ColumnTypes,
  statement: RawBuilder<unknown>,
): Promise<void> {
  try {
    await statement.execute(database)
  } catch (error) {
    if (!columns.isIndexThere(error)) throw error
  }
}
