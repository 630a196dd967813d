import { describe, expect, it } from 'vitest'
import { Blackhole } from './blackhole.ts'
import { logTimeOfMs } from './log-time.ts'

const at = (seconds: number) => logTimeOfMs(seconds * 1000)

describe('Blackhole', () => {
  it('hides the overflows of a partition until its time is over, and hidden ones do not prolong it', () => {
    const blackhole = new Blackhole(60_000)
    expect(blackhole.hides('a', at(0), 0)).toBe(false)
    expect(blackhole.hides('a', at(59), 0)).toBe(true)
    expect(blackhole.hides('b', at(59), 0)).toBe(false)
    expect(blackhole.hides('a', at(60), 0)).toBe(false)
    expect(blackhole.hides('a', at(61), 0)).toBe(true)
  })

  it('is over for good once an overflow of any partition came after its end', () => {
    const blackhole = new Blackhole(60_000)
    blackhole.hides('a', at(0), 0)
    blackhole.hides('b', at(100), 0)
    expect(blackhole.size).toBe(1)
    expect(blackhole.hides('a', at(10), 0)).toBe(false)
  })
})
