import type { StreamPart, StreamQuery } from '@tocsin/client'
import { type Clock, type Logger, silentLogger, TocsinError } from '@tocsin/model'
import { steadyClock } from './clock.ts'
import type { DecisionSet } from './decision-set.ts'
import type { Changes } from './remediation.ts'
import { wait } from './wait.ts'

/**
 * Where decisions come from. `BouncerClient` of @tocsin/client is one; a Local API in the same process can be
 * another. A pull is complete when the iteration ends without an error.
 */
export interface DecisionSource {
  streamParts(query: StreamQuery, options: { signal: AbortSignal }): AsyncIterable<StreamPart>
}

/** Who is told what happened to the set. Both are called in the order of events, and may be called while busy. */
export interface DecisionListener {
  /** The first whole set is there. */
  loaded(): void
  changed(changes: Changes): void
}

export interface DecisionStreamOptions {
  source: DecisionSource
  set: DecisionSet
  listener?: DecisionListener
  /** Between two pulls. Default 10,000. */
  intervalMs?: number
  /** A whole set is pulled at least this often, so that nothing that was missed lasts. Default 900,000. */
  resyncMs?: number
  /** The longest wait after failures in a row. Default 60,000. */
  maxBackoffMs?: number
  /** Between two tries with a key that the Local API refuses. Default 60,000. */
  refusedRetryMs?: number
  /** How often ended decisions are taken out. Default 1,000. */
  expiryMs?: number
  /** What narrows the pulls, such as origins. Every decision on a value is asked for unless this says otherwise. */
  query?: Omit<StreamQuery, 'startup'>
  /** How to call the key in an error text, such as "the key in /etc/tocsin/bouncer.key". */
  keyName?: string
  clock?: Clock
  logger?: Logger
  /** Between 0 and 1. Default Math.random. */
  random?: () => number
}

/** `starting`: no pull succeeded yet. `away`: the last one failed. `refused`: the key is not accepted. */
export type StreamState = 'starting' | 'current' | 'away' | 'refused'

export interface StreamStatus {
  state: StreamState
  pulls: number
  /** Pulls of the whole set among them. */
  wholePulls: number
  failures: number
  /** On the stream's clock, null before the first success. */
  lastSuccessAt: number | null
  /** The last failure, null while all is well. */
  error: TocsinError | null
}

/** A whole pull may take this share of the time at most: a large set at a slow Local API is pulled less often. */
const wholePullShare = 0.01

/**
 * Keeps a decision set in step with the Local API: the whole at first, then what changed, and the whole again
 * after every failure (an answer that was lost on its way is not sent twice) and from time to time. While the
 * Local API is away the last good set stays, and decisions end at their time.
 */
export class DecisionStream {
  readonly #source: DecisionSource
  readonly #set: DecisionSet
  readonly #listener: DecisionListener | undefined
  readonly #options: Required<
    Pick<
      DecisionStreamOptions,
      'intervalMs' | 'resyncMs' | 'maxBackoffMs' | 'refusedRetryMs' | 'expiryMs' | 'keyName' | 'random'
    >
  >
  readonly #query: StreamQuery
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #status: StreamStatus = {
    state: 'starting',
    pulls: 0,
    wholePulls: 0,
    failures: 0,
    lastSuccessAt: null,
    error: null,
  }
  #loaded = false
  #failuresInRow = 0
  #awaySince = 0
  #resyncAt = 0

  constructor(options: DecisionStreamOptions) {
    this.#source = options.source
    this.#set = options.set
    this.#listener = options.listener
    this.#options = {
      intervalMs: options.intervalMs ?? 10_000,
      resyncMs: options.resyncMs ?? 900_000,
      maxBackoffMs: options.maxBackoffMs ?? 60_000,
      refusedRetryMs: options.refusedRetryMs ?? 60_000,
      expiryMs: options.expiryMs ?? 1_000,
      keyName: options.keyName ?? 'the key of this bouncer',
      random: options.random ?? Math.random,
    }
    this.#query = { dedup: false, ...options.query }
    this.#clock = options.clock ?? steadyClock
    this.#logger = options.logger ?? silentLogger
  }

  status(): StreamStatus {
    return { ...this.#status }
  }

  /** Runs until the signal aborts, and never fails: what goes wrong is said to the logger and in `status`. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#pullForever(signal), this.#expireForever(signal)])
  }

  async #pullForever(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const startup = !this.#loaded || this.#failuresInRow > 0 || performance.now() >= this.#resyncAt
      try {
        await this.#pull(startup, signal)
        this.#succeeded()
      } catch (error) {
        if (signal.aborted) return
        this.#failed(error)
      }
      await wait(this.#pause(), signal)
    }
  }

  async #expireForever(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await wait(this.#options.expiryMs, signal)
      if (signal.aborted || !this.#loaded) continue
      this.#set.expire()
      this.#tell()
    }
  }

  async #pull(startup: boolean, signal: AbortSignal): Promise<void> {
    const begun = performance.now()
    const pull = this.#set.begin({ startup, at: this.#clock() })
    const query = startup ? { ...this.#query, startup } : this.#query
    for await (const part of this.#source.streamParts(query, { signal })) pull.add(part)
    if (signal.aborted) return
    pull.finish()
    this.#status.pulls++
    if (startup) {
      this.#status.wholePulls++
      const tookMs = performance.now() - begun
      this.#resyncAt = performance.now() + Math.max(this.#options.resyncMs, tookMs / wholePullShare)
    }
    if (this.#loaded) {
      this.#tell()
      return
    }
    this.#loaded = true
    this.#set.commitSilently()
    this.#listener?.loaded()
  }

  #tell(): void {
    const changes = this.#set.commit()
    if (changes.added.length > 0 || changes.removed.length > 0) this.#listener?.changed(changes)
  }

  #succeeded(): void {
    const failures = this.#failuresInRow
    this.#failuresInRow = 0
    this.#status.state = 'current'
    this.#status.error = null
    this.#status.lastSuccessAt = this.#clock()
    if (failures === 0) return
    const seconds = Math.round((performance.now() - this.#awaySince) / 1000)
    this.#logger.info(
      `The Local API answers again after ${seconds} s and ${failures} failures: the whole set was pulled anew, ${this.#set.size} in force.`,
      { failures, seconds, size: this.#set.size },
    )
  }

  #failed(cause: unknown): void {
    const before = this.#status.state
    const error = this.#explain(cause)
    if (this.#failuresInRow++ === 0) this.#awaySince = performance.now()
    this.#status.failures++
    this.#status.error = error
    this.#status.state = error.code === 'BOUNCER_KEY_REFUSED' ? 'refused' : 'away'
    if (this.#status.state === before) return
    const fields = { code: error.code, hint: error.hint, size: this.#set.size }
    if (this.#status.state === 'refused') this.#logger.error(sentence(error), fields)
    else this.#logger.warn(`${sentence(error)} ${this.#whatStays()}`, fields)
  }

  #whatStays(): string {
    if (!this.#loaded) return 'Nothing was pulled yet; trying on.'
    return `The last good set stays, ${this.#set.size} in force; trying on.`
  }

  #explain(cause: unknown): TocsinError {
    if (cause instanceof TocsinError) {
      if (cause.code !== 'LAPI_FORBIDDEN' && cause.code !== 'LAPI_UNAUTHORIZED') return cause
      return new TocsinError(
        'BOUNCER_KEY_REFUSED',
        `cannot pull decisions with ${this.#options.keyName}: ${cause.message}`,
        {
          hint: 'register the bouncer with `tocsin bouncers add NAME` and give it the key that this prints',
          cause,
        },
      )
    }
    const reason = cause instanceof Error ? cause.message : String(cause)
    return new TocsinError('BOUNCER_PULL_FAILED', `cannot pull decisions: ${reason}`, { cause })
  }

  /** Until the next pull, a tenth of it up or down by chance, so that a fleet does not pull in step. */
  #pause(): number {
    const { intervalMs, maxBackoffMs, refusedRetryMs, random } = this.#options
    const backoff = Math.min(intervalMs * 2 ** Math.max(0, this.#failuresInRow - 1), maxBackoffMs)
    const failing = this.#status.state === 'refused' ? refusedRetryMs : Math.max(backoff, intervalMs)
    const pause = this.#failuresInRow === 0 ? intervalMs : failing
    return pause * (0.9 + 0.2 * random())
  }
}

function sentence(error: TocsinError): string {
  const hint = error.hint === undefined ? '' : ` Hint: ${error.hint}.`
  return `${error.message.charAt(0).toUpperCase()}${error.message.slice(1)}.${hint}`
}
