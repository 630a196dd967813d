import { TocsinError } from '@tocsin/model'
import { ForeignDatabase } from './foreign-database.ts'

/** CrowdSec's own database, open for reading. */
export type CrowdsecDatabase = ForeignDatabase

/** What tells its schema from others, every version of it. */
const marks: readonly (readonly [table: string, column: string])[] = [
  ['machines', 'machine_id'],
  ['bouncers', 'api_key'],
  ['alerts', 'source_scope'],
  ['decisions', 'until'],
]

/**
 * Opens CrowdSec's database for reading: a file of SQLite, or `postgres://` or `mysql://USER:PASSWORD@HOST/DATABASE`.
 * Throws CROWDSEC_DATABASE_UNREADABLE or CROWDSEC_OTHER_DATABASE.
 */
export async function openCrowdsecDatabase(place: string): Promise<CrowdsecDatabase> {
  const database = await ForeignDatabase.open(place)
  const missing = marks.find(([table, column]) => !database.has(table, column))
  if (!missing) return database
  await database.close()
  throw new TocsinError(
    'CROWDSEC_OTHER_DATABASE',
    `cannot read the database ${database.name}: it is not CrowdSec's, which has a column ${missing[1]} in a table ${missing[0]}`,
    { hint: "name the database of `db_config` in CrowdSec's config.yaml" },
  )
}
