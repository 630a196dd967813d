import { Worker } from 'node:worker_threads'
import type { Mode, SiftedBatch } from '@tocsin/engine'
import type { ItemPlaces } from '../items.ts'
import { BatchHearer, type BatchMessage } from './batch-message.ts'

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

/** A thread with a sieve; it answers tasks in their order. */
export class SieveThread {
  readonly #worker: Worker
  readonly #takers: ((batch: SiftedBatch) => void)[] = []
  /** Those who wait for the next answer. */
  readonly #waiting: { resolve: () => void; reject: (error: Error) => void }[] = []
  readonly #hearer = new BatchHearer()
  #failure: Error | null = null
  #ready = false

  constructor(setup: SieveSetup) {
    const entry = new URL('../../bin/sieve-worker.js', import.meta.url)
    this.#worker = new Worker(entry, { workerData: setup })
    this.#worker.on('message', (message: BatchMessage | 'ready') => {
      if (message === 'ready') this.#ready = true
      else this.#takers.shift()?.(this.#hearer.hear(message))
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

/** Starts threads that load the items while the thread that pours does. They are closed with closeThreads. */
export function startThreads(count: number, setup: SieveSetup): readonly SieveThread[] {
  return Array.from({ length: count }, () => new SieveThread(setup))
}

export async function closeThreads(threads: readonly SieveThread[]): Promise<void> {
  await Promise.all(threads.map((thread) => thread.close()))
}
