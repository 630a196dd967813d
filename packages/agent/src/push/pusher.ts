import { type Logger, TocsinError, type WireAlert } from '@tocsin/model'
import { reasonOf } from '../file-error.ts'
import type { Journal } from '../journal/journal.ts'
import type { PendingAlert } from '../journal/pending-alerts.ts'
import { pause } from '../tasks.ts'
import { Backoff } from './backoff.ts'
import type { RejectedAlerts } from './rejected-alerts.ts'

/** What the agent needs of a client of the Local API; `MachineClient` of @tocsin/client is one. */
export interface AlertClient {
  pushAlerts(alerts: readonly WireAlert[], options?: { signal?: AbortSignal }): Promise<readonly string[]>
  heartbeat(options?: { signal?: AbortSignal }): Promise<void>
}

export interface PusherOptions {
  readonly journal: Journal
  readonly client: AlertClient
  readonly rejected: RejectedAlerts
  readonly logger: Logger
  now(): number
  /** Alerts of so long go into one request. Default 1000. */
  readonly batchMs?: number
  readonly random?: () => number
}

export interface PushStats {
  /** Alerts that the Local API took since the start. */
  readonly sent: number
  /** Alerts that it will never take. */
  readonly rejected: number
  /** Since when it does not answer, or null if it does. */
  readonly awaySinceMs: number | null
  readonly lastError: string | null
}

const maxAlerts = 100
const maxBytes = 1024 * 1024

/**
 * Delivers the alerts of the journal in their order. What the Local API cannot take now is tried again, for ever;
 * what it refuses for good is set aside. An alert whose delivery was not confirmed is sent again under the same uuid.
 */
export class Pusher {
  readonly #options: PusherOptions
  readonly #backoff: Backoff
  #wake: (() => void) | null = null
  /** Alerts up to this one go one by one, because one among them was refused. */
  #suspectUpTo = 0
  #sent = 0
  #rejected = 0
  #awaySinceMs: number | null = null
  #lastError: string | null = null

  constructor(options: PusherOptions) {
    this.#options = options
    this.#backoff = new Backoff(options.random)
  }

  get stats(): PushStats {
    return {
      sent: this.#sent,
      rejected: this.#rejected,
      awaySinceMs: this.#awaySinceMs,
      lastError: this.#lastError,
    }
  }

  /** There is something to deliver. */
  wake(): void {
    this.#wake?.()
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (this.#options.journal.pendingAlerts === 0) await this.#untilWoken(signal)
      const failureMs = await this.pushSome(signal)
      const batchMs = this.#options.journal.pendingAlerts >= maxAlerts ? 0 : (this.#options.batchMs ?? 1000)
      await pause(failureMs ?? batchMs, signal)
    }
  }

  /** Delivers the oldest alerts, one request. Answers how long to wait after a failure, null where all is well. */
  async pushSome(signal: AbortSignal): Promise<number | null> {
    const { journal } = this.#options
    let batch: PendingAlert[] = []
    try {
      batch = await journal.oldestAlerts(maxAlerts, maxBytes)
      const first = batch[0]
      if (first === undefined || signal.aborted) return null
      if (first.number <= this.#suspectUpTo) batch = [first]
      await this.#post(batch, signal)
      return null
    } catch (error) {
      if (signal.aborted) return null
      return await this.#failed(batch, error, signal)
    }
  }

  /** Tells the Local API that the machine is alive. */
  async heartbeat(signal: AbortSignal): Promise<void> {
    try {
      await this.#options.client.heartbeat({ signal })
      this.#reached()
    } catch (error) {
      if (!signal.aborted) this.#away(error)
    }
  }

  async #post(batch: readonly PendingAlert[], signal: AbortSignal): Promise<void> {
    const alerts = batch.map(({ json }) => JSON.parse(json) as WireAlert)
    await this.#options.client.pushAlerts(alerts, { signal })
    this.#reached()
    this.#backoff.succeeded()
    this.#sent += batch.length
    await this.#acknowledge(batch, signal)
  }

  async #failed(batch: readonly PendingAlert[], error: unknown, signal: AbortSignal): Promise<number> {
    const last = batch.at(-1)
    if (last === undefined || !isRefusal(error)) {
      this.#away(error)
      return this.#backoff.failed()
    }
    this.#reached()
    if (batch.length > 1) {
      this.#suspectUpTo = last.number
      return 0
    }
    await this.#setAside(last, error, signal)
    return 0
  }

  async #setAside(pending: PendingAlert, error: TocsinError, signal: AbortSignal): Promise<void> {
    const { rejected, logger, now } = this.#options
    const { scenario, source } = JSON.parse(pending.json) as WireAlert
    const what = `the alert of ${scenario} about ${source.value}`
    let kept = false
    try {
      kept = await rejected.add(pending.json, error.message, now())
    } catch (failure) {
      logger.error(`cannot keep ${what}, which the Local API refused: ${reasonOf(failure)}`)
    }
    this.#rejected++
    logger.error(
      `the Local API refused ${what}: ${error.message}${kept ? `; it is kept in ${rejected.path}` : ''}`,
    )
    await this.#acknowledge([pending], signal)
  }

  /** Where the journal cannot be written nothing more is sent: what was sent must not go out again. */
  async #acknowledge(batch: readonly PendingAlert[], signal: AbortSignal): Promise<void> {
    const last = batch.at(-1)
    if (last === undefined) return
    for (let attempt = 0; ; attempt++) {
      try {
        this.#options.journal.acknowledge(last.number)
        return
      } catch (error) {
        if (attempt === 0)
          this.#options.logger.error(`cannot note that alerts were delivered: ${reasonOf(error)}`)
        await pause(1000, signal)
        if (signal.aborted) return
      }
    }
  }

  #away(error: unknown): void {
    const { journal, logger, now } = this.#options
    const text = reasonOf(error)
    const isNews = this.#awaySinceMs === null || this.#lastError !== text
    this.#awaySinceMs ??= now()
    this.#lastError = text
    if (!isNews) return
    const hint = error instanceof TocsinError && error.hint !== undefined ? `; ${error.hint}` : ''
    logger.warn(`${text}${hint}; alerts wait on disk (${journal.pendingAlerts} now)`)
  }

  #reached(): void {
    if (this.#awaySinceMs === null) return
    this.#awaySinceMs = null
    this.#lastError = null
    const { journal, logger } = this.#options
    logger.info(`the Local API answers again; ${journal.pendingAlerts} alerts are on their way`)
    // Whatever wait the failures had come to, it is over.
    this.#backoff.succeeded()
  }

  async #untilWoken(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const end = () => {
        this.#wake = null
        signal.removeEventListener('abort', end)
        resolve()
      }
      this.#wake = end
      signal.addEventListener('abort', end)
      if (signal.aborted) end()
    })
  }
}

/** Whether trying again can never help: the request itself is refused, not the sender and not for now. */
function isRefusal(error: unknown): error is TocsinError {
  if (!(error instanceof TocsinError)) return false
  // CrowdSec's Local API answers 500 where an alert is malformed, and says so in the text only.
  const isInvalid = error.code === 'LAPI_FAILED' && error.message.includes('validation failure')
  return error.code === 'LAPI_REFUSED' || isInvalid
}
