import type { Bench, Figure, Prepared, Sample, Settings } from './bench.ts'
import { childSample } from './child-sample.ts'
import { crowdSize } from './lapi/crowd.ts'
import { filteredLists } from './lapi/lists.ts'

const decisions = 1_000_000

/** A Local API in a process of its own, filled through its front door, then asked as its clients ask. */
export const lapi: Bench = {
  name: 'lapi',
  promise: 'a pull costs what changed, an answer begins at once, memory is flat, whatever is banned',
  rounds: 1,
  prepare,
}

function prepare({ database, soakMinutes }: Settings): Prepared {
  console.log(
    'rates and costs are of the CPU that the server process took, latencies the least of several:\n' +
      'what else the machine does is in the wall times, which have no budgets',
  )
  const args = [database, String(decisions), String(soakMinutes)]
  return {
    cases: [
      { name: database, measure: (root) => Promise.resolve(childSample(root, 'lapi/measure.ts', args)) },
    ],
    figures: (samples) => [...samples].flatMap(([name, sample]) => figuresOf(name, sample)),
  }
}

function figuresOf(name: string, sample: Sample): Figure[] {
  return [
    ...importFigures(sample),
    ...pullFigures(sample),
    ...listFigures(sample),
    ...ingestFigures(name, sample),
    ...crowdFigures(sample),
    ...memoryFigures(sample),
    ...soakFigures(sample),
  ]
}

function importFigures({
  importCpu = 0,
  importClientCpu = 0,
  importWall = 0,
  importProgress = 0,
}: Sample): Figure[] {
  const what = 'import of a million'
  return [
    // The two take turns, so that on a machine of their own this is the time it takes.
    {
      what: `${what}: CPU, server and client`,
      value: importCpu + importClientCpu,
      unit: 's',
      budget: { max: 30 },
    },
    { what: `${what}: wall time`, value: importWall, unit: 's' },
    { what: `${what}: times that progress was shown`, value: importProgress, unit: '', budget: { min: 10 } },
  ]
}

function pullFigures(sample: Sample): Figure[] {
  const { deltaCpu = 0, deltaWall = 0, emptyDeltaCpu = 0, addressCpu = 0, addressWall = 0 } = sample
  const { startUpBytes = 0, startUpCpu = 0, startUpWall = 0, startUpFirst = 0, startUpGrowth = 0 } = sample
  const megabytes = startUpBytes / 1e6
  return [
    { what: 'pull of 100 changes: CPU', value: deltaCpu, unit: 'ms', budget: { max: 5 } },
    { what: 'pull of 100 changes: least latency', value: deltaWall, unit: 'ms' },
    { what: 'pull of nothing: CPU', value: emptyDeltaCpu, unit: 'ms' },
    { what: 'one address: CPU', value: addressCpu, unit: 'ms', budget: { max: 1 } },
    { what: 'one address: least latency', value: addressWall, unit: 'ms' },
    { what: 'start-up pull: size', value: megabytes, unit: 'MB' },
    { what: 'start-up pull: rate by CPU', value: megabytes / startUpCpu, unit: 'MB/s', budget: { min: 100 } },
    { what: 'start-up pull: rate by wall time', value: megabytes / startUpWall, unit: 'MB/s' },
    { what: 'start-up pull: first byte', value: startUpFirst, unit: 'ms', budget: { max: 50 } },
    // A third of the answer: it is not kept anywhere.
    {
      what: 'start-up pull: growth of memory over its size',
      value: startUpGrowth / megabytes,
      unit: 'times',
      budget: { max: 0.33 },
    },
  ]
}

function listFigures(sample: Sample): Figure[] {
  return Object.keys(filteredLists).flatMap((name) => {
    const { [`${name}: bytes`]: bytes = 0, [`${name}: cpu`]: cpu = 0, [`${name}: first`]: first = 0 } = sample
    const figures: Figure[] = [
      { what: `${name}: first byte`, value: first, unit: 'ms', budget: { max: 50 } },
      { what: `${name}: CPU`, value: cpu, unit: 's' },
    ]
    if (bytes < 1e6) return figures
    return [...figures, { what: `${name}: rate by CPU`, value: bytes / 1e6 / cpu, unit: 'MB/s' }]
  })
}

function ingestFigures(
  name: string,
  { ingestCpuRate = 0, ingestRate = 0, ingestBestRate = 0 }: Sample,
): Figure[] {
  // The promise is for SQLite; of other databases the CPU is not in the server's process.
  const budget = name === 'sqlite' ? { budget: { min: 5000 } } : {}
  return [
    { what: 'alerts: rate by CPU', value: ingestCpuRate, unit: 'alerts/s', ...budget },
    { what: 'alerts: rate by wall time', value: ingestRate, unit: 'alerts/s' },
    { what: 'alerts: best rate of a thousand in a row', value: ingestBestRate, unit: 'alerts/s' },
  ]
}

function crowdFigures({ pollShare = 0, pushWall = 0, pushCpu = 0 }: Sample): Figure[] {
  return [
    {
      what: `${crowdSize} bouncers, a pull every 10 s: CPU`,
      value: pollShare,
      unit: '% of a core',
      budget: { max: 10 },
    },
    { what: `push to ${crowdSize}: CPU of a ban`, value: pushCpu, unit: 'ms' },
    // A tenth of a second of it is waited for what comes close together.
    {
      what: `push to ${crowdSize}: ban to last subscriber`,
      value: pushWall,
      unit: 'ms',
      budget: { max: 1000 },
    },
  ]
}

function memoryFigures(sample: Sample): Figure[] {
  const { importResident = 0, importPeak = 0, peak = 0, resident = 0 } = sample
  const { startWall = 0, startCpu = 0, startPeak = 0 } = sample
  const most = (what: string, value: number): Figure => ({ what, value, unit: 'MB', budget: { max: 400 } })
  return [
    most('resident after the import', importResident),
    most('most resident until then', importPeak),
    most('resident at the end', resident),
    most('most resident in all', Math.max(importPeak, peak)),
    { what: 'start with a million: wall time', value: startWall, unit: 's' },
    { what: 'start with a million: CPU', value: startCpu, unit: 's' },
    most('most resident at a start', startPeak),
  ]
}

/** What a half-hour moved by, measured or foreseen: flat is a twentieth. */
function soakFigures(sample: Sample): Figure[] {
  const { soakMinutes } = sample
  if (soakMinutes === undefined) return []
  const units = { resident: 'MB', delta: 'ms', address: 'ms', alert: 'ms' }
  return Object.entries(units).flatMap(([name, unit]): Figure[] => {
    const mean = sample[`soak ${name}`] ?? Number.NaN
    const slope = sample[`soak ${name} slope`] ?? Number.NaN
    const what = `soak of ${soakMinutes} min, ${name}`
    // Within minutes the noise of the machine is larger than any slope.
    const budget = soakMinutes >= 30 ? { budget: { max: name === 'resident' ? 5 : 20 } } : {}
    return [
      { what: `${what}: mean`, value: mean, unit },
      { what: `${what}: slope`, value: slope, unit: `${unit}/min` },
      {
        what: `${what}: growth in 30 min at that slope`,
        value: ((slope * 30) / mean) * 100,
        unit: '%',
        ...budget,
      },
    ]
  })
}
