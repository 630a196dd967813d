import type { Kysely, Migration } from 'kysely'
import { addIndex, type ColumnTypes, numberedTable } from '../dialect/column-types.ts'

/** Who added or removed what. */
export function auditLog(types: ColumnTypes): Migration {
  return {
    async up(database: Kysely<unknown>): Promise<void> {
      const texts = ['actor', 'address', 'action', 'object', 'details']
      const base = numberedTable(database, types, 'audit_log').addColumn('at', 'bigint', (column) =>
        column.notNull(),
      )
      await texts
        .reduce((built, name) => built.addColumn(name, types.text, (column) => column.notNull()), base)
        .execute()
      await addIndex(database, types, 'audit_log', 'at')
    },
  }
}
