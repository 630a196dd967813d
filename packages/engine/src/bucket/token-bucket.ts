/** The share of a token that leaks in a second. */
export function tokensPerSecond(leakNs: number): number {
  return 1 / seconds(leakNs)
}

/**
 * The arithmetic of a leaky bucket: `capacity` events fit, one leaves every `leakNs`. Gives the free tokens that are left
 * after one more event, NaN where it does not fit: that many nanoseconds after the last one (NaN before the first), when
 * there were so many tokens. A time that lies in the past leaks nothing.
 * Source: spec of the limiter that the original builds on; floating point in the same order of operations.
 */
export function tokensLeft(tokens: number, elapsedNs: number, capacity: number, perSecond: number): number {
  const free = elapsedNs > 0 ? Math.min(capacity, tokens + seconds(elapsedNs) * perSecond) : tokens
  const left = free - 1
  return left < 0 && shortBy(-left, perSecond) > 0 ? Number.NaN : left
}

/** Whole nanoseconds until that many tokens have leaked: a deficit below one counts as none. */
function shortBy(tokens: number, perSecond: number): number {
  return Math.trunc((tokens / perSecond) * 1e9)
}

/** Seconds of a duration, whole and fractional part divided apart so that whole seconds stay exact. */
function seconds(ns: number): number {
  const rest = ns % 1e9
  return (ns - rest) / 1e9 + rest / 1e9
}
