import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Bench, Figure } from './bench.ts'
import { generateLog } from './logs/generate.ts'
import { measure, type Usage } from './process-usage.ts'

const lines = 100_000
const startUpLines = 100
const tocsin = fileURLToPath(new URL('../node_modules/.bin/tocsin', import.meta.url))
const floor = fileURLToPath(new URL('./floor.ts', import.meta.url))

/** CPU and memory of `tocsin replay` with our own content over 100,000 lines, against reading and splitting the file. */
export const replay: Bench = {
  name: 'replay',
  promise: 'a line costs a small multiple of reading it, in flat memory',
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'tocsin-bench-'))
    try {
      return [
        ...(await measureKind(folder, 'ssh', 'syslog')),
        ...(await measureKind(folder, 'nginx', 'nginx')),
      ]
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
}

async function measureKind(folder: string, kind: 'ssh' | 'nginx', type: string): Promise<Figure[]> {
  const log = writeLog(folder, kind, lines)
  const start = writeLog(folder, kind, startUpLines)
  const floorUsage = await measure(process.execPath, [floor, log])
  const floorStart = await measure(process.execPath, [floor, start])
  const startUp = await measure(tocsin, ['replay', start, '--type', type, '-o', 'json'])
  const whole = await measure(tocsin, ['replay', log, '--type', type, '-o', 'json'])
  return figures(kind, { floor: floorUsage.cpuSeconds - floorStart.cpuSeconds, startUp, whole })
}

function figures(kind: string, run: { floor: number; startUp: Usage; whole: Usage }): Figure[] {
  const cpu = run.whole.cpuSeconds - run.startUp.cpuSeconds
  return [
    {
      what: `${kind}: lines per CPU second, start-up taken off`,
      value: (lines - startUpLines) / cpu,
      unit: 'lines/s',
    },
    {
      what: `${kind}: the floor, lines per CPU second`,
      value: (lines - startUpLines) / run.floor,
      unit: 'lines/s',
    },
    { what: `${kind}: CPU over the floor's`, value: cpu / run.floor, unit: 'times' },
    {
      what: `${kind}: start-up and ${startUpLines} lines`,
      value: run.startUp.cpuSeconds,
      unit: 'CPU seconds',
    },
    { what: `${kind}: wall time of ${lines} lines`, value: run.whole.wallSeconds, unit: 'seconds' },
    { what: `${kind}: peak memory`, value: run.whole.peakMegabytes, unit: 'MB' },
  ]
}

function writeLog(folder: string, kind: 'ssh' | 'nginx', count: number): string {
  const path = join(folder, `${kind}-${count}.log`)
  writeFileSync(path, Array.from(generateLog(kind, count, 7), (line) => `${line}\n`).join(''))
  return path
}
