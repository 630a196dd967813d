import type { Dialect } from '../dialect/dialect.ts'
import type { MetricsStore } from '../store.ts'

export class Metrics implements MetricsStore {
  readonly #dialect: Dialect

  constructor(dialect: Dialect) {
    this.#dialect = dialect
  }

  async add(
    report: { ownerKind: 'machine' | 'bouncer'; ownerName: string; receivedAt: number; payload: string },
    forgetBefore: number,
  ): Promise<void> {
    await this.#dialect.kysely.transaction().execute(async (transaction) => {
      await transaction
        .insertInto('usage_metrics')
        .values({
          owner_kind: report.ownerKind,
          owner_name: report.ownerName,
          received_at: report.receivedAt,
          payload: report.payload,
        })
        .execute()
      await transaction.deleteFrom('usage_metrics').where('received_at', '<', forgetBefore).execute()
    })
  }
}
