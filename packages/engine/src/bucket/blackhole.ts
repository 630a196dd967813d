import { MinHeap } from './min-heap.ts'

/** More are not remembered: the ones that end first are let go, at worst an alert too many. */
const maxHidden = 500_000

/**
 * Hides the overflows of a partition for a while after one was let through. Hidden overflows do not prolong it.
 * Times are those of the overflows, nanoseconds since the epoch: the clock of the lines in replay. Every overflow,
 * of whatever partition, ends the blackholes that are over by its time, and for good: a line that comes out of
 * order does not bring one back. Source: the original's leakybucket.Blackhole.
 */
export class Blackhole {
  readonly #durationNs: bigint
  readonly #hiddenUntilNs = new Map<string, bigint>()
  readonly #byEnd = new MinHeap<bigint, string>()

  constructor(durationNs: bigint) {
    this.#durationNs = durationNs
  }

  /** How many partitions are hidden. */
  get size(): number {
    return this.#hiddenUntilNs.size
  }

  /** Ends all blackholes. */
  clear(): void {
    while (this.#byEnd.size > 0) this.#endFirst()
  }

  /** Whether an overflow of the partition is hidden; one that is not starts a new blackhole. */
  hides(partition: string, overflowNs: bigint): boolean {
    this.#end(overflowNs)
    if (this.#hiddenUntilNs.has(partition)) return true
    if (this.#hiddenUntilNs.size >= maxHidden) this.#endFirst()
    const until = overflowNs + this.#durationNs
    this.#hiddenUntilNs.set(partition, until)
    this.#byEnd.push(until, partition)
    return false
  }

  #end(nowNs: bigint): void {
    for (;;) {
      const until = this.#byEnd.leastKey
      if (until === undefined || until > nowNs) return
      this.#endFirst()
    }
  }

  #endFirst(): void {
    const partition = this.#byEnd.pop()
    if (partition !== undefined) this.#hiddenUntilNs.delete(partition)
  }
}
