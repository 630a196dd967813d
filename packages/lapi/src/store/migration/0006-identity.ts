import type { Kysely, Migration } from 'kysely'
import { randomBytes } from 'node:crypto'
import { type ColumnTypes, table } from '../dialect/column-types.ts'
import type { Tables } from '../schema.ts'

/** What tells one database from another: subscribers have cursors that mean nothing to any other. */
export function identity(types: ColumnTypes): Migration {
  return {
    async up(database: Kysely<unknown>): Promise<void> {
      await table(database, types, 'database_identity')
        .addColumn('id', 'integer', (column) => column.primaryKey())
        .addColumn('identity', types.key, (column) => column.notNull())
        .execute()
      const tables = database as Kysely<Tables>
      const known = await tables.selectFrom('database_identity').select('id').executeTakeFirst()
      if (known) return
      const made = randomBytes(8).toString('hex')
      await tables.insertInto('database_identity').values({ id: 1, identity: made }).execute()
    },
  }
}
