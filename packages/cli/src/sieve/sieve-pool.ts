import { Worker } from 'node:worker_threads'
import type { Engine, Line, Mode, SiftedBatch } from '@tocsin/engine'
import type { ItemPlaces } from '../items.ts'

/** What a thread is started with. */
export interface SieveSetup {
  readonly places: ItemPlaces
  readonly mode: Mode
  /** The clock that stands still in replay; null for the wall clock. */
  readonly nowMs: number | null
}

/** Lines of one source, as they go to a thread. */
export interface SieveTask {
  /** The lines; joined by newlines, which is quicker to send, where none of them holds one. */
  readonly raws: string | readonly string[]
  readonly src: string
  readonly module: string
  readonly timeMs: number
  readonly labels: ReadonlyMap<string, string>
  readonly arrivedMs: number
}

/** Where lines come from. */
export type LineOrigin = Omit<Line, 'raw'>

/** A batch on its way; `sifted` is null until a thread has answered. */
interface Pending {
  readonly lines: readonly Line[]
  readonly arrivedMs: number
  sifted: SiftedBatch | null
}

/** Batches that a thread has at hand, with the one it works on: enough for the time that pouring takes here. */
const batchesAhead = 8
/** Batches under way for each thread: who pushes waits for the oldest when there are more. */
const maxPending = 12
/** Lines of a batch: enough to make sending it cheap, few enough to keep all threads busy. */
const batchLines = 512

/**
 * Parses lines in several threads, this one included, and pours them in this one, in their order. A bounded number of
 * batches is under way: who pushes waits until there is room.
 */
export class SievePool {
  readonly #engine: Engine
  readonly #mode: Mode
  readonly #threads: readonly Thread[]
  readonly #pending: Pending[] = []

  /** `threads` counts this one. */
  constructor(engine: Engine, threads: number, setup: SieveSetup) {
    this.#engine = engine
    this.#mode = setup.mode
    this.#threads = Array.from({ length: threads - 1 }, () => new Thread(setup))
  }

  /** Takes lines of one source; done when they are under way. Rejects when a thread has died. */
  async push(raws: readonly string[], origin: LineOrigin, arrivedMs: number): Promise<void> {
    for (let from = 0; from < raws.length; from += batchLines) {
      await this.#makeRoom()
      this.#start(raws.slice(from, from + batchLines), origin, arrivedMs)
    }
  }

  /** Done when all that was pushed is poured. */
  async drain(): Promise<void> {
    while (this.#pending.length > 0) await this.#waitForOldest()
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()))
  }

  /** Gives a batch to a thread that has little to do; where all are busy, this one helps. */
  #start(raws: readonly string[], origin: LineOrigin, arrivedMs: number): void {
    const thread = this.#threads.find(({ load }) => load < batchesAhead)
    if (!thread && this.#pending.length === 0) {
      for (const raw of raws) this.#engine.process({ raw, ...origin }, this.#mode)
      return
    }
    const lines = raws.map((raw) => ({ raw, ...origin }))
    const pending: Pending = { lines, arrivedMs, sifted: null }
    if (thread) {
      thread.sift({ raws: joined(raws), ...origin, arrivedMs }, (batch) => {
        pending.sifted = batch
      })
    } else {
      pending.sifted = this.#engine.sift(lines, this.#mode, arrivedMs)
    }
    this.#pending.push(pending)
  }

  async #makeRoom(): Promise<void> {
    // Threads answer between two turns of the loop.
    await new Promise(setImmediate)
    this.#pourReady()
    while (this.#pending.length > (this.#threads.length + 1) * maxPending) await this.#waitForOldest()
  }

  async #waitForOldest(): Promise<void> {
    if (this.#pending[0]?.sifted === null)
      await Promise.race(this.#threads.map((thread) => thread.answered()))
    this.#pourReady()
  }

  #pourReady(): void {
    for (let oldest = this.#pending[0]; oldest?.sifted; oldest = this.#pending[0]) {
      this.#pending.shift()
      this.#engine.processSifted(oldest.lines, oldest.sifted, this.#mode, oldest.arrivedMs)
    }
  }
}

function joined(raws: readonly string[]): string | readonly string[] {
  return raws.some((raw) => raw.includes('\n')) ? raws : raws.join('\n')
}

/** A thread with a sieve; it answers tasks in their order. */
class Thread {
  readonly #worker: Worker
  readonly #takers: ((batch: SiftedBatch) => void)[] = []
  /** Those who wait for the next answer. */
  readonly #waiting: { resolve: () => void; reject: (error: Error) => void }[] = []
  #failure: Error | null = null
  #ready = false

  constructor(setup: SieveSetup) {
    this.#worker = new Worker(new URL('sieve-worker.ts', import.meta.url), { workerData: setup })
    this.#worker.on('message', (message: SiftedBatch | 'ready') => {
      if (message === 'ready') this.#ready = true
      else this.#takers.shift()?.(message)
      for (const { resolve } of this.#waiting.splice(0)) resolve()
    })
    this.#worker.on('error', (error: Error) => this.#fail(error))
    this.#worker.on('exit', () => this.#fail(new Error('a parsing thread ended before its work was done')))
  }

  /** Tasks that it has not answered; no end of them before it is ready for any, unless it never will be. */
  get load(): number {
    return this.#ready || this.#failure ? this.#takers.length : Infinity
  }

  sift(task: SieveTask, taker: (batch: SiftedBatch) => void): void {
    this.#takers.push(taker)
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin.
    if (!this.#failure) this.#worker.postMessage(task)
  }

  /** Settles at the next answer; rejects when the thread has died, and waits for ever where it has nothing to do. */
  async answered(): Promise<void> {
    if (this.#failure) throw this.#failure
    await new Promise<void>((resolve, reject) => this.#waiting.push({ resolve, reject }))
  }

  async close(): Promise<void> {
    this.#worker.removeAllListeners('exit')
    await this.#worker.terminate()
  }

  #fail(error: Error): void {
    this.#failure ??= error
    for (const { reject } of this.#waiting.splice(0)) reject(error)
  }
}
