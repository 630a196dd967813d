import type { Kysely, Migration } from 'kysely'
import { type ColumnTypes, table } from '../dialect/column-types.ts'
import type { Tables } from '../schema.ts'

/** What processes on one database tell each other: numbered changes, in the order in which they were committed. */
export function changes(types: ColumnTypes): Migration {
  return {
    async up(database: Kysely<unknown>): Promise<void> {
      await table(database, types, 'changes')
        .addColumn('version', 'bigint', (column) => column.primaryKey())
        .addColumn('at', 'bigint', (column) => column.notNull())
        .addColumn('payload', types.text, (column) => column.notNull())
        .execute()
      await table(database, types, 'change_counter')
        .addColumn('id', 'integer', (column) => column.primaryKey())
        .addColumn('version', 'bigint', (column) => column.notNull())
        .execute()
      const tables = database as Kysely<Tables>
      const known = await tables.selectFrom('change_counter').select('id').executeTakeFirst()
      if (!known) await tables.insertInto('change_counter').values({ id: 1, version: 0 }).execute()
    },
  }
}
