import type { Clock, Logger } from '@tocsin/model'
import { letOthersRun } from '../store/query/column.ts'
import type { Change, ChangeStore, DecisionStore } from '../store/store.ts'
import type { ActiveSet } from './active-set.ts'
import type { Decision } from './decision.ts'
import type { Turns } from './turns.ts'

export interface ChangeFeedOptions {
  readonly changes: ChangeStore
  readonly decisions: DecisionStore
  readonly active: ActiveSet
  readonly turns: Turns
  readonly clock: Clock
  readonly logger: Logger
  /** Reads the allowlists again. */
  readonly allowlistsChanged: () => Promise<void>
  /** Reads again who may ask. */
  readonly accessChanged: () => Promise<void>
  /** The number of the last change that the active set had seen when it was loaded. */
  readonly version: number
}

const pageSize = 200
const loadSize = 2_000
/** Announcements are the fast way; looking is the sure one. */
const lookEveryMs = 1_000
const keptMs = 3_600_000
const forgetEveryMs = 600_000

/**
 * Keeps the memory of this process in step with the others on the same database: every change of theirs is read
 * from the log in its order. After a lost connection the gap is read; where the log does not reach back so far, the
 * set is compared with the whole table.
 */
export class ChangeFeed {
  readonly #options: ChangeFeedOptions
  #timers: ReturnType<typeof setInterval>[] = []
  #listener: { stop(): Promise<void> } | undefined
  #applied: number
  #waiting = false
  #failing = false

  constructor(options: ChangeFeedOptions) {
    this.#options = options
    this.#applied = options.version
  }

  /** Follows the others from now on. */
  start(): void {
    this.#listener = this.#options.changes.listen(() => this.#look())
    this.#timers = [
      setInterval(() => this.#look(), lookEveryMs).unref(),
      setInterval(() => void this.#forget(), forgetEveryMs).unref(),
    ]
  }

  /** The number of the last change that is in memory. */
  get applied(): number {
    return this.#applied
  }

  /**
   * Applies a change of this process after those of others that were committed before it. To be called within a
   * turn. What cannot be read now is read later, the own change with it.
   */
  async own(version: number, apply: () => Promise<void>): Promise<void> {
    try {
      await this.#readUpTo(version - 1)
    } catch (error) {
      this.#failed(error)
      return
    }
    if (this.#applied !== version - 1) return
    await apply()
    this.#applied = version
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    await this.#listener?.stop()
    await this.#options.turns.take(async () => {})
  }

  #look(): void {
    if (this.#waiting) return
    this.#waiting = true
    const read = this.#options.turns.take(async () => {
      this.#waiting = false
      await this.#readUpTo(Number.MAX_SAFE_INTEGER)
    })
    read.then(
      () => (this.#failing = false),
      (error: unknown) => this.#failed(error),
    )
  }

  #failed(error: unknown): void {
    if (this.#failing) return
    this.#failing = true
    const reason = error instanceof Error ? error.message : String(error)
    this.#options.logger.warn(
      `cannot follow the changes of other processes, decisions are served from memory: ${reason}`,
    )
  }

  async #readUpTo(last: number): Promise<void> {
    while (this.#applied < last) {
      const limit = Math.min(pageSize, last - this.#applied)
      const page = await this.#options.changes.after(this.#applied, limit)
      if (!page) {
        await this.#compare()
        continue
      }
      for (const { version, change } of page) {
        await this.#apply(change)
        this.#applied = version
      }
      if (page.length < limit) return
    }
  }

  async #apply(change: Change): Promise<void> {
    const { active, clock } = this.#options
    if (change.kind === 'alerts') await this.#addOf(change.alertIds)
    else if (change.kind === 'end') active.end(await this.#known(change.ids), change.at)
    else if (change.kind === 'forget') active.forget(change.ids)
    else if (change.kind === 'allowlists') await this.#options.allowlistsChanged()
    else await this.#options.accessChanged()
    active.expire(clock())
  }

  async #addOf(alertIds: readonly number[]): Promise<void> {
    const { active, decisions, clock } = this.#options
    let idAbove = 0
    for (;;) {
      const page = await decisions.ofAlerts(alertIds, { idAbove, limit: loadSize })
      active.add(page, clock())
      const last = page.at(-1)
      if (!last || page.length < loadSize) return
      idAbove = last.id
      await letOthersRun()
    }
  }

  async #known(ids: readonly number[]): Promise<Decision[]> {
    const { active, decisions } = this.#options
    const held = ids.flatMap((id) => active.get(id) ?? [])
    const missing = new Set(ids)
    for (const { id } of held) missing.delete(id)
    return missing.size === 0 ? held : [...held, ...(await decisions.withIds([...missing]))]
  }

  /** Makes the set what the table is: for processes that were away for longer than changes are kept. */
  async #compare(): Promise<void> {
    const { active, decisions, changes, clock, logger } = this.#options
    logger.warn('changes of other processes are forgotten already: all decisions in force are read again')
    const version = await changes.version()
    const now = clock()
    const inForce = new Set<number>()
    for (let idAbove = 0; ;) {
      const page = await decisions.active({ at: now, idAbove, limit: loadSize })
      for (const { id } of page) inForce.add(id)
      active.add(page, now)
      const last = page.at(-1)
      if (!last || page.length < loadSize) break
      idAbove = last.id
      await letOthersRun()
    }
    for (let after = 0; ;) {
      const page = active.after(after, loadSize)
      const last = page.at(-1)
      if (!last) break
      active.end(
        page.filter(({ id, until }) => until > now && !inForce.has(id)),
        now,
      )
      after = last.version
      await letOthersRun()
    }
    await this.#options.allowlistsChanged()
    await this.#options.accessChanged()
    this.#applied = version
  }

  async #forget(): Promise<void> {
    try {
      await this.#options.changes.forget(this.#options.clock() - keptMs)
    } catch (error) {
      this.#failed(error)
    }
  }
}
