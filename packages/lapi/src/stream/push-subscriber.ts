import type { ServerResponse } from 'node:http'
import type { Clock } from '@tocsin/model'
import type { ActiveSet } from '../decision/active-set.ts'
import { letOthersRun } from '../store/query/column.ts'
import { type PushPosition, type Resumption, writeCursor } from './push-cursor.ts'
import { endedData, nextStep, type PushFilter } from './push-message.ts'

/** A reader that takes nothing for so long is cut off. */
const patienceMs = 30_000

const endOfMessage = Buffer.from('\n\n')

export interface SubscriberOptions {
  readonly active: ActiveSet
  /** The database's, for cursors. */
  readonly identity: string
  readonly clock: Clock
  readonly response: ServerResponse
  readonly filter: PushFilter
  /** Null: the whole set comes first. */
  readonly resumption: Resumption | null
  /** Whether the subscriber has to be told that what it has counts no more. */
  readonly isReset: boolean
  readonly patienceMs?: number
}

/**
 * One bouncer that is told of changes as they come. Nothing is kept for it but its position: a slow reader gets the
 * next message when it has taken the one before, and is cut off where it takes none for long.
 */
export class PushSubscriber {
  readonly #options: SubscriberOptions
  #position: PushPosition
  #wake: (() => void) | undefined
  #isBusy = true
  #isClosed = false

  constructor(options: SubscriberOptions) {
    const { active, resumption, response } = options
    this.#options = options
    this.#position = resumption?.position ?? { version: 0, left: active.lastLeft, isPartial: true }
    response.once('close', () => {
      this.#isClosed = true
      this.notice()
    })
  }

  /** Tells until the connection ends. */
  async run(): Promise<void> {
    const { response, isReset, resumption } = this.#options
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    })
    response.flushHeaders()
    if (isReset) await this.#write('event: reset\ndata: {}\n\n')
    if (resumption) await this.#tellEnded(resumption)
    while (!this.#isClosed) {
      await this.#tellAll()
      if (this.#isClosed) return
      await this.#waiting()
    }
  }

  /** There may be something to tell. */
  notice(): void {
    this.#wake?.()
  }

  /** Shows that the connection lives, where nothing else is under way. */
  keepAlive(): void {
    if (!this.#isBusy && !this.#isClosed) this.#options.response.write(': keep-alive\n\n')
  }

  close(): void {
    this.#isClosed = true
    this.#options.response.end()
    this.notice()
  }

  async #waiting(): Promise<void> {
    this.#isBusy = false
    await new Promise<void>((resolve) => (this.#wake = resolve))
    this.#wake = undefined
    this.#isBusy = true
  }

  async #tellEnded({ ended }: Resumption): Promise<void> {
    const { active, filter, clock } = this.#options
    for (const data of endedData(active, filter, ended, clock())) await this.#message(data)
  }

  /** Everything up to now, the whole set first where it is not complete. */
  async #tellAll(): Promise<void> {
    const { active, filter, clock } = this.#options
    while (!this.#isClosed) {
      const step = nextStep(active, filter, this.#position, clock())
      if (step === 'lost') {
        await this.#write('event: reset\ndata: {}\n\n')
        this.#position = { version: 0, left: active.lastLeft, isPartial: true }
        continue
      }
      if (step) {
        this.#position = step.next
        if (step.data !== null) await this.#message(step.data)
        await letOthersRun()
        continue
      }
      if (!this.#position.isPartial) return
      this.#position = { ...this.#position, isPartial: false }
      await this.#write(`id: ${this.#cursor()}\nevent: ready\ndata: {}\n\n`)
    }
  }

  async #message(data: Buffer): Promise<void> {
    const head = Buffer.from(`id: ${this.#cursor()}\nevent: decisions\ndata: `)
    await this.#write(Buffer.concat([head, data, endOfMessage]))
  }

  #cursor(): string {
    const { identity, clock } = this.#options
    return writeCursor(this.#position, identity, clock())
  }

  async #write(message: string | Buffer): Promise<void> {
    const { response } = this.#options
    if (this.#isClosed || response.write(message)) return
    await new Promise<void>((resolve) => {
      const impatient = setTimeout(() => response.destroy(), this.#options.patienceMs ?? patienceMs)
      const done = () => {
        clearTimeout(impatient)
        response.off('drain', done)
        response.off('close', done)
        resolve()
      }
      response.on('drain', done)
      response.on('close', done)
    })
  }
}
