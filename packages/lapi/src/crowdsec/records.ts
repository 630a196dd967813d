import { Compile } from 'typebox/compile'
import type { Static, TSchema } from 'typebox'
import type { SkippedImport } from '../wire/import-schema.ts'
import { BadRow, type Row } from './row.ts'

/** What was read of one kind: records that a Local API takes, and rows that were left out. */
export interface Records<T> {
  readonly records: T[]
  readonly skipped: SkippedImport[]
}

/** Makes records of rows, one by one: a bad row is left out and named, and the others come all the same. */
export class RecordReader<S extends TSchema> {
  readonly records: Static<S>[] = []
  readonly skipped: SkippedImport[] = []
  readonly #check: {
    Check(value: unknown): boolean
    Errors(value: unknown): { instancePath: string; message: string }[]
  }

  constructor(schema: S) {
    this.#check = Compile(schema)
  }

  /** Adds the record that `make` gives; null where the row was left out without a word. */
  add(row: Row, name: () => string, make: () => Static<S> | null): void {
    try {
      const record = make()
      if (record === null) return
      const reason = this.reasonAgainst(record)
      if (reason === null) this.records.push(record)
      else this.skip(name(), reason)
    } catch (error) {
      if (!(error instanceof BadRow)) throw error
      this.skip(name(), error.message)
    }
  }

  /** Why the Local API would not take the record; null where it would. */
  reasonAgainst(record: unknown): string | null {
    if (this.#check.Check(record)) return null
    const [first] = this.#check.Errors(record)
    const field = (first?.instancePath ?? '').slice(1).replaceAll('/', '.')
    return `its ${field} ${first?.message ?? 'is not as it should be'}`
  }

  skip(name: string, reason: string): void {
    this.skipped.push({ name, reason })
  }

  /** Gives what was read so far, and begins again. */
  take(): Records<Static<S>> {
    return { records: this.records.splice(0), skipped: this.skipped.splice(0) }
  }
}
