import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TokenBucket } from './token-bucket.ts'

const second = 1_000_000_000n

/** How many events, evenly spaced, fit before the first that does not. */
function accepted(capacity: number, leakNs: bigint, spacingNs: bigint): number {
  const bucket = new TokenBucket(capacity, leakNs)
  let count = 0
  while (count < 1000 && bucket.take(BigInt(count) * spacingNs)) count++
  return count
}

describe('TokenBucket', () => {
  it('holds its capacity when all events come at once', () => {
    expect(accepted(5, 10n * second, 0n)).toBe(5)
  })

  it('counts what leaks between events: 17 fit at one every 28 seconds where one in 60 seconds leaks', () => {
    expect(accepted(10, 60n * second, 28n * second)).toBe(17)
  })

  it('never refuses events that come no faster than they leak', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.bigInt({ min: 1n, max: 100_000_000_000n }),
        (capacity, leakNs) => {
          expect(accepted(capacity, leakNs, leakNs)).toBe(1000)
        },
      ),
      { numRuns: 50 },
    )
  })

  it('leaks nothing for a time in the past, but measures the next event from it', () => {
    const bucket = new TokenBucket(1, 10n * second)
    expect(bucket.take(100n * second)).toBe(true)
    expect(bucket.take(99n * second)).toBe(false)
    const other = new TokenBucket(2, 10n * second)
    expect(other.take(100n * second)).toBe(true)
    expect(other.take(80n * second)).toBe(true)
    expect(other.take(90n * second)).toBe(true)
  })

  it('keeps its measure when an event is refused', () => {
    const bucket = new TokenBucket(1, 10n * second)
    expect(bucket.take(0n)).toBe(true)
    expect(bucket.take(5n * second)).toBe(false)
    expect(bucket.take(10n * second)).toBe(true)
  })
})
