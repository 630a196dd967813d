import type { Dialect, Executor } from '../dialect/dialect.ts'
import type { Allowlist, AllowlistItem, AllowlistStore } from '../store.ts'
import type { Changes } from './changes.ts'
import { inSlices } from './column.ts'

export class Allowlists implements AllowlistStore {
  readonly #dialect: Dialect
  readonly #changes: Changes

  constructor(dialect: Dialect, changes: Changes) {
    this.#dialect = dialect
    this.#changes = changes
  }

  async list(): Promise<Allowlist[]> {
    const database = this.#dialect.kysely
    const lists = await database.selectFrom('allowlists').selectAll().execute()
    const items = await database.selectFrom('allowlist_items').selectAll().orderBy('id').execute()
    const byList = new Map<number, AllowlistItem[]>(lists.map(({ id }) => [id, []]))
    for (const item of items) {
      const { value, comment } = item
      byList
        .get(item.allowlist_id)
        ?.push({ value, comment, createdAt: item.created_at, expiresAt: item.expires_at })
    }
    // Databases order texts each in its own way.
    const ordered = [...lists].sort((a, b) => (a.name < b.name ? -1 : 1))
    return ordered.map((list) => ({
      name: list.name,
      description: list.description,
      createdAt: list.created_at,
      updatedAt: list.updated_at,
      items: byList.get(list.id) ?? [],
    }))
  }

  async create(name: string, description: string, at: number): Promise<boolean> {
    try {
      await this.#dialect.kysely
        .insertInto('allowlists')
        .values({ name, description, created_at: at, updated_at: at })
        .execute()
      return true
    } catch (error) {
      if (this.#dialect.isDuplicate(error)) return false
      throw error
    }
  }

  async delete(name: string): Promise<boolean> {
    return await this.#dialect.kysely.transaction().execute(async (transaction) => {
      const result = await transaction.deleteFrom('allowlists').where('name', '=', name).executeTakeFirst()
      if (result.numDeletedRows === 0n) return false
      await this.#changes.record(transaction, { kind: 'allowlists' })
      return true
    })
  }

  async addItems(name: string, items: readonly AllowlistItem[], at: number): Promise<string[] | null> {
    return await this.#change(name, at, async (executor, listId) => {
      const there = await this.#present(executor, listId, items)
      const fresh = new Map(
        items.filter(({ value }) => !there.has(value)).map((item) => [item.value, item] as const),
      )
      const rows = [...fresh.values()].map(({ value, comment, createdAt, expiresAt }) => ({
        allowlist_id: listId,
        value,
        comment,
        created_at: createdAt,
        expires_at: expiresAt,
      }))
      for (const slice of inSlices(rows, this.#dialect.insertRows)) {
        await executor.insertInto('allowlist_items').values(slice).execute()
      }
      return [...fresh.keys()]
    })
  }

  async removeItems(name: string, values: readonly string[], at: number): Promise<string[] | null> {
    return await this.#change(name, at, async (executor, listId) => {
      const there = await this.#present(
        executor,
        listId,
        values.map((value) => ({ value })),
      )
      for (const slice of inSlices([...there], 500)) {
        await executor
          .deleteFrom('allowlist_items')
          .where('allowlist_id', '=', listId)
          .where('value', 'in', slice)
          .execute()
      }
      return [...there]
    })
  }

  async removeExpired(at: number): Promise<number> {
    return await this.#dialect.kysely.transaction().execute(async (transaction) => {
      const expired = transaction.deleteFrom('allowlist_items').where('expires_at', '<=', at)
      const removed = Number((await expired.executeTakeFirst()).numDeletedRows)
      if (removed > 0) await this.#changes.record(transaction, { kind: 'allowlists' }, at)
      return removed
    })
  }

  async #present(
    executor: Executor,
    listId: number,
    items: readonly { value: string }[],
  ): Promise<Set<string>> {
    const there = new Set<string>()
    for (const slice of inSlices(items, 500)) {
      const rows = await executor
        .selectFrom('allowlist_items')
        .select('value')
        .where('allowlist_id', '=', listId)
        .where(
          'value',
          'in',
          slice.map(({ value }) => value),
        )
        .execute()
      for (const { value } of rows) there.add(value)
    }
    return there
  }

  async #change(
    name: string,
    at: number,
    change: (executor: Executor, listId: number) => Promise<string[]>,
  ): Promise<string[] | null> {
    return await this.#dialect.kysely.transaction().execute(async (transaction) => {
      const list = await transaction
        .selectFrom('allowlists')
        .select('id')
        .where('name', '=', name)
        .executeTakeFirst()
      if (!list) return null
      const changed = await change(transaction, list.id)
      await transaction.updateTable('allowlists').set({ updated_at: at }).where('id', '=', list.id).execute()
      if (changed.length > 0) await this.#changes.record(transaction, { kind: 'allowlists' }, at)
      return changed
    })
  }
}
