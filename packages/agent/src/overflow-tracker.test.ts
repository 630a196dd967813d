import type { WireAlert } from '@tocsin/model'
import { describe, expect, it } from 'vitest'
import { OverflowTracker } from './overflow-tracker.ts'

const alert = (message: string) => ({ message }) as WireAlert

/** An engine reduced to what the tracker sees of one. */
class Engine {
  waiting = 0
  readonly tracker = new OverflowTracker(() => this.waiting)

  /** A bucket overflows; what is raised waits, or leaves at once with an alert; null: nothing is raised. */
  overflows(bornMs: number, what: string | null): void {
    this.tracker.overflow(bornMs)
    if (what === 'waits') this.waiting++
    else if (what !== null) this.leaves(what)
  }

  leaves(message: string): void {
    this.tracker.leave()
    if (message !== '') this.tracker.alert(alert(message))
  }

  leavesLate(message: string): void {
    this.waiting--
    this.leaves(message)
  }

  /** A step of one call of the engine for its time and one for each line. */
  step(name: string, atMs: number, ...lines: (() => void)[]): void {
    this.tracker.beginStep(name, atMs)
    for (const run of [() => undefined, ...lines]) this.tracker.call(run)
  }

  results() {
    const { alerts, ...others } = this.tracker.results()
    const results = { ...others, alerts: alerts.map(({ message }) => message) }
    this.tracker.noted()
    return results
  }
}

describe('alerts and the overflows that they come of', () => {
  it('are in one record where nothing waits', () => {
    const engine = new Engine()
    engine.step('1:0', 100, () => engine.overflows(90, 'a'))
    expect(engine.results()).toEqual({ alerts: ['a'], overflowsFromMs: 90, waits: [], settled: [] })
  })

  it('are in two where one waits; the second says which one it was', () => {
    const engine = new Engine()
    engine.step(
      '1:0',
      100,
      () => engine.overflows(80, null),
      () => engine.overflows(90, 'waits'),
    )
    expect(engine.tracker.oldestWaitingMs()).toBe(90)
    expect(engine.results()).toEqual({ alerts: [], overflowsFromMs: 80, waits: ['1:0:1.0'], settled: [] })
    engine.step('1:50', 110, () => engine.overflows(105, 'waits'))
    engine.leavesLate('a')
    expect(engine.results()).toEqual({
      alerts: ['a'],
      overflowsFromMs: 90,
      waits: ['1:50:0.0'],
      settled: ['1:0:1.0'],
    })
    expect(engine.tracker.oldestWaitingMs()).toBe(105)
  })

  it('are told apart where an overflow that waited makes another', () => {
    const engine = new Engine()
    engine.step('1:0', 100, () => {
      engine.overflows(90, 'waits')
      engine.overflows(91, 'waits')
    })
    engine.results()
    engine.leavesLate('a')
    engine.overflows(95, 'waits')
    expect(engine.results()).toMatchObject({ alerts: ['a'], waits: ['1:0:0.2'], settled: ['1:0:0.0'] })
    engine.leavesLate('')
    engine.leavesLate('c')
    expect(engine.results()).toMatchObject({ alerts: ['c'], settled: ['1:0:0.1', '1:0:0.2'] })
  })
})

describe('lines that are read a second time', () => {
  it('give the alerts that were in no record, and no others', () => {
    const engine = new Engine()
    engine.tracker.reopen(new Set(['1:0:0.1', '1:0:1.0', '9:0:0.0']))
    engine.step(
      '1:0',
      100,
      () => {
        engine.overflows(90, 'a')
        engine.overflows(91, 'b')
        engine.overflows(92, 'c')
      },
      () => engine.overflows(93, 'waits'),
      () => engine.overflows(94, 'waits'),
    )
    engine.tracker.reopen(null)
    expect(engine.tracker.has('1:0:0.1')).toBe(true)
    expect(engine.tracker.has('1:0:1.0')).toBe(true)
    expect(engine.tracker.has('9:0:0.0')).toBe(false)
    expect(engine.results()).toEqual({ alerts: ['b'], overflowsFromMs: 91, waits: [], settled: ['1:0:0.1'] })
    engine.leavesLate('d')
    engine.leavesLate('e')
    expect(engine.results()).toMatchObject({ alerts: ['d'], waits: [], settled: ['1:0:1.0'] })
  })
})
