import type { Kysely, Migration } from 'kysely'
import { type ColumnTypes, table } from '../dialect/column-types.ts'

/** Alerts of very many decisions that are being stored: nobody sees them before they are whole. */
export function stagedAlerts(types: ColumnTypes): Migration {
  return {
    async up(database: Kysely<unknown>): Promise<void> {
      await table(database, types, 'staged_alerts')
        .addColumn('alert_id', types.reference, (column) => column.primaryKey())
        .addColumn('at', 'bigint', (column) => column.notNull())
        .addForeignKeyConstraint('staged_alerts_alert', ['alert_id'], 'alerts', ['id'], (key) =>
          key.onDelete('cascade'),
        )
        .execute()
    },
  }
}
