import { sql } from 'kysely'
import type { Decision } from '../../decision/decision.ts'
import type { Dialect, Executor } from '../dialect/dialect.ts'
import type {
  AlertFilter,
  AlertPage,
  AlertStore,
  DeletedAlerts,
  NewAlert,
  Noted,
  StoredAlert,
} from '../store.ts'
import { alertCondition, isWhole } from './alert-filter.ts'
import { AlertInserts, type NumberedAlert } from './alert-inserts.ts'
import { type JoinedRow, toAlert } from './alert-row.ts'
import type { Changes } from './changes.ts'
import { inSlices, letOthersRun, uuidFromBytes, uuidToBytes } from './column.ts'
import { toDecision } from './decisions.ts'

/** How many decisions one step of a deletion takes. */
const deletedDecisions = 2_000

export class Alerts implements AlertStore {
  readonly #dialect: Dialect
  readonly #changes: Changes
  readonly #inserts: AlertInserts

  constructor(dialect: Dialect, changes: Changes) {
    this.#dialect = dialect
    this.#changes = changes
    this.#inserts = new AlertInserts(dialect, changes)
  }

  async insert(alerts: readonly NewAlert[], noted?: Noted): Promise<StoredAlert[]> {
    const [first] = alerts
    if (!first) return []
    let version: number | null = null
    const all = await this.#dialect.kysely.transaction().execute(async (transaction) => {
      const stored: StoredAlert[] = []
      for (const slice of inSlices(alerts, this.#dialect.insertRows)) {
        const numbered = await this.#inserts.alerts(transaction, slice)
        const decisions = await this.#inserts.decisions(transaction, numbered)
        for (const [index, alert] of numbered.entries())
          stored.push({ ...alert, decisions: decisions[index] ?? [] })
      }
      version = await this.#inserts.record(transaction, stored)
      return stored
    })
    if (version !== null) noted?.(version)
    return all
  }

  async stage(alerts: readonly NewAlert[]): Promise<StoredAlert[]> {
    const { kysely, insertRows, stepwise } = this.#dialect
    const numbered: NumberedAlert[] = []
    try {
      for (const slice of inSlices(alerts, insertRows)) {
        const inserted = await stepwise(async (transaction) => {
          const some = await this.#inserts.alerts(transaction, slice)
          const rows = some.map(({ id, createdAt }) => ({ alert_id: id, at: createdAt }))
          await transaction.insertInto('staged_alerts').values(rows).execute()
          return some
        })
        for (const alert of inserted) numbered.push(alert)
      }
      const decisions = await this.#inserts.decisions(kysely, numbered)
      return numbered.map((alert, index) => ({ ...alert, decisions: decisions[index] ?? [] }))
    } catch (error) {
      await this.#dropIds(numbered.map(({ id }) => id)).catch(() => {})
      throw error
    }
  }

  async publish(staged: readonly StoredAlert[], noted?: Noted): Promise<void> {
    const version = await this.#dialect.kysely.transaction().execute(async (transaction) => {
      let published = 0
      for (const slice of inSlices(staged, 500)) {
        const ids = slice.map(({ id }) => id)
        const deletion = transaction.deleteFrom('staged_alerts').where('alert_id', 'in', ids)
        published += Number((await deletion.executeTakeFirst()).numDeletedRows)
      }
      if (published < staged.length) throw new Error('an alert was deleted while it was stored')
      return await this.#inserts.record(transaction, staged)
    })
    if (version !== null) noted?.(version)
  }

  async dropStaged(before: number): Promise<void> {
    const rows = await this.#dialect.kysely
      .selectFrom('staged_alerts')
      .select('alert_id')
      .where('at', '<=', before)
      .execute()
    await this.#dropIds(rows.map(({ alert_id: id }) => id))
  }

  async #dropIds(ids: readonly number[]): Promise<void> {
    for (const slice of inSlices(ids, 200)) {
      for (let more = true; more; await letOthersRun()) more = (await this.#deleteIds(slice, false)).more
    }
  }

  async get(id: number, withDecisions = true): Promise<StoredAlert | null> {
    const row = await joined(this.#dialect.kysely)
      .where('alerts.id', '=', id)
      .where(isWhole)
      .executeTakeFirst()
    return row ? ((await this.#withDecisions([row], withDecisions))[0] ?? null) : null
  }

  async idsOfUuids(uuids: readonly string[]): Promise<Map<string, number>> {
    const known = new Map<string, number>()
    for (const slice of inSlices(uuids, 500)) {
      const rows = await this.#dialect.kysely
        .selectFrom('alerts')
        .select(['id', 'uuid'])
        .where('uuid', 'in', slice.map(uuidToBytes))
        .execute()
      for (const { id, uuid } of rows) known.set(uuidFromBytes(uuid), id)
    }
    return known
  }

  async page(filter: AlertFilter, page: AlertPage): Promise<StoredAlert[]> {
    const { after, order } = page
    const direction = order === 'asc' ? '>' : '<'
    let query = joined(this.#dialect.kysely).where((build) => alertCondition(build as never, filter))
    if (after) {
      query = query.where(({ eb, or, and }) =>
        or([
          eb('alerts.created_at', direction, after.createdAt),
          and([eb('alerts.created_at', '=', after.createdAt), eb('alerts.id', direction, after.id)]),
        ]),
      )
    }
    const rows = await query
      .orderBy('alerts.created_at', order)
      .orderBy('alerts.id', order)
      .limit(page.limit)
      .execute()
    return await this.#withDecisions(rows, page.withDecisions)
  }

  async countByScenario(): Promise<Map<string, number>> {
    const rows = await this.#dialect.kysely
      .selectFrom('alerts')
      .select(({ fn }) => ['scenario', fn.countAll<number>().as('count')])
      .where('source_scope', 'not like', 'lists:%')
      .where('source_scope', '!=', 'crowdsecurity/community-blocklist')
      .groupBy('scenario')
      .execute()
    return new Map(rows.map(({ scenario, count }) => [scenario, count]))
  }

  async delete(filter: AlertFilter, limit: number, noted?: Noted): Promise<DeletedAlerts> {
    const rows = await this.#dialect.kysely
      .selectFrom('alerts')
      .select('alerts.id')
      .where((build) => alertCondition(build, filter))
      .orderBy('alerts.id')
      .limit(limit)
      .execute()
    const ids = rows.map(({ id }) => id)
    return await this.#deleteIds(ids, ids.length === limit, noted)
  }

  async deleteById(id: number, noted?: Noted): Promise<DeletedAlerts> {
    return await this.#deleteIds([id], false, noted)
  }

  async flush(
    bounds: { keepNewest?: number; createdBefore?: number; at: number },
    limit: number,
    noted?: Noted,
  ): Promise<DeletedAlerts> {
    const { keepNewest, createdBefore, at } = bounds
    const tooOld = createdBefore === undefined ? sql`1 = 0` : sql`created_at <= ${createdBefore}`
    const tooMany =
      keepNewest === undefined
        ? sql`1 = 0`
        : sql`id <= coalesce((select id from alerts order by id desc limit 1 offset ${keepNewest}), 0)`
    const { rows } = await sql<{
      id: number
    }>`select id from alerts where (${tooOld} or ${tooMany}) and ${isWhole}
      and not exists (select 1 from decisions d where d.alert_id = alerts.id and d.until_at > ${at})
      order by id limit ${limit}`.execute(this.#dialect.kysely)
    const ids = rows.map(({ id }) => id)
    return await this.#deleteIds(ids, ids.length === limit, noted)
  }

  /** An alert of very many decisions goes a part of them at a time, itself with the last part. */
  async #deleteIds(ids: readonly number[], more: boolean, noted?: Noted): Promise<DeletedAlerts> {
    if (ids.length === 0) return { alerts: 0, decisionIds: [], more: false }
    let version: number | null = null
    const deleted = await this.#dialect.kysely.transaction().execute(async (transaction) => {
      const rows = await transaction
        .selectFrom('decisions')
        .select('id')
        .where('alert_id', 'in', [...ids])
        .limit(deletedDecisions + 1)
        .execute()
      const isWhole = rows.length <= deletedDecisions
      const decisionIds = rows.slice(0, deletedDecisions).map(({ id }) => id)
      for (const slice of inSlices(decisionIds, 500)) {
        await transaction.deleteFrom('decisions').where('id', 'in', slice).execute()
      }
      let alerts = 0
      if (isWhole) {
        const result = await transaction
          .deleteFrom('alerts')
          .where('id', 'in', [...ids])
          .executeTakeFirst()
        alerts = Number(result.numDeletedRows)
      }
      if (decisionIds.length > 0) {
        version = await this.#changes.record(transaction, { kind: 'forget', ids: decisionIds })
      }
      return { alerts, decisionIds, more: more || !isWhole }
    })
    if (version !== null) noted?.(version)
    return deleted
  }

  async #withDecisions(rows: readonly JoinedRow[], wanted: boolean): Promise<StoredAlert[]> {
    const byAlert = new Map<number, Decision[]>()
    if (wanted) {
      for (const slice of inSlices(rows, 500)) {
        const decisions = await this.#dialect.kysely
          .selectFrom('decisions')
          .selectAll()
          .where(
            'alert_id',
            'in',
            slice.map(({ id }) => id),
          )
          .orderBy('id')
          .execute()
        for (const decision of decisions.map(toDecision)) {
          const known = byAlert.get(decision.alertId)
          if (known) known.push(decision)
          else byAlert.set(decision.alertId, [decision])
        }
      }
    }
    return rows.map((row) => toAlert(row, byAlert.get(row.id) ?? []))
  }
}

function joined(executor: Executor) {
  return executor
    .selectFrom('alerts')
    .leftJoin('machines', 'machines.id', 'alerts.machine_id')
    .innerJoin('alert_details', 'alert_details.alert_id', 'alerts.id')
    .selectAll('alerts')
    .select(['machines.name as machine', 'alert_details.events', 'alert_details.meta'])
}
