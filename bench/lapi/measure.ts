/**
 * Fills a Local API and measures it: `node measure.ts DATABASE DECISIONS SOAK-MINUTES` writes the sample as JSON.
 * What it is at is written to standard error.
 */
import type { Sample } from '../bench.ts'
import { addCrowd, measurePolling, measurePush } from './crowd.ts'
import { type DatabaseName, databases } from './databases.ts'
import { measureDeltas } from './deltas.ts'
import { measureImport } from './import.ts'
import { measureIngest } from './ingest.ts'
import { measureAddress, measureLists, measureStartUp, type Reader } from './lists.ts'
import { BenchMachine } from './machine.ts'
import { cpuMs, peakMegabytes, residentMegabytes } from './process-figures.ts'
import { Requests } from './requests.ts'
import { Server } from './server.ts'
import { soak } from './soak.ts'

const [name = '', decisions = '', soakMinutes = '0'] = process.argv.slice(2)
const database = databases.find((known) => known === name)
if (!database || !(Number(decisions) > 0))
  throw new Error('usage: measure.ts DATABASE DECISIONS SOAK-MINUTES')
process.stdout.write(JSON.stringify(await measureAll(database, Number(decisions), Number(soakMinutes))))

async function measureAll(database: DatabaseName, count: number, minutes: number): Promise<Sample> {
  const server = await Server.start(database)
  try {
    const imported = await at(`import of ${count} addresses`, async () => await measureImport(server, count))
    const peak = peakMegabytes(server.pid)
    const resident = residentMegabytes(server.pid)
    const requests = new Requests(server.url)
    const running = await measureRunning(server, requests, count, minutes)
    requests.close()
    const again = await at('start with all of them', async () => await measureStart(server))
    return { decisions: count, ...imported, importPeak: peak, importResident: resident, ...running, ...again }
  } finally {
    await server.remove()
  }
}

async function measureRunning(
  server: Server,
  requests: Requests,
  count: number,
  minutes: number,
): Promise<Sample> {
  const { admin, pid } = server
  const { api_key: key } = await admin.addBouncer('reader')
  const reader: Reader = { requests, pid, headers: { 'x-api-key': key, 'user-agent': 'bench-bouncer/v1' } }
  const machine = await BenchMachine.logIn(requests, server.machine)
  const crowd = await addCrowd(server)
  const parts: readonly [string, () => Promise<Sample>][] = [
    ['one address', async () => await measureAddress(reader, count)],
    ['pulls of changes', async () => await measureDeltas(reader, machine)],
    ['pulls of everything', async () => await measureStartUp(reader)],
    ['filtered lists', async () => await measureLists(reader)],
    ['polling bouncers', async () => await measurePolling(requests, pid, machine, crowd)],
    ['subscribers', async () => await measurePush(requests, pid, machine, crowd)],
    ['alerts', async () => await measureIngest(machine, pid)],
  ]
  let sample: Sample = {}
  let peak = 0
  for (const [what, part] of parts) {
    sample = { ...sample, ...(await at(what, part)) }
    peak = Math.max(peak, peakMegabytes(pid))
  }
  if (minutes > 0) {
    sample = { ...sample, ...(await at('soak', async () => await soak(reader, machine, minutes))) }
    peak = Math.max(peak, peakMegabytes(pid))
  }
  return { ...sample, peak, resident: residentMegabytes(pid) }
}

/** The whole set is read from the database before the server listens. */
async function measureStart(server: Server): Promise<Sample> {
  await server.stop()
  const begin = performance.now()
  await server.startAgain()
  const startWall = (performance.now() - begin) / 1000
  const { pid } = server
  return { startWall, startCpu: cpuMs(pid) / 1000, startPeak: peakMegabytes(pid) }
}

async function at(what: string, part: () => Promise<Sample>): Promise<Sample> {
  process.stderr.write(`lapi: ${what}\n`)
  return await part()
}
