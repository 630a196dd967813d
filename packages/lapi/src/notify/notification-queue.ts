import type { Clock, Logger, WireAlert } from '@tocsin/model'
import type { NewAlert, PendingNotification, Store } from '../store/store.ts'
import { toWireAlert } from '../wire/alert.ts'

/** Where alerts are told: mail, chat, a web hook. Given by whoever runs the Local API. */
export interface NotificationSink {
  /** Tells the alerts. What it throws, or does not end in time, is tried again later, all of it. */
  send(alerts: readonly WireAlert[], signal: AbortSignal): Promise<void>
  /** How long alerts are collected to be told together. Default 0. */
  readonly groupWaitMs?: number
  /** So many are told at once, however long they have waited. Default 100, at most 500. */
  readonly groupThreshold?: number
  /** How often it is tried again. Default 10. */
  readonly maxRetries?: number
  /** How long it may take. Default 30 s. */
  readonly timeoutMs?: number
}

export interface NotificationCounts {
  sent: number
  /** Given up after too many attempts. */
  failed: number
  /** Not queued because too many were waiting already. */
  dropped: number
}

const lookEveryMs = 1_000
const firstRetryMs = 5_000
const longestRetryMs = 600_000
const maxPending = 10_000
/** The count of what is pending is asked for at most so often. */
const recountEveryMs = 10_000

/**
 * Tells sinks of alerts, grouped, again and again until they have taken them. What is to be told is stored with the
 * alert, in the same transaction: it survives a kill, and one process of several tells it.
 */
export class NotificationQueue {
  readonly counts: NotificationCounts = { sent: 0, failed: 0, dropped: 0 }
  readonly #sinks: ReadonlyMap<string, NotificationSink>
  readonly #store: Store
  readonly #clock: Clock
  readonly #logger: Logger
  #timer: ReturnType<typeof setInterval> | undefined
  readonly #running = new Map<string, Promise<void>>()
  readonly #pending = new Map<string, { at: number; count: number }>()
  readonly #stopping = new AbortController()

  constructor(sinks: Readonly<Record<string, NotificationSink>>, store: Store, clock: Clock, logger: Logger) {
    this.#sinks = new Map(Object.entries(sinks))
    this.#store = store
    this.#clock = clock
    this.#logger = logger
  }

  /** Tells what waits, from now on. */
  start(): void {
    if (this.#sinks.size > 0) this.#timer = setInterval(() => this.#look(), lookEveryMs).unref()
  }

  get names(): ReadonlySet<string> {
    return new Set(this.#sinks.keys())
  }

  /** The sinks that have room for one more alert. */
  async admit(names: readonly string[]): Promise<string[]> {
    const admitted: string[] = []
    for (const name of names) {
      const pending = await this.#pendingOf(name)
      if (pending.count >= maxPending) {
        this.counts.dropped++
        continue
      }
      pending.count++
      admitted.push(name)
    }
    return admitted
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#stopping.abort()
    await Promise.all(this.#running.values())
  }

  #look(): void {
    for (const [name, sink] of this.#sinks) {
      if (this.#running.has(name)) continue
      const run = this.#tell(name, sink)
        .catch((error: unknown) => this.#failed(name, error))
        .finally(() => this.#running.delete(name))
      this.#running.set(name, run)
    }
  }

  async #tell(name: string, sink: NotificationSink): Promise<void> {
    const threshold = Math.min(Math.max(1, sink.groupThreshold ?? 100), 500)
    const { notifications } = this.#store
    while (!this.#stopping.signal.aborted) {
      const now = this.#clock()
      const due = await notifications.due(name, now, threshold)
      const [oldest] = due
      if (!oldest) return
      const isGroup = due.length >= threshold || due.some(({ attempts }) => attempts > 0)
      if (!isGroup && now - oldest.createdAt < (sink.groupWaitMs ?? 0)) return
      const timeoutMs = sink.timeoutMs ?? 30_000
      const claimed = await notifications.claim(due, now + timeoutMs * 2)
      if (claimed.length > 0) await this.#send(name, sink, claimed, timeoutMs)
    }
  }

  async #send(
    name: string,
    sink: NotificationSink,
    claimed: readonly PendingNotification[],
    timeoutMs: number,
  ): Promise<void> {
    const { notifications } = this.#store
    const ids = claimed.map(({ id }) => id)
    try {
      const alerts = await this.#alertsOf(claimed)
      const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), this.#stopping.signal])
      if (alerts.length > 0) await withEnd(sink.send(alerts, signal), signal)
      await notifications.delete(ids)
      this.counts.sent += alerts.length
    } catch (error) {
      this.#failed(name, error)
      const lost = claimed.filter(({ attempts }) => attempts > (sink.maxRetries ?? 10))
      const lostIds = lost.map(({ id }) => id)
      await notifications.delete(lostIds)
      this.counts.failed += lost.length
      const tries = Math.max(...claimed.map(({ attempts }) => attempts))
      const waitMs = Math.min(firstRetryMs * 2 ** (tries - 1), longestRetryMs)
      // Told to end, it was no failure: the next process begins at once.
      const nextAt = this.#stopping.signal.aborted ? this.#clock() : this.#clock() + waitMs
      await notifications.retry(
        ids.filter((id) => !lostIds.includes(id)),
        nextAt,
      )
    }
  }

  async #alertsOf(claimed: readonly PendingNotification[]): Promise<WireAlert[]> {
    const alerts: WireAlert[] = []
    for (const { alertId } of claimed) {
      const alert = await this.#store.alerts.get(alertId, false)
      if (!alert) continue
      const decisions = await this.#store.decisions.ofAlerts([alertId], { idAbove: 0, limit: 1_000 })
      alerts.push(toWireAlert({ ...alert, decisions }, this.#clock()))
    }
    return alerts
  }

  async #pendingOf(name: string): Promise<{ at: number; count: number }> {
    const now = this.#clock()
    const known = this.#pending.get(name)
    if (known && Math.abs(now - known.at) < recountEveryMs) return known
    const counted = { at: now, count: await this.#store.notifications.count(name) }
    this.#pending.set(name, counted)
    return counted
  }

  #failed(name: string, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error)
    this.#logger.warn(`cannot notify "${name}": ${reason}`)
  }
}

/** A sink that does not look at its signal must not hold up the queue. */
async function withEnd(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const ended = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('it took too long')), { once: true })
  })
  await Promise.race([work, ended])
}

/** An alert with the sinks that are to be told of it. */
export function withNotifications(alert: NewAlert, sinks: readonly string[]): NewAlert {
  return sinks.length === 0 ? alert : { ...alert, notify: sinks }
}
