import type { Kysely, RawBuilder, Selectable } from 'kysely'
import { parseAddress } from '../../decision/address.ts'
import type { Decision } from '../../decision/decision.ts'
import type { DecisionTable, Tables } from '../schema.ts'
import type { ActivePage } from '../store.ts'

const asTheyAre = [
  'id',
  'alert_id',
  'origin',
  'scenario',
  'scope',
  'type',
  'value',
  'family',
  'simulated',
  'created_at',
  'until_at',
] as const

/** A row without bytes, which take longer to read than all the rest: the address is in its value too. */
export type ActiveRow = Pick<Selectable<DecisionTable>, (typeof asTheyAre)[number]> & {
  /** Thirty-two digits. */
  readonly uuid_digits: string
}

/** Reads a page by a query. `digits` writes the column of the uuid as hexadecimal digits, in lower case. */
export async function readActivePage(
  database: Kysely<Tables>,
  digits: RawBuilder<string>,
  { at, idAbove, limit }: ActivePage,
): Promise<Decision[]> {
  const rows = await database
    .selectFrom('decisions')
    .select(asTheyAre)
    .select(digits.as('uuid_digits'))
    .where('id', '>', idAbove)
    .where('until_at', '>', at)
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(activeDecision)
}

export function activeDecision(row: ActiveRow): Decision {
  const { uuid_digits: hex, value } = row
  return {
    id: row.id,
    uuid: `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`,
    alertId: row.alert_id,
    origin: row.origin,
    scenario: row.scenario,
    scope: row.scope,
    type: row.type,
    value,
    cidr: row.family === 0 ? null : parseAddress(value),
    simulated: row.simulated === 1,
    createdAt: row.created_at,
    until: row.until_at,
  }
}
