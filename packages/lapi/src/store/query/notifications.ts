import type { Dialect } from '../dialect/dialect.ts'
import type { NotificationStore, PendingNotification } from '../store.ts'
import { inSlices } from './column.ts'

export class Notifications implements NotificationStore {
  readonly #dialect: Dialect

  constructor(dialect: Dialect) {
    this.#dialect = dialect
  }

  async due(sink: string, at: number, limit: number): Promise<PendingNotification[]> {
    const rows = await this.#dialect.kysely
      .selectFrom('notifications')
      .selectAll()
      .where('sink', '=', sink)
      .where('next_at', '<=', at)
      .orderBy('id')
      .limit(limit)
      .execute()
    return rows.map((row) => ({
      id: row.id,
      alertId: row.alert_id,
      createdAt: row.created_at,
      attempts: row.attempts,
      nextAt: row.next_at,
    }))
  }

  async claim(pending: readonly PendingNotification[], until: number): Promise<PendingNotification[]> {
    const claimed: PendingNotification[] = []
    await this.#dialect.kysely.transaction().execute(async (transaction) => {
      for (const one of pending) {
        const { numUpdatedRows } = await transaction
          .updateTable('notifications')
          .set({ next_at: until, attempts: one.attempts + 1 })
          .where('id', '=', one.id)
          .where('next_at', '=', one.nextAt)
          .where('attempts', '=', one.attempts)
          .executeTakeFirst()
        if (numUpdatedRows === 1n) claimed.push({ ...one, attempts: one.attempts + 1, nextAt: until })
      }
    })
    return claimed
  }

  async retry(ids: readonly number[], nextAt: number): Promise<void> {
    for (const slice of inSlices(ids, 500)) {
      const update = this.#dialect.kysely.updateTable('notifications').set({ next_at: nextAt })
      await update.where('id', 'in', slice).execute()
    }
  }

  async delete(ids: readonly number[]): Promise<void> {
    for (const slice of inSlices(ids, 500)) {
      await this.#dialect.kysely.deleteFrom('notifications').where('id', 'in', slice).execute()
    }
  }

  async count(sink: string): Promise<number> {
    const row = await this.#dialect.kysely
      .selectFrom('notifications')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('sink', '=', sink)
      .executeTakeFirst()
    return row?.count ?? 0
  }
}
