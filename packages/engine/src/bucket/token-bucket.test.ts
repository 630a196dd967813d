import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LogTime } from './log-time.ts'
import { TokenBucket } from './token-bucket.ts'

const second = 1e9
const at = (ns: number): LogTime => ({
  seconds: Math.floor(ns / 1e9),
  nanoseconds: ns % 1e9,
  offsetMinutes: 0,
})

/** How many events, evenly spaced, fit before the first that does not. */
function accepted(capacity: number, leakNs: number, spacingNs: number): number {
  const bucket = new TokenBucket(capacity, leakNs)
  let count = 0
  while (count < 1000 && bucket.take(at(count * spacingNs))) count++
  return count
}

describe('TokenBucket', () => {
  it('holds its capacity when all events come at once', () => {
    expect(accepted(5, 10 * second, 0)).toBe(5)
  })

  it('counts what leaks between events: 17 fit at one every 28 seconds where one in 60 seconds leaks', () => {
    expect(accepted(10, 60 * second, 28 * second)).toBe(17)
  })

  it('never refuses events that come no faster than they leak', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 2_000_000_000 }),
        (capacity, leakNs) => {
          expect(accepted(capacity, leakNs, leakNs)).toBe(1000)
        },
      ),
      { numRuns: 50 },
    )
  })

  it('leaks nothing for a time in the past, but measures the next event from it', () => {
    const bucket = new TokenBucket(1, 10 * second)
    expect(bucket.take(at(100 * second))).toBe(true)
    expect(bucket.take(at(99 * second))).toBe(false)
    const other = new TokenBucket(2, 10 * second)
    expect(other.take(at(100 * second))).toBe(true)
    expect(other.take(at(80 * second))).toBe(true)
    expect(other.take(at(90 * second))).toBe(true)
  })

  it('keeps its measure when an event is refused', () => {
    const bucket = new TokenBucket(1, 10 * second)
    expect(bucket.take(at(0))).toBe(true)
    expect(bucket.take(at(5 * second))).toBe(false)
    expect(bucket.take(at(10 * second))).toBe(true)
  })
})
