import type { Dialect, Executor } from '../dialect/dialect.ts'
import type { Change, ChangeStore, NumberedChange } from '../store.ts'
import { fromJson } from './column.ts'

/**
 * The log of changes that processes on one database read from each other. The counter's row is locked from its
 * update to the end of the transaction, so that numbers have no gaps and come in the order of the commits.
 */
export class Changes implements ChangeStore {
  readonly #dialect: Dialect

  constructor(dialect: Dialect) {
    this.#dialect = dialect
  }

  /** Whether anybody could read the log. */
  get areKept(): boolean {
    return this.#dialect.notices !== null
  }

  /** Notes a change as the last part of the transaction that makes it, and answers its number; null without a log. */
  async record(executor: Executor, change: Change, at = Date.now()): Promise<number | null> {
    const { notices } = this.#dialect
    if (!notices) return null
    await executor
      .updateTable('change_counter')
      .set(({ eb }) => ({ version: eb('version', '+', 1) }))
      .execute()
    const version = await currentVersion(executor)
    await executor
      .insertInto('changes')
      .values({ version, at, payload: JSON.stringify(change) })
      .execute()
    await notices.announce(executor)
    return version
  }

  async version(): Promise<number> {
    return await currentVersion(this.#dialect.kysely)
  }

  async after(version: number, limit: number): Promise<NumberedChange[] | null> {
    const rows = await this.#dialect.kysely
      .selectFrom('changes')
      .select(['version', 'payload'])
      .where('version', '>', version)
      .orderBy('version')
      .limit(limit)
      .execute()
    const [first] = rows
    if (first ? first.version > version + 1 : (await this.version()) > version) return null
    return rows.map((row) => ({ version: row.version, change: fromJson(row.payload) as Change }))
  }

  async forget(before: number): Promise<void> {
    await this.#dialect.kysely.deleteFrom('changes').where('at', '<', before).execute()
  }

  listen(heard: () => void): { stop(): Promise<void> } {
    return this.#dialect.notices?.listen(heard) ?? { stop: async () => {} }
  }
}

async function currentVersion(executor: Executor): Promise<number> {
  const row = await executor.selectFrom('change_counter').select('version').executeTakeFirst()
  return row?.version ?? 0
}
