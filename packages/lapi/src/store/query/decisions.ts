import { type Insertable, type Selectable, sql } from 'kysely'
import { type Cidr, ipToBytes, maskIp } from '@tocsin/model'
import { addressBytes, parseAddress } from '../../decision/address.ts'
import type { Decision, NewDecision } from '../../decision/decision.ts'
import type { Dialect } from '../dialect/dialect.ts'
import type { DecisionTable } from '../schema.ts'
import type { ActivePage, DecisionStore, EndedPage, Noted } from '../store.ts'
import type { Changes } from './changes.ts'
import { addressColumns, cidrFromColumns, inSlices, uuidFromBytes, uuidToBytes } from './column.ts'

export class Decisions implements DecisionStore {
  readonly #dialect: Dialect
  readonly #changes: Changes

  constructor(dialect: Dialect, changes: Changes) {
    this.#dialect = dialect
    this.#changes = changes
  }

  async active(page: ActivePage): Promise<Decision[]> {
    return await this.#dialect.readActive(page)
  }

  async ended(page: EndedPage): Promise<Decision[]> {
    let query = this.#dialect.kysely.selectFrom('decisions').selectAll().where('until_at', '<', page.before)
    const { earlierThan } = page
    if (earlierThan) {
      query = query.where(({ eb, or, and }) =>
        or([
          eb('until_at', '<', earlierThan.until),
          and([eb('until_at', '=', earlierThan.until), eb('id', '<', earlierThan.id)]),
        ]),
      )
      // Stands for both, so that the index is used to begin with.
      query = query.where('until_at', '<=', earlierThan.until)
    }
    if (page.after !== null) query = query.where('until_at', '>', page.after)
    if (page.onlyLongest) {
      query = query.where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('decisions as other')
              .select(sql`1`.as('one'))
              .whereRef('other.value', '=', 'decisions.value')
              .whereRef('other.until_at', '>', 'decisions.until_at')
              .whereRef('other.type', '=', 'decisions.type')
              .whereRef('other.scope', '=', 'decisions.scope'),
          ),
        ),
      )
    }
    const rows = await query.orderBy('until_at', 'desc').orderBy('id', 'desc').limit(page.limit).execute()
    return rows.map(toDecision)
  }

  async get(id: number): Promise<Decision | null> {
    const row = await this.#dialect.kysely
      .selectFrom('decisions')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst()
    return row ? toDecision(row) : null
  }

  async withIds(ids: readonly number[]): Promise<Decision[]> {
    const found: Decision[] = []
    for (const slice of inSlices(ids, 500)) {
      const query = this.#dialect.kysely.selectFrom('decisions').selectAll().where('id', 'in', slice)
      for (const row of await query.execute()) found.push(toDecision(row))
    }
    return found
  }

  async ofAlerts(alertIds: readonly number[], page: { idAbove: number; limit: number }): Promise<Decision[]> {
    if (alertIds.length === 0) return []
    const rows = await this.#dialect.kysely
      .selectFrom('decisions')
      .selectAll()
      .where('alert_id', 'in', [...alertIds])
      .where('id', '>', page.idAbove)
      .orderBy('id')
      .limit(page.limit)
      .execute()
    return rows.map(toDecision)
  }

  async end(ids: readonly number[], at: number, noted?: Noted): Promise<void> {
    const version = await this.#dialect.kysely.transaction().execute(async (transaction) => {
      for (const slice of inSlices(ids, 500)) {
        await transaction.updateTable('decisions').set({ until_at: at }).where('id', 'in', slice).execute()
      }
      return await this.#changes.record(transaction, { kind: 'end', ids, at }, at)
    })
    if (version !== null) noted?.(version)
  }

  async count(value: string, filter: { createdSince?: number; activeAt?: number }): Promise<number> {
    const cidr = parseAddress(value)
    let query = this.#dialect.kysely
      .selectFrom('decisions')
      .select(({ fn }) => fn.countAll<number>().as('count'))
    query = cidr
      ? query
          .where('first_address', 'in', blocksAround(cidr))
          .where('last_address', '>=', addressBytes(cidr).last)
          .where('family', '=', cidr.ip.version)
      : query.where('value', '=', value)
    if (filter.createdSince !== undefined) query = query.where('created_at', '>', filter.createdSince)
    if (filter.activeAt !== undefined) query = query.where('until_at', '>', filter.activeAt)
    return (await query.executeTakeFirst())?.count ?? 0
  }
}

export function toDecision(row: Selectable<DecisionTable>): Decision {
  return {
    id: row.id,
    uuid: uuidFromBytes(row.uuid),
    alertId: row.alert_id,
    origin: row.origin,
    scenario: row.scenario,
    scope: row.scope,
    type: row.type,
    value: row.value,
    cidr: cidrFromColumns(row),
    simulated: row.simulated === 1,
    createdAt: row.created_at,
    until: row.until_at,
  }
}

export function toDecisionRow(
  decision: NewDecision,
  alertId: number,
  createdAt: number,
): Insertable<DecisionTable> {
  return {
    uuid: uuidToBytes(decision.uuid),
    alert_id: alertId,
    origin: decision.origin,
    scenario: decision.scenario,
    scope: decision.scope,
    type: decision.type,
    value: decision.value,
    ...addressColumns(decision.cidr),
    simulated: decision.simulated ? 1 : 0,
    created_at: createdAt,
    until_at: decision.until,
  }
}

/** Where blocks begin that hold the whole of the given one: few enough to look each of them up. */
function blocksAround(cidr: Cidr): Uint8Array[] {
  const firsts = new Map<string, Uint8Array>()
  for (let bits = 0; bits <= cidr.bits; bits++) {
    const first = ipToBytes(maskIp(cidr.ip, bits).ip)
    firsts.set(first.join(), first)
  }
  return [...firsts.values()]
}
