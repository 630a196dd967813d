import type { Decision, NewDecision } from '../../decision/decision.ts'
import type { Dialect, Executor } from '../dialect/dialect.ts'
import type { NewAlert, StoredAlert } from '../store.ts'
import { toAlertRow } from './alert-row.ts'
import type { Changes } from './changes.ts'
import { inSlices, letOthersRun } from './column.ts'
import { toDecisionRow } from './decisions.ts'

/** An alert with its number, whose decisions have none yet. */
export type NumberedAlert = NewAlert & { readonly id: number }

/** How alerts and their decisions become rows. */
export class AlertInserts {
  readonly #dialect: Dialect
  readonly #changes: Changes

  constructor(dialect: Dialect, changes: Changes) {
    this.#dialect = dialect
    this.#changes = changes
  }

  /** Notes that the alerts are there; null where nobody needs to know. */
  async record(executor: Executor, stored: readonly StoredAlert[]): Promise<number | null> {
    const alertIds = stored.flatMap(({ id, decisions }) => (decisions.length > 0 ? [id] : []))
    const at = stored[0]?.createdAt
    return alertIds.length === 0
      ? null
      : await this.#changes.record(executor, { kind: 'alerts', alertIds }, at)
  }

  /** Rows of alerts without their decisions; at most as many as one statement takes. */
  async alerts(executor: Executor, alerts: readonly NewAlert[]): Promise<NumberedAlert[]> {
    const machineIds = await this.#machineIds(executor, alerts)
    const rows = alerts.map((alert) => toAlertRow(alert, machineIds.get(alert.machine ?? '') ?? null))
    const ids = await this.#dialect.insertIds(executor, 'alerts', rows)
    const details = alerts.map((alert, index) => ({
      alert_id: ids[index] ?? 0,
      events: JSON.stringify(alert.events),
      meta: JSON.stringify(alert.meta),
    }))
    await executor.insertInto('alert_details').values(details).execute()
    const told = alerts.flatMap(({ notify = [], createdAt: at }, index) =>
      notify.map((sink) => ({ sink, alert_id: ids[index] ?? 0, created_at: at, attempts: 0, next_at: at })),
    )
    for (const slice of inSlices(told, this.#dialect.insertRows)) {
      await executor.insertInto('notifications').values(slice).execute()
    }
    return alerts.map((alert, index) => ({
      ...alert,
      machine: machineIds.has(alert.machine ?? '') ? alert.machine : null,
      id: ids[index] ?? 0,
    }))
  }

  /** In statements of some hundred rows; without a transaction around it, others write in between. */
  async decisions(executor: Executor, alerts: readonly NumberedAlert[]): Promise<Decision[][]> {
    const numbered: Decision[][] = alerts.map(() => [])
    let isFirst = true
    for (const slice of pendingSlices(alerts, this.#dialect.insertRows)) {
      if (!isFirst) await letOthersRun()
      isFirst = false
      const rows = slice.map(({ decision, alertId, createdAt }) =>
        toDecisionRow(decision, alertId, createdAt),
      )
      const ids = executor.isTransaction
        ? await this.#dialect.insertIds(executor, 'decisions', rows)
        : await this.#dialect.stepwise(
            async (transaction) => await this.#dialect.insertIds(transaction, 'decisions', rows),
          )
      for (const [at, { index, decision, alertId, createdAt }] of slice.entries()) {
        numbered[index]?.push({ ...decision, id: ids[at] ?? 0, alertId, createdAt })
      }
    }
    return numbered
  }

  async #machineIds(executor: Executor, alerts: readonly NewAlert[]): Promise<Map<string, number>> {
    const names = [...new Set(alerts.flatMap(({ machine }) => (machine === null ? [] : [machine])))]
    if (names.length === 0) return new Map()
    const rows = await executor
      .selectFrom('machines')
      .select(['id', 'name'])
      .where('name', 'in', names)
      .execute()
    return new Map(rows.map(({ id, name }) => [name, id]))
  }
}

/** A decision that is to be stored, and the place of its alert. */
interface Pending {
  readonly index: number
  readonly decision: NewDecision
  readonly alertId: number
  readonly createdAt: number
}

/** All decisions of the alerts, made into slices as they are needed: there may be hundreds of thousands. */
function* pendingSlices(
  alerts: readonly NumberedAlert[],
  size: number,
): Generator<Pending[], void, undefined> {
  let slice: Pending[] = []
  for (const [index, { id: alertId, createdAt, decisions }] of alerts.entries()) {
    for (const decision of decisions) {
      slice.push({ index, decision, alertId, createdAt })
      if (slice.length < size) continue
      yield slice
      slice = []
    }
  }
  if (slice.length > 0) yield slice
}
