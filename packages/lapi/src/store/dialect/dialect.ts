import type { Insertable, Kysely, Transaction } from 'kysely'
import type { Tables } from '../schema.ts'
import type { Decision } from '../../decision/decision.ts'
import type { ActivePage } from '../store.ts'
import type { ColumnTypes } from './column-types.ts'

/** What the queries need of a database beyond what kysely makes equal. One file of this folder a database. */
export interface Dialect {
  readonly name: 'sqlite' | 'postgresql' | 'mysql'
  readonly kysely: Kysely<Tables>
  readonly columns: ColumnTypes
  /** The most rows that one statement may insert. */
  readonly insertRows: number
  /** Inserts rows (at most `insertRows`) and answers their ids in the same order. */
  insertIds<T extends NumberedTable>(
    executor: Executor,
    table: T,
    rows: readonly Insertable<Tables[T]>[],
  ): Promise<number[]>
  /**
   * A transaction that a power cut may take back until the next ordinary one is committed: for steps of a work that
   * counts for nothing before its last step.
   */
  stepwise<T>(step: (transaction: Transaction<Tables>) => Promise<T>): Promise<T>
  /** Reads a page of the decisions in force: a million rows and more, when a Local API starts. */
  readActive(page: ActivePage): Promise<Decision[]>
  /** Whether the error says that a unique value is taken. */
  isDuplicate(error: unknown): boolean
  /** How other processes on the same database learn of changes; null where there can be no other process. */
  readonly notices: Notices | null
}

/** Tells the processes that share a database that there are changes to read. */
export interface Notices {
  /** Part of the transaction that makes the change: heard by the others once it is committed. */
  announce(executor: Executor): Promise<void>
  /**
   * Calls back for each announcement until it is stopped. Announcements may get lost with a connection, which is
   * made again by itself: listeners look for changes now and then besides.
   */
  listen(heard: () => void): { stop(): Promise<void> }
}

export type Executor = Kysely<Tables> | Transaction<Tables>

/** The tables whose rows are numbered by the database. */
export type NumberedTable =
  'alerts' | 'decisions' | 'machines' | 'bouncers' | 'allowlists' | 'allowlist_items'
