import { join } from 'node:path'
import { createEngine, type Engine, toWireAlert } from '@tocsin/engine'
import { describe, expect, it } from 'vitest'
import { failedLogin } from '../../../testkit/src/index.ts'
import { contentFolder } from '../config/paths.ts'
import { type ItemPlaces, loadItems } from '../items.ts'
import { SievePool } from './sieve-pool.ts'
import { closeThreads, startThreads } from './sieve-thread.ts'

const defaultPlaces: ItemPlaces = {
  hub: contentFolder,
  data: join(contentFolder, 'data'),
  items: 'collections:tocsin/default',
  tolerant: false,
}
const nowMs = Date.UTC(2026, 10, 22, 12)
const origin = {
  src: '/var/log/auth.log',
  timeMs: nowMs,
  module: 'file',
  labels: new Map([['type', 'syslog']]),
}

/** Attacks of many addresses, interleaved, with lines between them that nobody knows. */
const lines = Array.from({ length: 6000 }, (_, index) =>
  index % 7 === 0
    ? `no line of any log ${index}`
    : failedLogin(`203.0.113.${index % 50}`, 1024 + index).replace(/\n$/, index % 500 === 1 ? '\nmore' : ''),
)

function engineWith(alerts: string[]): Engine {
  const { files, dataFile } = loadItems(defaultPlaces)
  return createEngine(files, {
    mode: 'replay',
    dataFile,
    clock: () => nowMs,
    onAlert: (alert) => alerts.push(JSON.stringify(toWireAlert(alert))),
  })
}

function inOneThread(): { alerts: string[]; counters: unknown } {
  const alerts: string[] = []
  const engine = engineWith(alerts)
  for (const raw of lines) engine.process({ raw, ...origin })
  return { alerts, counters: engine.counters() }
}

async function inThreads(
  count: number,
  pushLength: number,
): Promise<{ alerts: string[]; counters: unknown }> {
  const alerts: string[] = []
  const engine = engineWith(alerts)
  const threads = startThreads(count - 1, { places: defaultPlaces, mode: 'replay', nowMs })
  const pool = new SievePool(engine, threads, 'replay')
  try {
    for (let from = 0; from < lines.length; from += pushLength) {
      await pool.push(lines.slice(from, from + pushLength), origin, nowMs)
    }
    await pool.drain()
  } finally {
    await closeThreads(threads)
  }
  return { alerts, counters: engine.counters() }
}

describe('SievePool', () => {
  it.each([
    [1, 6000],
    [2, 777],
    [3, 1],
  ])('with %i threads and %i lines at a time finds what one thread finds', async (count, pushLength) => {
    const expected = inOneThread()
    expect(expected.alerts.length).toBeGreaterThan(20)
    expect(await inThreads(count, pushLength)).toEqual(expected)
  })

  it('rejects when its threads cannot start, instead of going on with fewer', async () => {
    const engine = engineWith([])
    const places = { ...defaultPlaces, hub: '/nonexistent' }
    const threads = startThreads(1, { places, mode: 'replay', nowMs })
    const pool = new SievePool(engine, threads, 'replay')
    const pushForEver = async () => {
      for (;;) await pool.push(['x'], origin, nowMs)
    }
    await expect(pushForEver()).rejects.toThrow('/nonexistent')
    await closeThreads(threads)
  })
})
