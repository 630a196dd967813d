import type { Sample } from '../bench.ts'
import type { BenchMachine } from './machine.ts'
import { cpuMs } from './process-figures.ts'

const batches = 200
const batchSize = 100
const warmUpBatches = 20
/** Batches under way at the same time, as from so many machines. */
const senders = 4

/** Alerts as agents send them: in batches, several at a time; the default profiles ban each address. */
export async function measureIngest(machine: BenchMachine, pid: number): Promise<Sample> {
  await post(machine, warmUpBatches)
  const from = cpuMs(pid)
  const begin = performance.now()
  const best = await post(machine, batches)
  const cpu = (cpuMs(pid) - from) / 1000
  const alerts = batches * batchSize
  const wall = (performance.now() - begin) / 1000
  return { ingestCpuRate: alerts / cpu, ingestRate: alerts / wall, ingestBestRate: best }
}

/** Gives the most alerts a second over ten batches in a row. */
async function post(machine: BenchMachine, count: number): Promise<number> {
  const answered: number[] = [performance.now()]
  let left = count
  const sender = async () => {
    while (left-- > 0) {
      await machine.post(machine.alerts(batchSize))
      answered.push(performance.now())
    }
  }
  await Promise.all(Array.from({ length: senders }, sender))
  let best = 0
  for (let index = 10; index < answered.length; index++) {
    const seconds = ((answered[index] ?? 0) - (answered[index - 10] ?? 0)) / 1000
    best = Math.max(best, (10 * batchSize) / seconds)
  }
  return best
}
