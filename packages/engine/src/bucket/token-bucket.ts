import { elapsedNs, type LogTime } from './log-time.ts'

/**
 * The arithmetic of a leaky bucket: `capacity` events fit, one leaves every `leakNs`. A
 * time that lies in the past leaks nothing but becomes the time that the next event is measured from.
 * Source: spec of the limiter that the original builds on; floating point in the same order of operations.
 */
export class TokenBucket {
  readonly #capacity: number
  readonly #tokensPerSecond: number
  #tokens: number
  #last: LogTime | null = null

  constructor(capacity: number, leakNs: number) {
    this.#capacity = capacity
    this.#tokensPerSecond = 1 / seconds(leakNs)
    this.#tokens = capacity
  }

  /** Whether one more event fits at this time; if so it is counted. */
  take(now: LogTime): boolean {
    const tokens = this.#tokensAt(now) - 1
    if (tokens < 0 && this.#shortBy(-tokens) > 0) return false
    this.#tokens = tokens
    this.#last = now
    return true
  }

  #tokensAt(now: LogTime): number {
    const elapsed = this.#last === null ? 0 : elapsedNs(this.#last, now)
    if (elapsed <= 0) return this.#tokens
    const leaked = seconds(elapsed) * this.#tokensPerSecond
    return Math.min(this.#capacity, this.#tokens + leaked)
  }

  /** Whole nanoseconds until that many tokens have leaked: a deficit below one counts as none. */
  #shortBy(tokens: number): number {
    return Math.trunc((tokens / this.#tokensPerSecond) * 1e9)
  }
}

/** Seconds of a duration, whole and fractional part divided apart so that whole seconds stay exact. */
function seconds(ns: number): number {
  const rest = ns % 1e9
  return (ns - rest) / 1e9 + rest / 1e9
}
