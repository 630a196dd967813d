import { letOthersRun } from './store/query/column.ts'

/** How long one piece of a long work may keep the thread. */
const turnMs = 8

/** Lets other requests run in the middle of a long work, often enough and not more often. */
export class Pace {
  #since = performance.now()

  /** To be called between small steps. */
  async breathe(): Promise<void> {
    if (performance.now() - this.#since < turnMs) return
    await letOthersRun()
    this.#since = performance.now()
  }
}
