import { setTimeout } from 'node:timers/promises'
import type { Sample } from '../bench.ts'
import { StreamClients } from './deltas.ts'
import { listAddress } from './import.ts'
import type { Reader } from './lists.ts'
import type { BenchMachine } from './machine.ts'
import { cpuMs, residentMegabytes } from './process-figures.ts'

const stepMs = 5_000
const changes = 100
const startUpEvery = 6

/** What one step took: megabytes, and milliseconds of the server's CPU. */
interface Step {
  readonly minute: number
  readonly resident: number
  readonly delta: number
  readonly address: number
  readonly alert: number
}

/**
 * The same mix again and again, as much ending as begins: bans of a few seconds, pulls, questions for one address,
 * alerts; a whole pull every half minute. Gives what memory and costs were, and how they moved.
 */
export async function soak(reader: Reader, machine: BenchMachine, minutes: number): Promise<Sample> {
  const stream = await StreamClients.start(reader, 'soak', 10)
  const begin = performance.now()
  const steps: Step[] = []
  while (performance.now() - begin < minutes * 60_000) {
    const due = performance.now() + stepMs
    const step = await mix(reader, machine, stream, steps.length, (performance.now() - begin) / 60_000)
    steps.push(step)
    process.stderr.write(
      `soak: ${step.minute.toFixed(1)} min, ${step.resident.toFixed(0)} MB, delta ${step.delta.toFixed(2)} ms, ` +
        `address ${step.address.toFixed(3)} ms, alert ${step.alert.toFixed(3)} ms\n`,
    )
    await setTimeout(Math.max(0, due - performance.now()))
  }
  // What is compiled and filled at first is not growth.
  const steady = steps.slice(Math.floor(steps.length / 3))
  const of = (name: Exclude<keyof Step, 'minute'>) => {
    const { mean, slope } = line(steady.map((step) => [step.minute, step[name]]))
    return { [`soak ${name}`]: mean, [`soak ${name} slope`]: slope }
  }
  return { soakMinutes: minutes, ...of('resident'), ...of('delta'), ...of('address'), ...of('alert') }
}

async function mix(
  reader: Reader,
  machine: BenchMachine,
  stream: StreamClients,
  index: number,
  minute: number,
): Promise<Step> {
  const { requests, pid, headers } = reader
  await machine.ban(changes, '8s')
  await setTimeout(20)
  const { cpu: delta } = await stream.pull(changes)
  const address = await cost(pid, 200, async (at) => {
    await requests.ask(`/v1/decisions?ip=${listAddress(index * 200 + at)}`, { headers })
  })
  const alert = await cost(pid, 5, async () => {
    const alerts = machine.alerts(20).map((one) => ({ ...one, remediation: false }))
    await machine.post(alerts)
  })
  if (index % startUpEvery === 0)
    await requests.ask('/v1/decisions/stream?startup=true', {
      headers: { ...headers, 'x-tocsin-cursor': 'soak-whole' },
    })
  return { minute, resident: residentMegabytes(pid), delta, address, alert: alert / 20 }
}

/** CPU of the server for one of so many repetitions. */
async function cost(pid: number, times: number, once: (at: number) => Promise<void>): Promise<number> {
  const from = cpuMs(pid)
  for (let at = 0; at < times; at++) await once(at)
  return (cpuMs(pid) - from) / times
}

/** The straight line through the points by least squares. */
function line(points: readonly (readonly [number, number])[]): { mean: number; slope: number } {
  const middle = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const x = middle(points.map(([at]) => at))
  const mean = middle(points.map(([, value]) => value))
  let above = 0
  let below = 0
  for (const [at, value] of points) {
    above += (at - x) * (value - mean)
    below += (at - x) ** 2
  }
  return { mean, slope: below === 0 ? 0 : above / below }
}
