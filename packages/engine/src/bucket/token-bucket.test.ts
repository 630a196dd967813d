import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tokensLeft, tokensPerSecond } from './token-bucket.ts'

const second = 1e9
/** A bucket with its clock, as a table keeps them. */
class TokenBucket {
  readonly #capacity: number
  readonly #perSecond: number
  #tokens: number
  #lastNs = Number.NaN

  constructor(capacity: number, leakNs: number) {
    this.#capacity = capacity
    this.#perSecond = tokensPerSecond(leakNs)
    this.#tokens = capacity
  }

  take(ns: number): boolean {
    const left = tokensLeft(this.#tokens, ns - this.#lastNs, this.#capacity, this.#perSecond)
    if (Number.isNaN(left)) return false
    this.#tokens = left
    this.#lastNs = ns
    return true
  }
}

/** How many events, evenly spaced, fit before the first that does not. */
function accepted(capacity: number, leakNs: number, spacingNs: number): number {
  const bucket = new TokenBucket(capacity, leakNs)
  let count = 0
  while (count < 1000 && bucket.take(count * spacingNs)) count++
  return count
}

describe('the tokens of a leaky bucket', () => {
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
    expect(bucket.take(100 * second)).toBe(true)
    expect(bucket.take(99 * second)).toBe(false)
    const other = new TokenBucket(2, 10 * second)
    expect(other.take(100 * second)).toBe(true)
    expect(other.take(80 * second)).toBe(true)
    expect(other.take(90 * second)).toBe(true)
  })

  it('keeps its measure when an event is refused', () => {
    const bucket = new TokenBucket(1, 10 * second)
    expect(bucket.take(0)).toBe(true)
    expect(bucket.take(5 * second)).toBe(false)
    expect(bucket.take(10 * second)).toBe(true)
  })
})
