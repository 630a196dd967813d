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

interface Pending {
  readonly lines: readonly Line[]
  readonly arrivedMs: number
  readonly sifted: Promise<SiftedBatch>
}

/** Batches that a thread has at hand besides the one it works on. */
const batchesAhead = 2
/** Lines of a batch: enough to make sending it cheap, few enough to keep all threads busy. */
const batchLines = 1024

/**
 * Parses lines in several threads and pours them in this one, in their order. At most a few batches are under way:
 * who pushes waits until there is room.
 */
export class SievePool {
  readonly #engine: Engine
  readonly #mode: Mode
  readonly #threads: readonly Thread[]
  readonly #pending: Pending[] = []
  #next = 0

  constructor(engine: Engine, threads: number, setup: SieveSetup) {
    this.#engine = engine
    this.#mode = setup.mode
    this.#threads = Array.from({ length: threads }, () => new Thread(setup))
  }

  /** Takes lines of one source; done when they are under way. Rejects when a thread has died. */
  async push(raws: readonly string[], origin: LineOrigin, arrivedMs: number): Promise<void> {
    for (let from = 0; from < raws.length; from += batchLines) {
      const part = raws.slice(from, from + batchLines)
      while (this.#pending.length >= this.#threads.length * batchesAhead) await this.#takeOne()
      const thread = this.#threads[this.#next++ % this.#threads.length]
      if (!thread) return
      const task = { raws: joined(part), ...origin, arrivedMs }
      this.#pending.push({
        lines: part.map((raw) => ({ raw, ...origin })),
        arrivedMs,
        sifted: thread.sift(task),
      })
    }
  }

  /** Done when all that was pushed is poured. */
  async drain(): Promise<void> {
    while (this.#pending.length > 0) await this.#takeOne()
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()))
  }

  async #takeOne(): Promise<void> {
    const oldest = this.#pending.shift()
    if (!oldest) return
    this.#engine.processSifted(oldest.lines, await oldest.sifted, this.#mode, oldest.arrivedMs)
  }
}

function joined(raws: readonly string[]): string | readonly string[] {
  return raws.some((raw) => raw.includes('\n')) ? raws : raws.join('\n')
}

/** A thread with a sieve; it answers tasks in their order. */
class Thread {
  readonly #worker: Worker
  readonly #waiting: { resolve: (batch: SiftedBatch) => void; reject: (error: Error) => void }[] = []
  #failure: Error | null = null

  constructor(setup: SieveSetup) {
    this.#worker = new Worker(new URL('sieve-worker.ts', import.meta.url), { workerData: setup })
    this.#worker.on('message', (batch: SiftedBatch) => this.#waiting.shift()?.resolve(batch))
    this.#worker.on('error', (error: Error) => this.#fail(error))
    this.#worker.on('exit', () => this.#fail(new Error('a parsing thread ended before its work was done')))
  }

  sift(task: SieveTask): Promise<SiftedBatch> {
    const answer = new Promise<SiftedBatch>((resolve, reject) => {
      if (this.#failure) reject(this.#failure)
      else this.#waiting.push({ resolve, reject })
    })
    // Whoever waits for it learns of a failure; until then it must not count as unhandled.
    answer.catch(() => {})
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin.
    if (!this.#failure) this.#worker.postMessage(task)
    return answer
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
