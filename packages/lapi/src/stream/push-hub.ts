import type { ServerResponse } from 'node:http'
import type { Clock, Logger } from '@tocsin/model'
import type { ActiveSet } from '../decision/active-set.ts'
import { Refusal } from '../server/refusal.ts'
import { readCursor } from './push-cursor.ts'
import type { PushFilter } from './push-message.ts'
import { PushSubscriber } from './push-subscriber.ts'

/** What comes close together is told together. */
const coalesceMs = 100
const expireEveryMs = 1_000
const keepAliveMs = 15_000
const maxSubscribers = 5_000
const maxOfOneBouncer = 100

export interface Subscription {
  readonly bouncerId: number
  readonly filter: PushFilter
  /** The cursor that the subscriber has from before; undefined for none. */
  readonly cursor: string | undefined
  /** Whether the subscriber begins with nothing. */
  readonly startup: boolean
}

/** All bouncers that hold a connection open to be told of changes. */
export class PushHub {
  readonly #active: ActiveSet
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #identity: string
  readonly #subscribers = new Map<PushSubscriber, number>()
  #unwatch: () => void = () => {}
  #timers: ReturnType<typeof setInterval>[] = []
  #pending: ReturnType<typeof setTimeout> | undefined

  /** The identity is the database's: cursors of another one are not followed. */
  constructor(active: ActiveSet, identity: string, clock: Clock, logger: Logger) {
    this.#active = active
    this.#clock = clock
    this.#logger = logger
    this.#identity = identity
  }

  /** Tells of changes from now on. */
  start(): void {
    this.#unwatch = this.#active.watch(() => this.#changed())
    this.#timers = [
      setInterval(() => this.#expire(), expireEveryMs).unref(),
      setInterval(() => this.#keepAlive(), keepAliveMs).unref(),
    ]
  }

  get size(): number {
    return this.#subscribers.size
  }

  /** Throws a Refusal where there are too many already. */
  admit(bouncerId: number): void {
    const own = [...this.#subscribers.values()].filter((id) => id === bouncerId).length
    if (own >= maxOfOneBouncer) throw new Refusal(429, 'this bouncer holds too many connections already')
    if (this.size >= maxSubscribers) throw new Refusal(503, 'too many connections wait for decisions already')
  }

  /** Tells over the response until its connection ends. */
  async serve(response: ServerResponse, { bouncerId, filter, cursor, startup }: Subscription): Promise<void> {
    const active = this.#active
    const now = this.#clock()
    active.expire(now)
    const resumption = cursor === undefined ? null : readCursor(cursor, active, this.#identity, now)
    const isReset = resumption === null && !(startup && cursor === undefined)
    const subscriber = new PushSubscriber({
      active,
      identity: this.#identity,
      clock: this.#clock,
      response,
      filter,
      resumption,
      isReset,
    })
    this.#subscribers.set(subscriber, bouncerId)
    try {
      await subscriber.run()
    } catch (error) {
      this.#logger.error(`cannot push decisions: ${error instanceof Error ? error.message : String(error)}`)
      response.destroy()
    } finally {
      this.#subscribers.delete(subscriber)
    }
  }

  /** Ends the connections of bouncers that are no more. */
  keepOnly(isKnown: (bouncerId: number) => boolean): void {
    for (const [subscriber, bouncerId] of this.#subscribers) if (!isKnown(bouncerId)) subscriber.close()
  }

  stop(): void {
    this.#unwatch()
    clearTimeout(this.#pending)
    for (const timer of this.#timers) clearInterval(timer)
    this.keepOnly(() => false)
  }

  #changed(): void {
    if (this.size === 0 || this.#pending) return
    this.#pending = setTimeout(() => {
      this.#pending = undefined
      for (const subscriber of this.#subscribers.keys()) subscriber.notice()
    }, coalesceMs).unref()
  }

  #expire(): void {
    if (this.size > 0) this.#active.expire(this.#clock())
  }

  #keepAlive(): void {
    for (const subscriber of this.#subscribers.keys()) subscriber.keepAlive()
  }
}
