import type { Insertable, Kysely, Transaction } from 'kysely'
import type { Tables } from '../schema.ts'

/** What the queries need of a database beyond what kysely makes equal. One file of this folder a database. */
export interface Dialect {
  /** `sqlite`. */
  readonly name: string
  readonly kysely: Kysely<Tables>
  /** The most rows that one statement may insert. */
  readonly insertRows: number
  /** Inserts rows (at most `insertRows`) and answers their ids in the same order. */
  insertIds<T extends NumberedTable>(
    executor: Executor,
    table: T,
    rows: readonly Insertable<Tables[T]>[],
  ): Promise<number[]>
  /** Whether the error says that a unique value is taken. */
  isDuplicate(error: unknown): boolean
}

export type Executor = Kysely<Tables> | Transaction<Tables>

/** The tables whose rows are numbered by the database. */
export type NumberedTable =
  'alerts' | 'decisions' | 'machines' | 'bouncers' | 'allowlists' | 'allowlist_items'
