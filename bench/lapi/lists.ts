import type { Sample } from '../bench.ts'
import { listAddress } from './import.ts'
import { cpuMs, forgetPeak, peakMegabytes, residentMegabytes } from './process-figures.ts'
import type { Requests } from './requests.ts'

const fullPulls = 3
const beginnings = 8
const addresses = 500

/** Who reads lists: a bouncer by its key. */
export interface Reader {
  readonly requests: Requests
  readonly pid: number
  readonly headers: Readonly<Record<string, string>>
}

/** The whole set as a bouncer pulls it when it starts. */
export async function measureStartUp({ requests, pid, headers }: Reader): Promise<Sample> {
  const path = '/v1/decisions/stream?startup=true'
  // The first one finds code that was never run and memory that was never used.
  await requests.ask(path, { headers })
  const before = residentMegabytes(pid)
  forgetPeak(pid)
  let cpu = Number.POSITIVE_INFINITY
  let wall = Number.POSITIVE_INFINITY
  let bytes = 0
  for (let pull = 0; pull < fullPulls; pull++) {
    const from = cpuMs(pid)
    const answer = await requests.ask(path, { headers })
    cpu = Math.min(cpu, cpuMs(pid) - from)
    wall = Math.min(wall, answer.wallMs)
    bytes = answer.bytes
  }
  return {
    startUpBytes: bytes,
    startUpCpu: cpu / 1000,
    startUpWall: wall / 1000,
    startUpGrowth: Math.max(0, peakMegabytes(pid) - before),
    startUpFirst: await firstByte(requests, path, headers),
  }
}

/** Names of figures, and what is asked for. All of the list match, or none. */
export const filteredLists = {
  'origins, all match': 'origins=cscli-import',
  'origins, none match': 'origins=CAPI',
  'scenarios_containing, all match': 'scenarios_containing=imported',
  'scenarios_containing, none match': 'scenarios_containing=nothing',
  'type, all match': 'type=ban',
  'type, none match': 'type=captcha',
} as const

/** The same set through filters of `/v1/decisions`. */
export async function measureLists({ requests, pid, headers }: Reader): Promise<Sample> {
  const sample: Record<string, number> = {}
  for (const [name, query] of Object.entries(filteredLists)) {
    const path = `/v1/decisions?${query}`
    const from = cpuMs(pid)
    const { bytes, wallMs } = await requests.ask(path, { headers })
    sample[`${name}: bytes`] = bytes
    sample[`${name}: cpu`] = (cpuMs(pid) - from) / 1000
    sample[`${name}: wall`] = wallMs / 1000
    sample[`${name}: first`] = await firstByte(requests, path, headers)
  }
  return sample
}

/** What a live bouncer asks for: one address. */
export async function measureAddress(reader: Reader, count: number): Promise<Sample> {
  const { requests, pid, headers } = reader
  const ask = async (index: number) =>
    await requests.ask(`/v1/decisions?ip=${listAddress(index)}`, { headers })
  const step = Math.max(1, Math.floor(count / addresses))
  for (let index = 0; index < addresses; index++) await ask((index * step) % count)
  const from = cpuMs(pid)
  let wall = Number.POSITIVE_INFINITY
  for (let index = 0; index < addresses; index++) {
    const { wallMs, text } = await ask((index * step + 7) % count)
    if (!text.includes('"ban"')) throw new Error(`an address of the list is not banned: ${text}`)
    wall = Math.min(wall, wallMs)
  }
  return { addressCpu: (cpuMs(pid) - from) / addresses, addressWall: wall }
}

async function firstByte(
  requests: Requests,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let attempt = 0; attempt < beginnings; attempt++) {
    const { firstByteMs } = await requests.ask(path, { headers, firstPieceOnly: true })
    least = Math.min(least, firstByteMs)
  }
  return least
}
