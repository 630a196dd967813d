import type { Clock, Logger } from '@tocsin/model'
import { autodelete, type AutodeleteOptions, type Autodeleted } from './autodelete.ts'
import type { Ledger } from './decision/ledger.ts'
import { letOthersRun } from './store/query/column.ts'
import type { Store } from './store/store.ts'

/** How many alerts are kept, and for how long. Alerts with a decision in force are kept whatever this says. */
export interface RetentionOptions {
  /** The newest so many. */
  readonly maxItems?: number
  readonly maxAgeMs?: number
  /** How long reports of machines and bouncers about themselves are kept. Default 7 days. */
  readonly metricsMaxAgeMs?: number
  /** Machines and bouncers that are not seen any more. Default: they stay. */
  readonly autodelete?: AutodeleteOptions
  /** How often it is enforced. Default 60,000. */
  readonly everyMs?: number
}

export interface RetentionParts {
  readonly options: RetentionOptions
  readonly store: Store
  readonly ledger: Ledger
  readonly clock: Clock
  readonly logger: Logger
  /** Called when somebody or something was deleted, for what is known of it in memory. */
  readonly deleted: (what: Autodeleted) => Promise<void>
}

const batchSize = 200
const metricsMaxAgeMs = 7 * 24 * 3_600_000

/** Enforces retention in small batches, so that requests are served in between. */
export class Retention {
  readonly #parts: RetentionParts
  #timer: ReturnType<typeof setInterval> | undefined
  #running: Promise<void> | undefined
  #stopped = false

  constructor(parts: RetentionParts) {
    this.#parts = parts
  }

  start(): void {
    this.#timer = setInterval(() => void this.run(), this.#parts.options.everyMs ?? 60_000).unref()
  }

  /** Deletes what is beyond the bounds now. One run at a time; failures are logged and tried again later. */
  async run(): Promise<void> {
    this.#running ??= this.#flush().finally(() => {
      this.#running = undefined
    })
    await this.#running
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearInterval(this.#timer)
    await this.#running
  }

  async #flush(): Promise<void> {
    const { logger } = this.#parts
    try {
      await this.#flushAlerts()
      await this.#flushOthers()
    } catch (error) {
      logger.error(
        `cannot delete what has run out: ${error instanceof Error ? error.message : String(error)}`,
      )
    }
  }

  async #flushAlerts(): Promise<void> {
    const { clock, ledger, logger, options } = this.#parts
    const at = clock()
    const { maxItems, maxAgeMs } = options
    if (maxItems === undefined && maxAgeMs === undefined) return
    const bounds = {
      at,
      ...(maxItems === undefined ? {} : { keepNewest: maxItems }),
      ...(maxAgeMs === undefined ? {} : { createdBefore: at - maxAgeMs }),
    }
    let count = 0
    while (!this.#stopped) {
      const flushed = await ledger.flushAlerts(bounds, batchSize)
      count += flushed.alerts
      if (!flushed.more) break
      await letOthersRun()
    }
    if (count > 0) logger.info(`${count} old alerts were deleted`)
  }

  async #flushOthers(): Promise<void> {
    const { clock, deleted, logger, options, store } = this.#parts
    const now = clock()
    await store.metrics.forget(now - (options.metricsMaxAgeMs ?? metricsMaxAgeMs))
    const what = await autodelete(store, options.autodelete ?? {}, now)
    if (what.machines + what.bouncers + what.allowlistItems === 0) return
    await deleted(what)
    if (what.machines + what.bouncers > 0) {
      logger.info(`${what.machines} machines and ${what.bouncers} bouncers that were not seen were deleted`)
    }
  }
}
