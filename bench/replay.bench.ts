import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sharedFolder } from '../packages/testkit/src/shared.ts'
import type { Bench, Case, Figure, Prepared, Sample, Settings } from './bench.ts'
import {
  floorCase,
  type Load,
  replayCase,
  silentNamesCase,
  startLines,
  wholeLines,
  workersCase,
} from './replay/cases.ts'
import { LogFiles } from './replay/log-files.ts'

const longLines = 1_000_000
const measuredLines = wholeLines - startLines

const ownFloor = fileURLToPath(new URL('./replay/floor.mjs', import.meta.url))
const sharedFloor = join(sharedFolder, 'bench/floor.mjs')

const four = 'crowdsecurity/sshd,crowdsecurity/nginx,crowdsecurity/base-http-scenarios,crowdsecurity/linux'
const webServer =
  'crowdsecurity/apache2,crowdsecurity/base-http-scenarios,crowdsecurity/http-cve,crowdsecurity/http-dos,' +
  'crowdsecurity/http-extended-context,crowdsecurity/linux'

const of = (items: string) => [
  '--hub',
  join(sharedFolder, 'hub'),
  '--hub-data',
  join(sharedFolder, 'hub-data'),
  '--items',
  items,
]

/** Logs of the reference data with its hub. */
const hubLoads: readonly Load[] = [
  { name: 'ssh', kind: 'ssh', items: of(four) },
  { name: 'nginx', kind: 'nginx', items: of(four) },
  { name: 'apache', kind: 'apache', items: of(webServer) },
  { name: 'ssh, whole hub', kind: 'ssh', items: of('all') },
  { name: 'nginx, whole hub', kind: 'nginx', items: of('all') },
]

/** Our own logs with the items that Tocsin ships. */
const ownLoads: readonly Load[] = [
  { name: 'ssh', kind: 'ssh', items: [] },
  { name: 'nginx', kind: 'nginx', items: [] },
  { name: 'apache', kind: 'apache', items: [] },
]

/** CPU and memory of `tocsin replay`, whole processes, against reading, splitting and matching the same file. */
export const replay: Bench = {
  name: 'replay',
  promise: 'a line costs a small multiple of reading it, whatever is installed, in constant memory',
  rounds: 3,
  prepare,
}

function prepare({ own, long }: Settings): Prepared {
  const hasShared = existsSync(join(sharedFolder, 'hub')) && existsSync(sharedFloor)
  if (!own && !hasShared)
    console.log(`our own logs and items: ${sharedFolder} is not there (TOCSIN_SHARED says where it is)`)
  const ours = own || !hasShared
  const logs = new LogFiles(ours)
  const loads = ours ? ownLoads : hubLoads
  const names = ours ? [] : of(`${four},crowdsecurity/rdns`)
  const longLoads = loads
    .filter(({ name }) => name === 'ssh' || name === 'nginx')
    .map((load) => ({ ...load, name: `${load.name}, ${longLines} lines`, lines: longLines }))
  const cases: Case[] = [
    floorCase(logs, 'nginx', ours ? ownFloor : sharedFloor),
    ...loads.map((load) => replayCase(logs, load)),
    ...loads.slice(0, 2).map((load) => workersCase(logs, { ...load, name: `${load.name}, workers` })),
    silentNamesCase(logs, { name: 'silent name server', kind: 'ssh', items: names }),
    ...(long ? longLoads.map((load) => replayCase(logs, load)) : []),
  ]
  return {
    cases,
    figures: (samples) => [...samples].flatMap(([name, sample]) => figuresOf(name, sample, samples)),
    close: () => logs.remove(),
  }
}

function figuresOf(name: string, sample: Sample, samples: ReadonlyMap<string, Sample>): Figure[] {
  if (name === 'floor') return floorFigures(sample)
  if (name.endsWith(', workers')) return workerFigures(name, sample)
  if (name === 'silent name server') return silentFigures(sample)
  const long = / ?, 1000000 lines$/.exec(name)
  if (long) return longFigures(name, sample, samples.get(name.slice(0, long.index)))
  const whole = name.endsWith(', whole hub')
  const few = samples.get(name.replace(', whole hub', ''))
  const floor = samples.get('floor')
  const { cpu = 0, startCpu = 0, peak = 0 } = sample
  const figures: Figure[] = [
    { what: `${name}: lines per CPU second`, value: measuredLines / cpu, unit: 'lines/s' },
    { what: `${name}: lines per second`, value: measuredLines / (sample['wall'] ?? 0), unit: 'lines/s' },
    {
      what: `${name}: start-up and ${startLines} lines`,
      value: startCpu,
      unit: 'CPU s',
      budget: { max: whole ? 3 : 1 },
    },
    { what: `${name}: peak memory`, value: peak, unit: 'MB', ...(whole ? {} : { budget: { max: 200 } }) },
  ]
  if (whole && few)
    figures.push({
      what: `${name}: CPU over that of the collections it needs`,
      value: cpu / (few['cpu'] ?? 0),
      unit: 'times',
      budget: { max: 1.5 },
    })
  else if (floor)
    figures.push({
      what: `${name}: CPU over the floor's`,
      value: cpu / (floor['cpu'] ?? 0),
      unit: 'times',
      // Apache runs with items that the others go without.
      budget: { max: name === 'apache' ? 15 : 10 },
    })
  return figures
}

function floorFigures({ cpu = 0, pathCpu }: Sample): Figure[] {
  const figure = (what: string, seconds: number) => ({
    what,
    value: measuredLines / seconds,
    unit: 'lines/s',
  })
  const ours = figure('floor: lines per CPU second', cpu)
  return pathCpu === undefined
    ? [ours]
    : [ours, figure("floor, by the path's node: lines per CPU second", pathCpu)]
}

function workerFigures(name: string, { one = 0, two = 0 }: Sample): Figure[] {
  // On one core there is nothing to gain.
  const budget = availableParallelism() > 1 ? { budget: { min: 1.5 } } : {}
  return [{ what: `${name}: lines per second of two over one`, value: one / two, unit: 'times', ...budget }]
}

function silentFigures({ cpu = 0, wall = 0, plainCpu = 0, plainWall = 0 }: Sample): Figure[] {
  const name = 'silent name server'
  return [
    {
      what: `${name}: CPU over that without lookups`,
      value: cpu / plainCpu,
      unit: 'times',
      budget: { max: 1.1 },
    },
    // The last lookups are waited for once.
    { what: `${name}: wall time more`, value: wall - plainWall, unit: 's', budget: { max: 4 } },
  ]
}

function longFigures(name: string, { peak = 0, cpu = 0 }: Sample, short: Sample | undefined): Figure[] {
  const figures = [
    { what: `${name}: lines per CPU second`, value: (longLines - startLines) / cpu, unit: 'lines/s' },
    { what: `${name}: peak memory`, value: peak, unit: 'MB' },
  ]
  const ratio = peak / (short?.['peak'] ?? Number.NaN)
  const what = `${name}: peak memory over that of ${wholeLines}`
  return [...figures, { what, value: ratio, unit: 'times', budget: { max: 1.1 } }]
}
