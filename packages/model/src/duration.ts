/**
 * Durations are int64 nanoseconds, held as bigint, where they come from or go to text, because Go's text form
 * carries nanoseconds; everything that only waits uses milliseconds as a number (`...Ms`).
 */
const unitNs: Record<string, bigint> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
}
const dayNs = 24n * 3_600_000_000_000n
const maxNs = (1n << 63n) - 1n
const minNs = -(1n << 63n)
/** No duration that anyone writes is longer; the bound keeps hostile text cheap. */
const maxTextLength = 100

/**
 * Nanoseconds of Go duration text such as `4h`, `1h30m`, `-1.5s`, `0`; null where Go's time.ParseDuration fails
 * and for text over 100 characters.
 * Source: time.ParseDuration.
 */
export function parseGoDuration(text: string): bigint | null {
  if (text.length > maxTextLength) return null
  const match = /^([+-]?)(.*)$/s.exec(text)
  const body = match?.[2] ?? ''
  if (body === '0') return 0n
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(body)) return null
  let total = 0n
  for (const [, whole = '', fraction = '', unit = ''] of body.matchAll(
    /(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/g,
  )) {
    const scale = unitNs[unit] ?? 1n
    total += BigInt(whole || '0') * scale
    if (fraction) total += (BigInt(fraction) * scale) / 10n ** BigInt(fraction.length)
    if (total > maxNs + 1n) return null
  }
  const signed = match?.[1] === '-' ? -total : total
  return signed > maxNs || signed < minNs ? null : signed
}

/** Like parseGoDuration, with an optional leading number of days: `7d`, `1d12h`, `-1d`. Null if malformed. */
export function parseDuration(text: string): bigint | null {
  if (text.length > maxTextLength) return null
  const match = /^([+-]?)(\d+)d(.*)$/s.exec(text)
  if (!match) return parseGoDuration(text)
  const [, sign, days = '0', rest = ''] = match
  const tail = rest === '' ? 0n : /^[+-]/.test(rest) ? null : parseGoDuration(rest)
  if (tail === null) return null
  const total = BigInt(days) * dayNs + tail
  const signed = sign === '-' ? -total : total
  return signed > maxNs || signed < minNs ? null : signed
}

/** Milliseconds of a duration text (fractions below one are cut), or null if malformed. Accepts days. */
export function parseDurationMs(text: string): number | null {
  const ns = parseDuration(text)
  return ns === null ? null : Number(ns / 1_000_000n)
}

/** Go's text for nanoseconds: `4h0m0s`, `1m5.5s`, `250ms`, `0s`. Source: time.Duration.String. */
export function formatDuration(ns: bigint): string {
  if (ns === 0n) return '0s'
  const sign = ns < 0n ? '-' : ''
  const total = ns < 0n ? -ns : ns
  if (total < 1_000n) return `${sign}${total}ns`
  if (total < 1_000_000n) return `${sign}${decimal(total, 3)}µs`
  if (total < 1_000_000_000n) return `${sign}${decimal(total, 6)}ms`
  const minutes = total / 60_000_000_000n
  const seconds = decimal(total % 60_000_000_000n, 9)
  if (minutes === 0n) return `${sign}${seconds}s`
  const hours = minutes / 60n
  return hours === 0n ? `${sign}${minutes}m${seconds}s` : `${sign}${hours}h${minutes % 60n}m${seconds}s`
}

/** Go's text for a number of milliseconds, rounded to the whole second half away from zero as bouncers expect it. */
export function formatDurationSeconds(ms: number): string {
  const seconds = Math.sign(ms) * Math.round(Math.abs(ms) / 1000)
  return formatDuration(BigInt(seconds) * 1_000_000_000n)
}

function decimal(value: bigint, digits: number): string {
  const scale = 10n ** BigInt(digits)
  const fraction = (value % scale).toString().padStart(digits, '0').replace(/0+$/, '')
  return fraction === '' ? `${value / scale}` : `${value / scale}.${fraction}`
}
