import type { Kysely, Migration } from 'kysely'
import { addIndex, type ColumnTypes, numberedTable } from '../dialect/column-types.ts'

/** Alerts that somebody has still to be told of. */
export function notifications(types: ColumnTypes): Migration {
  return {
    async up(database: Kysely<unknown>): Promise<void> {
      await numberedTable(database, types, 'notifications')
        .addColumn('sink', types.key, (column) => column.notNull())
        .addColumn('alert_id', types.reference, (column) => column.notNull())
        .addColumn('created_at', 'bigint', (column) => column.notNull())
        .addColumn('attempts', 'bigint', (column) => column.notNull())
        .addColumn('next_at', 'bigint', (column) => column.notNull())
        .addForeignKeyConstraint('notifications_alert', ['alert_id'], 'alerts', ['id'], (key) =>
          key.onDelete('cascade'),
        )
        .execute()
      await addIndex(database, types, 'notifications', 'sink', 'next_at')
      await addIndex(database, types, 'notifications', 'alert_id')
    },
  }
}
