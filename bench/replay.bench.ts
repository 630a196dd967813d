import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sharedFolder } from '../packages/testkit/src/shared.ts'
import type { Bench, Figure } from './bench.ts'
import { generateLog } from './logs/generate.ts'
import { measure, type Usage } from './process-usage.ts'

const lines = 100_000
const startUpLines = 100
const tocsin = fileURLToPath(new URL('../node_modules/.bin/tocsin', import.meta.url))
const floor = fileURLToPath(new URL('./floor.ts', import.meta.url))

/** What replay is measured with: our own content, and where the reference data is, the public hub's collections. */
interface Items {
  readonly name: string
  readonly flags: readonly string[]
}

const content: Items = { name: 'own content', flags: [] }
const hub: Items = {
  name: 'public hub',
  flags: [
    '--hub',
    join(sharedFolder, 'hub'),
    '--hub-data',
    join(sharedFolder, 'hub-data'),
    '--items',
    'crowdsecurity/sshd,crowdsecurity/nginx,crowdsecurity/base-http-scenarios,crowdsecurity/linux',
  ],
}

/** CPU and memory of `tocsin replay` over 100,000 lines, against reading and splitting the same file. */
export const replay: Bench = {
  name: 'replay',
  promise: 'a line costs a small multiple of reading it, in bounded memory',
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'tocsin-bench-'))
    const hasHub = existsSync(join(sharedFolder, 'hub'))
    if (!hasHub) console.error(`  without the public hub: ${sharedFolder} is not there (set TOCSIN_SHARED)`)
    const figures: Figure[] = []
    try {
      for (const items of hasHub ? [content, hub] : [content]) {
        figures.push(...(await measureKind(folder, items, 'ssh', 'syslog')))
        figures.push(...(await measureKind(folder, items, 'nginx', 'nginx')))
      }
      return figures
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
}

async function measureKind(
  folder: string,
  items: Items,
  kind: 'ssh' | 'nginx',
  type: string,
): Promise<Figure[]> {
  const log = writeLog(folder, kind, lines)
  const start = writeLog(folder, kind, startUpLines)
  const replayOf = (path: string) =>
    measure(tocsin, ['replay', path, '--type', type, ...items.flags, '-o', 'json'])
  const floorUsage = await measure(process.execPath, [floor, log])
  const floorStart = await measure(process.execPath, [floor, start])
  const startUp = await replayOf(start)
  const whole = await replayOf(log)
  const run = { floor: floorUsage.cpuSeconds - floorStart.cpuSeconds, startUp, whole }
  return figuresOf(`${kind}, ${items.name}`, run)
}

function figuresOf(what: string, run: { floor: number; startUp: Usage; whole: Usage }): Figure[] {
  const cpu = run.whole.cpuSeconds - run.startUp.cpuSeconds
  const measured = lines - startUpLines
  return [
    { what: `${what}: lines per CPU second`, value: measured / cpu, unit: 'lines/s' },
    { what: `${what}: the floor's`, value: measured / run.floor, unit: 'lines/s' },
    { what: `${what}: CPU over the floor's`, value: cpu / run.floor, unit: 'times', budget: { max: 200 } },
    {
      what: `${what}: start-up and ${startUpLines} lines`,
      value: run.startUp.cpuSeconds,
      unit: 'CPU seconds',
    },
    { what: `${what}: wall time of ${lines} lines`, value: run.whole.wallSeconds, unit: 'seconds' },
    { what: `${what}: peak memory`, value: run.whole.peakMegabytes, unit: 'MB', budget: { max: 600 } },
  ]
}

function writeLog(folder: string, kind: 'ssh' | 'nginx', count: number): string {
  const path = join(folder, `${kind}-${count}.log`)
  writeFileSync(path, Array.from(generateLog(kind, count, 7), (line) => `${line}\n`).join(''))
  return path
}
