import type { Followed, StreamPart, StreamQuery } from '@tocsin/client'
import { type Clock, type Logger, silentLogger, type TocsinError } from '@tocsin/model'
import { steadyClock } from './clock.ts'
import type { DecisionSet } from './decision-set.ts'
import { PushSession, type Taken } from './push-session.ts'
import { PushTrial } from './push-trial.ts'
import { StreamHealth, type StreamStatus } from './stream-health.ts'
import { type DecisionListener, Teller } from './teller.ts'
import { wait } from './wait.ts'

/**
 * Where decisions come from. `BouncerClient` of @tocsin/client is one; a Local API in the same process can be
 * another. A pull is complete when the iteration ends without an error.
 */
export interface DecisionSource {
  streamParts(query: StreamQuery, options: { signal: AbortSignal }): AsyncIterable<StreamPart>
  /** Absent where nothing is ever pushed. */
  follow?(
    query: StreamQuery,
    options: { signal: AbortSignal; cursor: string | null },
  ): AsyncIterable<Followed>
}

export interface DecisionStreamOptions {
  source: DecisionSource
  set: DecisionSet
  listener?: DecisionListener
  /** False pulls even where the source would push. Default true. */
  push?: boolean
  /** Between two pulls. Default 10,000. */
  intervalMs?: number
  /**
   * Where nothing is pushed, a whole set is pulled at least this often, so that nothing that was missed lasts; pushing
   * is asked for again at the same time. Default 900,000.
   */
  resyncMs?: number
  /** A whole set is pushed anew at least this often, for the same reason. Default 86,400,000. */
  pushResyncMs?: number
  /** The first wait before a push connection that broke off is opened anew; doubled with each failure. Default 1,000. */
  reconnectMs?: number
  /** The longest wait after failures in a row. Default 60,000. */
  maxBackoffMs?: number
  /** Between two tries with a key that the Local API refuses. Default 60,000. */
  refusedRetryMs?: number
  /** How often ended decisions are taken out. Default 1,000. */
  expiryMs?: number
  /**
   * A push connection that was current for so long works; after three in a row that were not, the set is pulled
   * until the next resync. Default 40,000.
   */
  provenMs?: number
  /** What narrows the stream, such as origins. Every decision on a value is asked for unless this says otherwise. */
  query?: Omit<StreamQuery, 'startup'>
  /** How to call the key in an error text, such as "the key in /etc/tocsin/bouncer.key". */
  keyName?: string
  clock?: Clock
  logger?: Logger
  /** Between 0 and 1. Default Math.random. */
  random?: () => number
}

/** A whole pull may take this share of the time at most: a large set at a slow Local API is pulled less often. */
const wholePullShare = 0.01

const pulledAnew = 'the whole set was pulled anew'
const pushedAnew = 'the whole set was pushed anew'
const wentOn = 'the push channel went on where it broke off'

/**
 * Keeps a decision set in step with the Local API. Where it pushes: the whole set at first, then what changes as it
 * changes, and after a broken connection what was missed. Where it does not: the whole at first, then what changed
 * at intervals, and the whole again after every failure (an answer that was lost on its way is not sent twice) and
 * from time to time. While the Local API is away the last good set stays, and decisions end at their time; a new
 * whole set takes the place of the old one only when all of it is there.
 */
export class DecisionStream {
  readonly #source: DecisionSource
  readonly #set: DecisionSet
  readonly #teller: Teller
  readonly #health: StreamHealth
  readonly #trial: PushTrial
  readonly #pace: Required<
    Pick<
      DecisionStreamOptions,
      | 'intervalMs'
      | 'resyncMs'
      | 'pushResyncMs'
      | 'reconnectMs'
      | 'maxBackoffMs'
      | 'refusedRetryMs'
      | 'expiryMs'
      | 'random'
    >
  >
  readonly #canFollow: boolean
  readonly #query: StreamQuery
  readonly #clock: Clock
  readonly #logger: Logger
  #isLoaded = false
  /** Where the push channel stands; null where it is to begin anew. */
  #cursor: string | null = null
  #resyncAt = 0
  #pushResyncAt = 0

  constructor(options: DecisionStreamOptions) {
    this.#source = options.source
    this.#set = options.set
    this.#clock = options.clock ?? steadyClock
    this.#logger = options.logger ?? silentLogger
    this.#pace = {
      intervalMs: options.intervalMs ?? 10_000,
      resyncMs: options.resyncMs ?? 900_000,
      pushResyncMs: options.pushResyncMs ?? 86_400_000,
      reconnectMs: options.reconnectMs ?? 1_000,
      maxBackoffMs: options.maxBackoffMs ?? 60_000,
      refusedRetryMs: options.refusedRetryMs ?? 60_000,
      expiryMs: options.expiryMs ?? 1_000,
      random: options.random ?? Math.random,
    }
    this.#canFollow = (options.push ?? true) && options.source.follow !== undefined
    this.#query = { dedup: false, ...options.query }
    this.#teller = new Teller(options.set, options.listener)
    this.#trial = new PushTrial(options.provenMs === undefined ? {} : { provenMs: options.provenMs })
    this.#health = new StreamHealth({
      clock: this.#clock,
      logger: this.#logger,
      keyName: options.keyName ?? 'the key of this bouncer',
      size: () => options.set.size,
    })
  }

  status(): StreamStatus {
    return { ...this.#health.status }
  }

  /** Tells the listener what changed in the set by other hands, such as other allowed blocks. */
  tell(signal: AbortSignal): void {
    if (this.#isLoaded) this.#teller.tell(signal)
  }

  /** Runs until the signal aborts, and never fails: what goes wrong is said to the logger and in `status`. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#keepUp(signal), this.#expireForever(signal)])
  }

  async #keepUp(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const pauseMs = await (this.#isToFollow() ? this.#tryFollowing(signal) : this.#tryPulling(signal))
      if (!signal.aborted) await wait(pauseMs, signal)
    }
  }

  async #expireForever(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await wait(this.#pace.expiryMs, signal)
      if (signal.aborted || !this.#isLoaded) continue
      this.#set.expire()
      this.#teller.tell(signal)
    }
  }

  /** Pushing is asked for whenever the whole set is due. */
  #isToFollow(): boolean {
    return this.#canFollow && this.#trial.isOn && this.#isWholeDue()
  }

  #isWholeDue(): boolean {
    const { failuresInRow, status } = this.#health
    const isPulling = this.#isLoaded && failuresInRow === 0 && status.channel === 'pull'
    return !isPulling || performance.now() >= this.#resyncAt
  }

  /** Answers how long to wait before the next try. */
  async #tryPulling(signal: AbortSignal): Promise<number> {
    const startup = this.#isWholeDue()
    const begun = performance.now()
    try {
      const pull = this.#set.begin({ startup, at: this.#clock() })
      const query = startup ? { ...this.#query, startup } : this.#query
      for await (const part of this.#source.streamParts(query, { signal })) pull.add(part)
      if (signal.aborted) return 0
      pull.finish()
      this.#finishedPull(startup ? begun : null, signal)
    } catch (cause) {
      if (signal.aborted) return 0
      this.#trial.pullFailed()
      return this.#failed(this.#health.explain(cause))
    }
    return this.#spread(this.#pace.intervalMs)
  }

  /** Answers how long to wait before the next try. */
  async #tryFollowing(signal: AbortSignal): Promise<number> {
    const begun = performance.now()
    const cursor = this.#cursor
    const session = new PushSession(this.#set, this.#clock, cursor)
    const query = { ...this.#query, startup: true }
    let isPull = false
    try {
      for await (const event of this.#source.follow?.(query, { signal, cursor }) ?? []) {
        if (signal.aborted) return 0
        const taken = session.take(event)
        this.#cursor = session.cursor
        this.#account(taken, cursor !== null)
        isPull ||= taken === 'pulling'
        if (!session.isCurrent || taken === 'pushing') continue
        this.#trial.current()
        this.#isCurrent(taken === 'whole' ? pushedAnew : wentOn, signal)
        if (performance.now() < this.#pushResyncAt) continue
        this.#cursor = null
        return 0
      }
      if (signal.aborted) return 0
      session.finishPull()
      this.#finishedPull(begun, signal)
    } catch (cause) {
      if (signal.aborted) return 0
      const error = this.#health.explain(cause)
      return isPull ? this.#failed(error) : this.#brokeOff(error)
    }
    return this.#spread(this.#pace.intervalMs)
  }

  #account(taken: Taken, isResumed: boolean): void {
    const { status } = this.#health
    if (taken === 'pushing') {
      this.#sayChannel('push')
      status.connections++
      if (isResumed) status.resumed++
    } else if (taken === 'reset') {
      status.resets++
    } else if (taken === 'whole') {
      status.wholePushes++
      this.#pushResyncAt = performance.now() + this.#spread(this.#pace.pushResyncMs)
    } else if (taken === 'piece' || taken === 'changed') {
      status.messages++
    }
  }

  /** `wholeSince`: when the whole was asked for, null where only changes were. */
  #finishedPull(wholeSince: number | null, signal: AbortSignal): void {
    const { status } = this.#health
    this.#sayChannel('pull')
    status.pulls++
    this.#cursor = null
    if (wholeSince !== null) {
      status.wholePulls++
      const tookMs = performance.now() - wholeSince
      this.#resyncAt = performance.now() + Math.max(this.#pace.resyncMs, tookMs / wholePullShare)
    }
    this.#isCurrent(pulledAnew, signal)
  }

  /** `how` says how it became so after failures. */
  #isCurrent(how: string, signal: AbortSignal): void {
    this.#health.succeeded(how)
    this.#isLoaded = true
    this.#teller.tell(signal)
  }

  /** Answers how long to wait before the next try. */
  #brokeOff(error: TocsinError): number {
    const { intervalMs, resyncMs, reconnectMs } = this.#pace
    const verdict = this.#trial.ended(error, resyncMs)
    if (verdict === 'failed') return this.#failed(error)
    if (verdict === 'worked') {
      this.#health.status.drops++
      this.#logger.info(`The push channel of the Local API broke off and is opened anew: ${error.message}.`)
      return this.#jitter(reconnectMs)
    }
    this.#health.failed(error)
    this.#health.status.channel = 'pull'
    this.#logger.warn(
      `The push channel of the Local API does not hold; decisions are pulled every ${intervalMs / 1000} s instead.`,
      { code: error.code },
    )
    return this.#jitter(reconnectMs)
  }

  /** Answers how long to wait before the next try. */
  #failed(error: TocsinError): number {
    const { intervalMs, reconnectMs, maxBackoffMs, refusedRetryMs } = this.#pace
    this.#health.failed(error)
    const { failuresInRow, status } = this.#health
    if (status.state === 'refused') {
      // It may be another Local API by now, or one without its database: where it stands says nothing.
      this.#cursor = null
      return this.#spread(refusedRetryMs)
    }
    const doublings = Math.max(failuresInRow, this.#trial.troubles) - 1
    if (this.#canFollow && status.channel !== 'pull') {
      return this.#jitter(Math.min(reconnectMs * 2 ** doublings, maxBackoffMs))
    }
    return this.#spread(Math.max(Math.min(intervalMs * 2 ** doublings, maxBackoffMs), intervalMs))
  }

  #sayChannel(channel: 'push' | 'pull'): void {
    const { status } = this.#health
    if (status.channel === channel) return
    status.channel = channel
    if (channel === 'push') this.#logger.info('The Local API pushes decisions as they come.')
    else if (this.#canFollow) {
      const seconds = this.#pace.intervalMs / 1000
      this.#logger.info(`The Local API does not push decisions: they are pulled every ${seconds} s.`)
    }
  }

  /** A tenth up or down by chance, so that a fleet does not pull in step. */
  #spread(ms: number): number {
    return ms * (0.9 + 0.2 * this.#pace.random())
  }

  /** Half up or down by chance: a fleet whose connections broke off at one moment does not come back at one. */
  #jitter(ms: number): number {
    return ms * (0.5 + this.#pace.random())
  }
}
