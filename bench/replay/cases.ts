import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Case, median, type Sample, Unavailable } from '../bench.ts'
import { measure, type MeasureOptions, ProgramFailed, type Usage } from '../process-usage.ts'
import type { LogFiles, LogKind } from './log-files.ts'
import { askingServer, startSilentNameServer } from './silent-name-server.ts'

/** Lines of a log, less those that its start-up is measured with. */
export const wholeLines = 100_000
export const startLines = 100

const types: Record<LogKind, string> = { ssh: 'syslog', nginx: 'nginx', apache: 'apache2' }

/** What a replay is measured with. */
export interface Load {
  readonly name: string
  readonly kind: LogKind
  /** Flags that say which items are installed. */
  readonly items: readonly string[]
  /** 100,000 unless given. */
  readonly lines?: number
}

/**
 * A whole `tocsin replay` of the log, and one of its first 100 lines: `cpu` and `wall` are the difference, `peak` is
 * of the whole, `startCpu` of the lines.
 */
export function replayCase(logs: LogFiles, load: Load): Case {
  return { name: load.name, measure: (root) => difference(root, logs, load) }
}

async function difference(
  root: string,
  logs: LogFiles,
  load: Load,
  flags: readonly string[] = [],
  options: MeasureOptions = {},
): Promise<Sample & { readonly cpu: number; readonly wall: number }> {
  const run = (lines: number) => replay(root, logs.path(load.kind, lines), load, flags, options)
  const start = await run(startLines)
  const whole = await run(load.lines ?? wholeLines)
  return {
    cpu: whole.cpuSeconds - start.cpuSeconds,
    wall: whole.wallSeconds - start.wallSeconds,
    startCpu: start.cpuSeconds,
    peak: whole.peakMegabytes,
  }
}

function replay(
  root: string,
  log: string,
  { kind, items }: Load,
  flags: readonly string[],
  options: MeasureOptions,
): Promise<Usage> {
  const launcher = join(root, 'node_modules/.bin/tocsin')
  return measure(launcher, ['replay', log, '--type', types[kind], ...items, ...flags, '-o', 'json'], options)
}

/** Reading, splitting and matching alone, less an empty Node: `cpu` by the Node of the launcher, `pathCpu` by the other. */
export function floorCase(logs: LogFiles, kind: LogKind, program: string): Case {
  return {
    name: 'floor',
    async measure(root): Promise<Sample> {
      const log = logs.path(kind, wholeLines)
      const cpu = await lessEmpty(join(root, 'node_modules/.bin/node'), [program, log])
      const other = nodeOfPath()
      return other === undefined ? { cpu } : { cpu, pathCpu: await lessEmpty(other, [program, log]) }
    },
  }
}

const floorTurns = 5

/** The floor takes so little that one measurement says nothing. */
async function lessEmpty(node: string, args: readonly string[]): Promise<number> {
  const turns: number[] = []
  for (let turn = 0; turn < floorTurns; turn++) {
    const whole = await measure(node, args)
    const empty = await measure(node, ['--eval', '0'])
    turns.push(whole.cpuSeconds - empty.cpuSeconds)
  }
  return median(turns)
}

/** The `node` that a shell would find, npm's own additions to the path left out; undefined if there is none. */
function nodeOfPath(): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => !/node_modules|node-gyp-bin/.test(folder))
    .map((folder) => join(folder, 'node'))
    .find((path) => existsSync(path))
}

/** One parsing thread against two: `one` and `two` are their wall times. */
export function workersCase(logs: LogFiles, load: Load): Case {
  return {
    name: load.name,
    async measure(root) {
      const wall = async (workers: number) => {
        const flags = ['--workers', String(workers)]
        return (await unlessRefused(difference(root, logs, load, flags), '--workers')).wall
      }
      return { one: await wall(1), two: await wall(2) }
    },
  }
}

/** Lookups of names that nobody answers against none: CPU and wall time of both. */
export function silentNamesCase(logs: LogFiles, load: Load): Case {
  return {
    name: load.name,
    async measure(root) {
      const server = await startSilentNameServer()
      try {
        const options = { env: askingServer(server.place) }
        const without = await difference(root, logs, load, [], options)
        const asked = await unlessRefused(difference(root, logs, load, ['--dns'], options), '--dns')
        if (server.questions() === 0) throw new Unavailable('the name server was not asked')
        return { cpu: asked.cpu, wall: asked.wall, plainCpu: without.cpu, plainWall: without.wall }
      } finally {
        server.close()
      }
    },
  }
}

async function unlessRefused<T>(measured: Promise<T>, flag: string): Promise<T> {
  try {
    return await measured
  } catch (error) {
    if (error instanceof ProgramFailed && error.errors.includes(`unknown option '${flag}'`))
      throw new Unavailable(`the command refuses ${flag}`)
    throw error
  }
}
