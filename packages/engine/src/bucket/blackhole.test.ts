import { describe, expect, it } from 'vitest'
import { Blackhole } from './blackhole.ts'

const second = 1_000_000_000n

describe('Blackhole', () => {
  it('hides the overflows of a partition until its time is over, and hidden ones do not prolong it', () => {
    const blackhole = new Blackhole(60n * second)
    expect(blackhole.hides('a', 0n, 0)).toBe(false)
    expect(blackhole.hides('a', 59n * second, 0)).toBe(true)
    expect(blackhole.hides('b', 59n * second, 0)).toBe(false)
    expect(blackhole.hides('a', 60n * second, 0)).toBe(false)
    expect(blackhole.hides('a', 61n * second, 0)).toBe(true)
  })

  it('is over for good once an overflow of any partition came after its end', () => {
    const blackhole = new Blackhole(60n * second)
    blackhole.hides('a', 0n, 0)
    blackhole.hides('b', 100n * second, 0)
    expect(blackhole.size).toBe(1)
    expect(blackhole.hides('a', 10n * second, 0)).toBe(false)
  })
})
