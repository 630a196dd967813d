import { describe, expect, it } from 'vitest'
import { LineClock } from './line-clock.ts'
import type { LogTime } from './log-time.ts'

const at = (seconds: number): LogTime => ({ seconds, nanoseconds: 0, offsetMinutes: 0 })

function clockAfter(times: readonly number[]): LineClock {
  const clock = new LineClock()
  for (const time of times) clock.see(at(time))
  return clock
}

const count = (from: number, length: number) => Array.from({ length }, (_, index) => from + index)

describe('the clock of the lines', () => {
  it('knows nothing for certain before a thousand lines', () => {
    expect(clockAfter(count(0, 1000)).certain).toBeNull()
  })

  it('stays one or two thousand lines behind', () => {
    const clock = clockAfter(count(0, 10_000))
    expect(clock.latest).toEqual(at(9999))
    expect(clock.certain?.seconds).toBeGreaterThan(10_000 - 2100)
    expect(clock.certain?.seconds).toBeLessThan(10_000 - 1000)
  })

  it('is not moved by a line with a wrong date', () => {
    const clock = clockAfter([...count(0, 3000), 4_000_000_000, ...count(3000, 100)])
    expect(clock.latest).toEqual(at(4_000_000_000))
    expect(clock.certain?.seconds).toBeLessThan(3000)
  })

  it('goes back at once with a log that begins again', () => {
    expect(clockAfter([...count(50_000, 5000), 7]).certain).toEqual(at(7))
  })
})
