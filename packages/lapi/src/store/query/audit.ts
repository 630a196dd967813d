import type { Dialect } from '../dialect/dialect.ts'
import type { AuditEntry, AuditStore, StoredAuditEntry } from '../store.ts'
import { fromJson } from './column.ts'

export class Audit implements AuditStore {
  readonly #dialect: Dialect

  constructor(dialect: Dialect) {
    this.#dialect = dialect
  }

  async add({ at, actor, address, action, object, details }: AuditEntry): Promise<void> {
    const row = { at, actor, address, action, object, details: JSON.stringify(details) }
    await this.#dialect.kysely.insertInto('audit_log').values(row).execute()
  }

  async page(page: { idBelow?: number; limit: number }): Promise<StoredAuditEntry[]> {
    let query = this.#dialect.kysely.selectFrom('audit_log').selectAll()
    if (page.idBelow !== undefined) query = query.where('id', '<', page.idBelow)
    const rows = await query.orderBy('id', 'desc').limit(page.limit).execute()
    return rows.map(({ details, ...row }) => ({
      ...row,
      details: fromJson(details) as StoredAuditEntry['details'],
    }))
  }

  async forget(before: number): Promise<void> {
    await this.#dialect.kysely.deleteFrom('audit_log').where('at', '<', before).execute()
  }
}
