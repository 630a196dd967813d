import type { WireMetric } from '@tocsin/client'
import { silentLogger, TocsinError } from '@tocsin/model'
import { expect, it } from 'vitest'
import { until } from '../../../testkit/src/index.ts'
import { reportUsage, type UsageItem } from './usage-reporter.ts'

const read = (value: number): UsageItem => ({ name: 'read', unit: 'line', value, isGauge: false })
const active = (value: number): UsageItem => ({ name: 'active_decisions', unit: 'ip', value, isGauge: true })

/** A reporter of figures that the test changes, at a Local API that may fail. */
function reporting(everyMs = 20) {
  const state = { items: [read(0)], failure: null as Error | null, asked: 0 }
  const windows: WireMetric[] = []
  const reporter = reportUsage({
    collect: () => Promise.resolve(state.items),
    send: (window) => {
      state.asked++
      if (state.failure) return Promise.reject(state.failure)
      windows.push(window)
      return Promise.resolve()
    },
    logger: silentLogger,
    everyMs,
  })
  const told = () => windows.flatMap(({ items }) => items.map(({ name, value }) => `${name} ${value}`))
  return { state, windows, reporter, told }
}

it('tells what is new of counters, and gauges as they are', async () => {
  const { state, reporter, told, windows } = reporting()
  await until(() => windows.length > 0, 5000)
  state.items = [read(5), active(3)]
  await until(() => told().length >= 2, 5000)
  expect(told().slice(0, 2)).toEqual(['read 5', 'active_decisions 3'])
  state.items = [read(12), active(0)]
  await reporter.stop()
  expect(told().filter((text) => text.startsWith('read'))).toEqual(['read 5', 'read 7'])
  expect(windows.every(({ meta }) => meta.window_size_seconds >= 1)).toBe(true)
})

it('tells with the next report what it could not tell', async () => {
  const { state, reporter, told } = reporting()
  state.failure = new Error('away')
  state.items = [read(5)]
  await until(() => state.asked > 1, 5000)
  state.items = [read(8)]
  state.failure = null
  await until(() => told().length > 0, 5000)
  await reporter.stop()
  expect(told()).toEqual(['read 8'])
})

it('leaves a Local API alone that knows no reports', async () => {
  const { state, reporter } = reporting()
  state.failure = new TocsinError('LAPI_NOT_FOUND', 'there is no /v1/usage-metrics')
  await until(() => state.asked > 0, 5000)
  await new Promise((done) => setTimeout(done, 60))
  await reporter.stop()
  expect(state.asked).toBeLessThan(3)
})
