import { join } from 'node:path'
import { createEngine, toWireAlert } from '@tocsin/engine'
import { expect, it } from 'vitest'
import { generateLog } from '../bench/logs/generate.ts'
import { Random } from '../bench/logs/random.ts'
import { type ItemPlaces, loadItems } from '../packages/cli/src/items.ts'
import { type LineOrigin, SievePool } from '../packages/cli/src/sieve/sieve-pool.ts'
import { closeThreads, startThreads } from '../packages/cli/src/sieve/sieve-thread.ts'
import type { Step } from '../packages/engine/test/plain/log-steps.ts'
import { mutateLog } from '../packages/engine/test/plain/mutate-log.ts'
import { plainSubject } from '../packages/engine/test/plain/side-by-side.ts'
import { describeNeeding, needShared, sharedFolder } from '../packages/testkit/src/index.ts'

const startMs = Date.UTC(2026, 10, 22, 12)
const places: ItemPlaces = {
  hub: join(sharedFolder, 'hub'),
  data: join(sharedFolder, 'hub-data'),
  items: 'crowdsecurity/sshd,crowdsecurity/nginx,crowdsecurity/base-http-scenarios,crowdsecurity/linux',
  tolerant: false,
}

interface Part {
  readonly raws: readonly string[]
  readonly origin: LineOrigin
}

/** Lines of three sources as they come: a few of one, then a few of another. */
function interleaved(random: Random): Part[] {
  const source = (kind: 'ssh' | 'nginx' | 'mix', type: string) => ({
    lines: mutateLog([...generateLog(kind, 1500, 21)], random, 0.1),
    origin: { src: `/var/log/${kind}`, module: 'file', timeMs: startMs, labels: new Map([['type', type]]) },
  })
  const sources = [source('ssh', 'syslog'), source('nginx', 'nginx'), source('mix', 'syslog')]
  const parts: Part[] = []
  while (sources.some(({ lines }) => lines.length > 0)) {
    const { lines, origin } = random.pick(sources)
    parts.push({ raws: lines.splice(0, random.pick([1, 2, 77, 600])), origin })
  }
  return parts
}

describeNeeding([needShared('hub'), needShared('hub-data')], 'threads that parse', () => {
  const parts = interleaved(new Random(31))
  const { files, dataFile } = loadItems(places)
  const steps = parts.flatMap(({ raws, origin }) =>
    raws.map((raw): Step => ({ atMs: startMs, line: { raw, ...origin } })),
  )
  const wanted = plainSubject(files, { mode: 'replay', startMs, dataFile })(steps)

  it.each([1, 2, 4])(
    'do as the plain interpreter does, %i of them',
    { timeout: 120_000 },
    async (threads) => {
      const alerts: string[] = []
      const engine = createEngine(files, {
        mode: 'replay',
        dataFile,
        clock: () => startMs,
        onAlert: (alert) => alerts.push(JSON.stringify(toWireAlert(alert))),
      })
      const beside = startThreads(threads - 1, { places, mode: 'replay', nowMs: startMs })
      const pool = new SievePool(engine, beside, 'replay')
      try {
        for (const { raws, origin } of parts) await pool.push(raws, origin, startMs)
        await pool.drain()
      } finally {
        await closeThreads(beside)
      }
      const counters = engine.counters()
      const { filtered, blackholed, sourceless, whitelisted: letOff } = counters.dropped
      expect(wanted.alerts.length).toBeGreaterThan(100)
      expect(alerts).toEqual(wanted.alerts)
      expect({ ...counters, filtered, blackholed, sourceless, letOff }).toMatchObject(wanted.counts)
    },
  )
})
