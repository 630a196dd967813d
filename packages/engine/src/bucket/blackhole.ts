import { type LogTime, msOf } from './log-time.ts'
import { MinHeap } from './min-heap.ts'

/** More are not remembered: the ones that end first are let go, at worst an alert too many. */
const maxHidden = 500_000

interface Hidden {
  readonly untilMs: number
  readonly bornMs: number
}

/**
 * Hides the overflows of a partition for a while after one was let through. Hidden overflows do not prolong it.
 * Times are those of the overflows: the clock of the lines in replay. Every overflow,
 * of whatever partition, ends the blackholes that are over by its time, and for good: a line that comes out of
 * order does not bring one back. Source: the original's leakybucket.Blackhole.
 */
export class Blackhole {
  readonly #durationMs: number
  readonly #hidden = new Map<string, Hidden>()
  readonly #byEnd = new MinHeap<string>()

  constructor(durationMs: number) {
    this.#durationMs = durationMs
  }

  /** How many partitions are hidden. */
  get size(): number {
    return this.#hidden.size
  }

  /** Ends all blackholes. */
  clear(): void {
    while (this.#byEnd.size > 0) this.#endFirst()
  }

  /**
   * Whether an overflow of the partition is hidden; one that is not starts a new blackhole. `bornMs` is when the bucket
   * that overflowed was created.
   */
  hides(partition: string, overflow: LogTime, bornMs: number): boolean {
    const overflowMs = msOf(overflow)
    this.#end(overflowMs)
    if (this.#hidden.has(partition)) return true
    if (this.#hidden.size >= maxHidden) this.#endFirst()
    const untilMs = overflowMs + this.#durationMs
    this.#hidden.set(partition, { untilMs, bornMs })
    this.#byEnd.push(untilMs, partition)
    return false
  }

  /** When the oldest bucket was created whose overflow still hides others at that time, or null. */
  oldestBornMs(nowMs: number): number | null {
    let oldest: number | null = null
    for (const { untilMs, bornMs } of this.#hidden.values()) {
      if (untilMs > nowMs && (oldest === null || bornMs < oldest)) oldest = bornMs
    }
    return oldest
  }

  #end(nowMs: number): void {
    for (;;) {
      const until = this.#byEnd.leastKey
      if (until === undefined || until > nowMs) return
      this.#endFirst()
    }
  }

  #endFirst(): void {
    const partition = this.#byEnd.pop()
    if (partition !== undefined) this.#hidden.delete(partition)
  }
}
