import type { Engine, Line, Mode, SiftedBatch } from '@tocsin/engine'
import type { SieveThread } from './sieve-thread.ts'

/** Where lines come from. */
export type LineOrigin = Omit<Line, 'raw'>

/** A batch on its way; `sifted` is null until a thread has answered. */
interface Pending {
  readonly lines: readonly Line[]
  readonly arrivedMs: number
  sifted: SiftedBatch | null
}

/** Batches that a thread has at hand, with the one it works on: enough for the time that pouring takes here. */
const batchesAhead = 16
/** Batches under way for each thread: who pushes waits for the oldest when there are more. */
const maxPending = 16
/** Lines of a batch: enough to make sending it cheap, few enough to keep all threads busy. */
const batchLines = 512

/**
 * Parses lines in several threads, this one included, and pours them in this one, in their order. A bounded number of
 * batches is under way: who pushes waits until there is room.
 */
export class SievePool {
  readonly #engine: Engine
  readonly #mode: Mode
  readonly #threads: readonly SieveThread[]
  readonly #pending: Pending[] = []

  /** The threads are those beside this one, with the items of the engine; who started them closes them. */
  constructor(engine: Engine, threads: readonly SieveThread[], mode: Mode) {
    this.#engine = engine
    this.#mode = mode
    this.#threads = threads
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
