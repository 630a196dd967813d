import type { Migration } from 'kysely'
import { initial } from './0001-initial.ts'

/** Every migration in its order. Names are kept in the database: never rename, remove or reorder one. */
export const migrations: Record<string, Migration> = {
  '0001-initial': initial,
}
