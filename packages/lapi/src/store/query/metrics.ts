import type { Dialect } from '../dialect/dialect.ts'
import type { MetricsStore, UsageMetrics } from '../store.ts'

export class Metrics implements MetricsStore {
  readonly #dialect: Dialect

  constructor(dialect: Dialect) {
    this.#dialect = dialect
  }

  async add({ ownerKind, ownerName, receivedAt, payload }: UsageMetrics): Promise<void> {
    await this.#dialect.kysely
      .insertInto('usage_metrics')
      .values({ owner_kind: ownerKind, owner_name: ownerName, received_at: receivedAt, payload })
      .execute()
  }

  async page(page: {
    ownerKind?: string
    ownerName?: string
    limit: number
  }): Promise<(UsageMetrics & { readonly id: number })[]> {
    let query = this.#dialect.kysely.selectFrom('usage_metrics').selectAll()
    if (page.ownerKind !== undefined) query = query.where('owner_kind', '=', page.ownerKind)
    if (page.ownerName !== undefined) query = query.where('owner_name', '=', page.ownerName)
    const rows = await query.orderBy('id', 'desc').limit(page.limit).execute()
    return rows.map((row) => ({
      id: row.id,
      ownerKind: row.owner_kind === 'machine' ? 'machine' : 'bouncer',
      ownerName: row.owner_name,
      receivedAt: row.received_at,
      payload: row.payload,
    }))
  }

  async forget(before: number): Promise<void> {
    await this.#dialect.kysely.deleteFrom('usage_metrics').where('received_at', '<', before).execute()
  }
}
