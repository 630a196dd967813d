import { describe, expect, it } from 'vitest'
import type { Step } from './record.ts'
import { StepWindow } from './step-window.ts'

const limits = { bytes: 1000, ageMs: 1000, steps: 10 }

function lines(atMs: number, bytes = 10, overflowsFromMs?: number): Step {
  const span = { stream: 1, from: 0, to: bytes, replay: false }
  return { span, atMs, ...(overflowsFromMs === undefined ? {} : { overflowsFromMs }) }
}

function windowOf(...steps: Step[]): StepWindow {
  const window = new StepWindow(limits)
  for (const step of steps) window.add(step)
  return window
}

const times = (window: StepWindow) => window.steps().map(({ atMs }) => atMs)

describe('the window of steps', () => {
  it('reaches back to the oldest live bucket', () => {
    const window = windowOf(lines(1), lines(2), lines(3), lines(4))
    window.forgetBefore(3)
    expect(times(window)).toEqual([3, 4])
    expect(window.bytes).toBe(20)
    window.forgetBefore(5)
    expect(times(window)).toEqual([])
  })

  it('reaches back to the birth of every bucket that overflowed inside it', () => {
    const window = windowOf(lines(1), lines(2), lines(3, 10, 2), lines(4, 10, 3), lines(5))
    window.forgetBefore(4)
    expect(times(window)).toEqual([2, 3, 4, 5])
  })

  it('does not reach back for buckets that overflowed before it', () => {
    const window = windowOf(lines(1), lines(2, 10, 1), lines(3), lines(4))
    window.forgetBefore(3)
    expect(times(window)).toEqual([3, 4])
  })

  it('bears a clock that was set back', () => {
    const window = windowOf(lines(100), lines(101), lines(50), lines(51))
    window.forgetBefore(50)
    expect(times(window)).toEqual([100, 101, 50, 51])
    window.forgetBefore(51)
    expect(times(window)).toEqual([100, 101, 50, 51])
  })

  it('is bounded in bytes, steps and age, and says when that cuts off what is alive', () => {
    const many = windowOf(...Array.from({ length: 30 }, (_, index) => lines(index)))
    expect(times(many)).toHaveLength(10)
    many.forgetBefore(5)
    expect(many.isShortened).toBe(true)
    many.forgetBefore(25)
    expect(many.isShortened).toBe(false)
    expect(times(windowOf(lines(1, 600), lines(2, 600)))).toEqual([2])
    const old = windowOf(lines(1), lines(1500), lines(2000))
    old.forgetBefore(1)
    expect(times(old)).toEqual([1500, 2000])
  })
})
