import type { AlertFilter, AlertStore, DeletedAlerts, NewAlert, Store, StoredAlert } from '../store/store.ts'
import type { ActiveSet } from './active-set.ts'
import type { Decision } from './decision.ts'

/**
 * Everything that changes decisions. A change goes to the store first and then to the active set, one change after
 * another, so that both see them in the same order and the set never holds what the store does not.
 */
export class Ledger {
  readonly #store: Store
  readonly #active: ActiveSet
  #last: Promise<unknown> = Promise.resolve()

  constructor(store: Store, active: ActiveSet) {
    this.#store = store
    this.#active = active
  }

  /** Stores all alerts or none; their decisions are in force from then on. */
  async insert(alerts: readonly NewAlert[], now: number): Promise<StoredAlert[]> {
    if (alerts.length === 0) return []
    return await this.#next(async () => {
      const stored = await this.#store.alerts.insert(alerts)
      this.#active.add(
        stored.flatMap(({ decisions }) => decisions),
        now,
      )
      return stored
    })
  }

  /** Ends decisions at the time, whenever they would end or have ended. */
  async end(decisions: readonly Decision[], at: number): Promise<void> {
    if (decisions.length === 0) return
    await this.#next(async () => {
      await this.#store.decisions.end(
        decisions.map(({ id }) => id),
        at,
      )
      this.#active.end(decisions, at)
    })
  }

  /** Deletes at most `limit` alerts that match, with their decisions, and answers how many. */
  async deleteAlerts(filter: AlertFilter, limit: number): Promise<number> {
    return await this.#delete(async () => await this.#store.alerts.delete(filter, limit))
  }

  async deleteAlert(id: number): Promise<number> {
    return await this.#delete(async () => await this.#store.alerts.deleteById(id))
  }

  /** Deletes at most `limit` of the oldest alerts beyond the bounds, and answers how many. */
  async flushAlerts(bounds: Parameters<AlertStore['flush']>[0], limit: number): Promise<number> {
    return await this.#delete(async () => await this.#store.alerts.flush(bounds, limit))
  }

  async #delete(remove: () => Promise<DeletedAlerts>): Promise<number> {
    return await this.#next(async () => {
      const { alerts, decisionIds } = await remove()
      this.#active.forget(decisionIds)
      return alerts
    })
  }

  async #next<T>(change: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(change)
    this.#last = turn.catch(() => undefined)
    return await turn
  }
}
