import type { WireMetric } from '@tocsin/client'
import { type Logger, TocsinError } from '@tocsin/model'

/** One figure of a report. */
export interface UsageItem {
  readonly name: string
  readonly unit: string
  readonly labels?: Readonly<Record<string, string>>
  readonly value: number
  /** True for how things are; false for what was counted since the start, of which a report tells what is new. */
  readonly isGauge: boolean
}

export interface UsageReporterOptions {
  collect(): Promise<readonly UsageItem[]>
  /** Hands one report to the Local API. */
  send(window: WireMetric, signal: AbortSignal): Promise<void>
  readonly logger: Logger
  /** Default: half an hour. */
  readonly everyMs?: number
}

export interface UsageReporter {
  /** Sends a last report, unless that takes longer than two seconds, and ends. */
  stop(): Promise<void>
}

const halfHourMs = 1_800_000
const patienceMs = 30_000
const farewellMs = 2_000

/**
 * Reports at once, then from time to time. What could not be told is part of the next report; nobody is bothered with it,
 * because whoever works with the Local API says already that it is away. One that knows no reports is not asked again.
 */
export function reportUsage({ everyMs = halfHourMs, ...options }: UsageReporterOptions): UsageReporter {
  const account = new UsageAccount(options)
  let running = account.report(AbortSignal.timeout(patienceMs))
  const timer = setInterval(() => {
    running = running.then(() => account.report(AbortSignal.timeout(patienceMs)))
  }, everyMs).unref()
  return {
    stop: async () => {
      clearInterval(timer)
      const signal = AbortSignal.timeout(farewellMs)
      await Promise.race([running, new Promise((done) => signal.addEventListener('abort', done))])
      if (!signal.aborted) await account.report(signal)
    },
  }
}

/** What was told already, and since when something is to be told. */
class UsageAccount {
  readonly #options: Pick<UsageReporterOptions, 'collect' | 'send' | 'logger'>
  readonly #told = new Map<string, number>()
  #sinceMs = Date.now()
  #isUnknownThere = false

  constructor(options: Pick<UsageReporterOptions, 'collect' | 'send' | 'logger'>) {
    this.#options = options
  }

  async report(signal: AbortSignal): Promise<void> {
    if (this.#isUnknownThere) return
    const { collect, send, logger } = this.#options
    const nowMs = Date.now()
    try {
      const items = await collect()
      await send(this.#window(items, nowMs), signal)
      for (const item of items) this.#told.set(keyOf(item), item.value)
      this.#sinceMs = nowMs
    } catch (error) {
      this.#isUnknownThere = error instanceof TocsinError && error.code === 'LAPI_NOT_FOUND'
      logger.debug(`usage was not reported: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  #window(items: readonly UsageItem[], nowMs: number): WireMetric {
    return {
      meta: {
        utc_now_timestamp: Math.floor(nowMs / 1000),
        window_size_seconds: Math.max(1, Math.round((nowMs - this.#sinceMs) / 1000)),
      },
      items: items.flatMap((item) => {
        const { name, unit, labels = {}, isGauge } = item
        const value = isGauge ? item.value : item.value - (this.#told.get(keyOf(item)) ?? 0)
        return value > 0 ? [{ name, unit, value, labels: { ...labels } }] : []
      }),
    }
  }
}

function keyOf({ name, unit, labels = {} }: UsageItem): string {
  return JSON.stringify([name, unit, labels])
}
