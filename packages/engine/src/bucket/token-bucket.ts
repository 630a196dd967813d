/**
 * The arithmetic of a leaky bucket: `capacity` events fit, one leaves every `leakNs`. Times are nanoseconds since
 * the epoch; one that lies in the past leaks nothing but becomes the time that the next event is measured from.
 * Source: spec of the limiter that the original builds on; floating point in the same order of operations.
 */
export class TokenBucket {
  readonly #capacity: number
  readonly #tokensPerSecond: number
  #tokens: number
  #lastNs: bigint | null = null

  constructor(capacity: number, leakNs: bigint) {
    this.#capacity = capacity
    this.#tokensPerSecond = 1 / seconds(leakNs)
    this.#tokens = capacity
  }

  /** Whether one more event fits at this time; if so it is counted. */
  take(nowNs: bigint): boolean {
    const tokens = this.#tokensAt(nowNs) - 1
    if (tokens < 0 && this.#shortBy(-tokens) > 0) return false
    this.#tokens = tokens
    this.#lastNs = nowNs
    return true
  }

  #tokensAt(nowNs: bigint): number {
    if (this.#lastNs === null || nowNs <= this.#lastNs) return this.#tokens
    const leaked = seconds(nowNs - this.#lastNs) * this.#tokensPerSecond
    return Math.min(this.#capacity, this.#tokens + leaked)
  }

  /** Whole nanoseconds until that many tokens have leaked: a deficit below one counts as none. */
  #shortBy(tokens: number): number {
    return Math.trunc((tokens / this.#tokensPerSecond) * 1e9)
  }
}

/** Seconds of a duration, whole and fractional part divided apart so that whole seconds stay exact. */
function seconds(ns: bigint): number {
  return Number(ns / 1_000_000_000n) + Number(ns % 1_000_000_000n) / 1e9
}
