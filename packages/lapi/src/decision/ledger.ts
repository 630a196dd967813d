import { inSlices, letOthersRun } from '../store/query/column.ts'
import type {
  AlertFilter,
  AlertStore,
  DeletedAlerts,
  NewAlert,
  Noted,
  Store,
  StoredAlert,
} from '../store/store.ts'
import type { ActiveSet } from './active-set.ts'
import type { ChangeFeed } from './change-feed.ts'
import type { Decision } from './decision.ts'
import type { Turns } from './turns.ts'

/** How many decisions enter the set before others run. */
const sliceSize = 2_000

/** How many decisions are stored as one. */
const stagedAbove = 2_000

/** How many alerts were deleted, and whether there may be more to delete. */
export interface Deletion {
  readonly alerts: number
  readonly more: boolean
}

/**
 * Everything that changes decisions. A change goes to the store first and then to the active set, one change after
 * another, so that both see them in the same order and the set never holds what the store does not. Where other
 * processes change the same database, their changes come in between, in the order of the database.
 */
export class Ledger {
  readonly #store: Store
  readonly #active: ActiveSet
  readonly #turns: Turns
  readonly #feed: ChangeFeed | null

  constructor(store: Store, active: ActiveSet, turns: Turns, feed: ChangeFeed | null) {
    this.#store = store
    this.#active = active
    this.#turns = turns
    this.#feed = feed
  }

  /** Stores all alerts or none; their decisions are in force from then on. */
  async insert(alerts: readonly NewAlert[], now: number): Promise<StoredAlert[]> {
    if (alerts.length === 0) return []
    const count = alerts.reduce((sum, { decisions }) => sum + decisions.length, 0)
    // Very many are stored beside the turns of the others, and seen when they are whole.
    const staged = count > stagedAbove ? await this.#store.alerts.stage(alerts) : null
    return await this.#change(
      async (noted) => {
        if (!staged) return await this.#store.alerts.insert(alerts, noted)
        await this.#store.alerts.publish(staged, noted)
        return staged
      },
      async (stored) => {
        const decisions = stored.flatMap(({ decisions }) => decisions)
        for (const [at, slice] of inSlices(decisions, sliceSize).entries()) {
          if (at > 0) await letOthersRun()
          this.#active.add(slice, now)
        }
      },
    )
  }

  /** Ends decisions at the time, whenever they would end or have ended. */
  async end(decisions: readonly Decision[], at: number): Promise<void> {
    if (decisions.length === 0) return
    const ids = decisions.map(({ id }) => id)
    await this.#change(
      async (noted) => await this.#store.decisions.end(ids, at, noted),
      () => this.#active.end(decisions, at),
    )
  }

  /** Deletes at most `limit` alerts that match, with their decisions. */
  async deleteAlerts(filter: AlertFilter, limit: number): Promise<Deletion> {
    return await this.#delete(async (noted) => await this.#store.alerts.delete(filter, limit, noted))
  }

  async deleteAlert(id: number): Promise<Deletion> {
    return await this.#delete(async (noted) => await this.#store.alerts.deleteById(id, noted))
  }

  /** Deletes at most `limit` of the oldest alerts beyond the bounds. */
  async flushAlerts(bounds: Parameters<AlertStore['flush']>[0], limit: number): Promise<Deletion> {
    return await this.#delete(async (noted) => await this.#store.alerts.flush(bounds, limit, noted))
  }

  async #delete(remove: (noted: Noted) => Promise<DeletedAlerts>): Promise<Deletion> {
    return await this.#change(remove, ({ decisionIds }) => this.#active.forget(decisionIds))
  }

  async #change<T>(
    write: (noted: Noted) => Promise<T>,
    apply: (result: T) => void | Promise<void>,
  ): Promise<T> {
    return await this.#turns.take(async () => {
      let version: number | undefined
      const result = await write((number) => (version = number))
      if (version === undefined || !this.#feed) await apply(result)
      else await this.#feed.own(version, async () => await apply(result))
      return result
    })
  }
}
