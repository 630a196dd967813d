import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { storeError, type StoreFailure } from './failure.ts'

const maxPrepared = 100

/** The part of better-sqlite3 that kysely's dialect calls, over node:sqlite, with statements kept prepared. */
export class SqliteAdapter {
  readonly #database: DatabaseSync
  readonly #prepared = new Map<string, Prepared>()

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  prepare(text: string): Prepared {
    const known = this.#prepared.get(text)
    if (known) {
      this.#prepared.delete(text)
      this.#prepared.set(text, known)
      return known
    }
    const prepared = this.#made(text)
    this.#prepared.set(text, prepared)
    if (this.#prepared.size > maxPrepared) {
      for (const oldest of this.#prepared.keys()) {
        this.#prepared.delete(oldest)
        break
      }
    }
    return prepared
  }

  close(): void {
    this.#prepared.clear()
    this.#database.close()
  }

  #made(text: string): Prepared {
    const statement = inOurWords(() => this.#database.prepare(text))
    // A full disk ends the transaction by itself: there is nothing left to take back then.
    const isNeeded = text === 'rollback' ? () => this.#database.isTransaction : undefined
    return new Prepared(statement, isNeeded)
  }
}

class Prepared {
  readonly reader: boolean
  readonly #statement: StatementSync
  readonly #isNeeded: (() => boolean) | undefined

  constructor(statement: StatementSync, isNeeded: (() => boolean) | undefined) {
    this.#statement = statement
    this.#isNeeded = isNeeded
    this.reader = statement.columns().length > 0
  }

  all(parameters: readonly unknown[]): unknown[] {
    return inOurWords(() => this.#statement.all(...(parameters as SQLInputValue[])))
  }

  run(parameters: readonly unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint } {
    if (this.#isNeeded?.() === false) return { changes: 0, lastInsertRowid: 0 }
    return inOurWords(() => this.#statement.run(...(parameters as SQLInputValue[])))
  }

  iterate(parameters: readonly unknown[]): IterableIterator<unknown> {
    return inOurWords(() => this.#statement.iterate(...(parameters as SQLInputValue[])))
  }
}

/** Answers with what is called; its errors become those of the store. */
export function inOurWords<T>(call: () => T): T {
  try {
    return call()
  } catch (error) {
    throw storeError(error, failureKind(sqliteCode(error)))
  }
}

// Result codes of SQLite, without what extends them.
const busyCodes = new Set([5, 6])
const fullCodes = new Set([8, 10, 13, 14])

function failureKind(code: number | undefined): StoreFailure | undefined {
  const plain = (code ?? 0) & 0xff
  if (fullCodes.has(plain)) return 'full'
  return busyCodes.has(plain) ? 'unavailable' : undefined
}

/** The extended result code of an error of SQLite; undefined for other errors. */
export function sqliteCode(error: unknown): number | undefined {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined
  return typeof code === 'number' ? code : undefined
}
