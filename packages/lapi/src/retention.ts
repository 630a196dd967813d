import type { Clock, Logger } from '@tocsin/model'
import type { Ledger } from './decision/ledger.ts'
import { letOthersRun } from './store/query/column.ts'

/** How many alerts are kept, and for how long. Alerts with a decision in force are kept whatever this says. */
export interface RetentionOptions {
  /** The newest so many. */
  readonly maxItems?: number
  readonly maxAgeMs?: number
  /** How often it is enforced. Default 60,000. */
  readonly everyMs?: number
}

const batchSize = 200

/** Enforces retention in small batches, so that requests are served in between. */
export class Retention {
  readonly #ledger: Ledger
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #bounds: RetentionOptions
  readonly #timer: ReturnType<typeof setInterval>
  #running: Promise<void> | undefined
  #stopped = false

  constructor(bounds: RetentionOptions, ledger: Ledger, clock: Clock, logger: Logger) {
    this.#bounds = bounds
    this.#ledger = ledger
    this.#clock = clock
    this.#logger = logger
    this.#timer = setInterval(() => void this.run(), bounds.everyMs ?? 60_000).unref()
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
    const at = this.#clock()
    const { maxItems, maxAgeMs } = this.#bounds
    const bounds = {
      at,
      ...(maxItems === undefined ? {} : { keepNewest: maxItems }),
      ...(maxAgeMs === undefined ? {} : { createdBefore: at - maxAgeMs }),
    }
    let count = 0
    try {
      while (!this.#stopped) {
        const flushed = await this.#ledger.flushAlerts(bounds, batchSize)
        count += flushed.alerts
        if (!flushed.more) break
        await letOthersRun()
      }
    } catch (error) {
      this.#logger.error(
        `cannot delete old alerts: ${error instanceof Error ? error.message : String(error)}`,
      )
    }
    if (count > 0) this.#logger.info(`${count} old alerts were deleted`)
  }
}
