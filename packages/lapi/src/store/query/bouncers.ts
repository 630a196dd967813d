import type { Selectable } from 'kysely'
import type { Dialect } from '../dialect/dialect.ts'
import type { BouncerTable } from '../schema.ts'
import type { Bouncer, BouncerAuth, BouncerStore, NewBouncer, StreamCursor, UsageReport } from '../store.ts'
import type { Changes } from './changes.ts'
import { fromJson, inSlices } from './column.ts'

/** Some at a time: the rest has its turn the next time. */
const staleSize = 500

export class Bouncers implements BouncerStore {
  readonly #dialect: Dialect
  readonly #changes: Changes

  constructor(dialect: Dialect, changes: Changes) {
    this.#dialect = dialect
    this.#changes = changes
  }

  async add(bouncer: NewBouncer): Promise<Bouncer | null> {
    const row = {
      name: bouncer.name,
      key_hash: bouncer.keyHash,
      auth_type: bouncer.authType ?? 'api-key',
      address: bouncer.address,
      kind: bouncer.kind,
      version: bouncer.version,
      os: '',
      feature_flags: '[]',
      auto_created: bouncer.autoCreated ? 1 : 0,
      created_at: bouncer.at,
      updated_at: bouncer.at,
      last_pull_at: null,
    }
    try {
      const [id = 0] = await this.#dialect.insertIds(this.#dialect.kysely, 'bouncers', [row])
      return toBouncer({ ...row, id })
    } catch (error) {
      if (this.#dialect.isDuplicate(error)) return null
      throw error
    }
  }

  async get(name: string): Promise<Bouncer | null> {
    const row = await this.#dialect.kysely
      .selectFrom('bouncers')
      .selectAll()
      .where('name', '=', name)
      .executeTakeFirst()
    return row ? toBouncer(row) : null
  }

  async list(): Promise<Bouncer[]> {
    const rows = await this.#dialect.kysely.selectFrom('bouncers').selectAll().orderBy('id').execute()
    return rows.map(toBouncer)
  }

  async withKey(keyHash: string): Promise<Bouncer[]> {
    const rows = await this.#dialect.kysely
      .selectFrom('bouncers')
      .selectAll()
      .where('key_hash', '=', keyHash)
      .orderBy('id')
      .execute()
    return rows.map(toBouncer)
  }

  async stale(authType: BouncerAuth, pulledUntil: number): Promise<string[]> {
    const rows = await this.#dialect.kysely
      .selectFrom('bouncers')
      .select('name')
      .where('auth_type', '=', authType)
      .where('last_pull_at', '<=', pulledUntil)
      .limit(staleSize)
      .execute()
    return rows.map(({ name }) => name)
  }

  async delete(names: readonly string[]): Promise<number> {
    return await this.#dialect.kysely.transaction().execute(async (transaction) => {
      let deleted = 0
      for (const slice of inSlices(names, 500)) {
        const result = await transaction.deleteFrom('bouncers').where('name', 'in', slice).executeTakeFirst()
        deleted += Number(result.numDeletedRows)
      }
      if (deleted > 0) await this.#changes.record(transaction, { kind: 'access' })
      return deleted
    })
  }

  async recordSeen(
    id: number,
    seen: { address: string; kind: string; version: string; at: number },
  ): Promise<void> {
    const { address, kind, version, at } = seen
    await this.#update(id, { address, kind, version, updated_at: at })
  }

  async recordPulls(pulls: readonly { id: number; at: number }[]): Promise<void> {
    await this.#dialect.kysely.transaction().execute(async (transaction) => {
      for (const { id, at } of pulls) {
        await transaction.updateTable('bouncers').set({ last_pull_at: at }).where('id', '=', id).execute()
      }
    })
  }

  async recordUsage(id: number, report: UsageReport, at: number): Promise<void> {
    const { os, version } = report
    const feature_flags = JSON.stringify(report.featureFlags)
    await this.#update(id, { os, version, feature_flags, updated_at: at })
  }

  async cursors(): Promise<StreamCursor[]> {
    const rows = await this.#dialect.kysely.selectFrom('stream_cursors').selectAll().execute()
    return rows.map((row) => ({
      bouncerId: row.bouncer_id,
      userAgent: row.user_agent,
      pulledAt: row.pulled_at,
    }))
  }

  async saveCursors(cursors: readonly StreamCursor[]): Promise<void> {
    await this.#dialect.kysely.transaction().execute(async (transaction) => {
      for (const { bouncerId, userAgent, pulledAt } of cursors) {
        const known = transaction.selectFrom('bouncers').select('id').where('id', '=', bouncerId)
        if (!(await known.executeTakeFirst())) continue
        const row = { bouncer_id: bouncerId, user_agent: userAgent, pulled_at: pulledAt }
        const key = { bouncer_id: bouncerId, user_agent: userAgent }
        const { numUpdatedRows } = await transaction
          .updateTable('stream_cursors')
          .set({ pulled_at: pulledAt })
          .where('bouncer_id', '=', key.bouncer_id)
          .where('user_agent', '=', key.user_agent)
          .executeTakeFirst()
        if (numUpdatedRows === 0n) await transaction.insertInto('stream_cursors').values(row).execute()
      }
    })
  }

  async #update(id: number, changes: Partial<Selectable<BouncerTable>>): Promise<void> {
    await this.#dialect.kysely.updateTable('bouncers').set(changes).where('id', '=', id).execute()
  }
}

function toBouncer(row: Selectable<BouncerTable>): Bouncer {
  return {
    id: row.id,
    name: row.name,
    keyHash: row.key_hash,
    authType: row.auth_type,
    address: row.address,
    kind: row.kind,
    version: row.version,
    os: row.os,
    featureFlags: fromJson(row.feature_flags) as string[],
    autoCreated: row.auto_created === 1,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    lastPullAt: row.last_pull_at,
  }
}
