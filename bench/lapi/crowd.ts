import type { IncomingMessage } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import { median, type Sample } from '../bench.ts'
import { beUpToDate } from './deltas.ts'
import type { BenchMachine } from './machine.ts'
import { cpuMs } from './process-figures.ts'
import type { Requests } from './requests.ts'
import type { Server } from './server.ts'

export const crowdSize = 200
const pollEveryMs = 10_000
const pushRounds = 15
const deadlineMs = 30_000

type Headers = Readonly<Record<string, string>>

/** Two hundred bouncers, each with a key of its own. */
export async function addCrowd({ admin }: Server): Promise<Headers[]> {
  const crowd: Headers[] = []
  for (let index = 0; index < crowdSize; index++) {
    const { api_key: key } = await admin.addBouncer(`crowd-${index}`)
    crowd.push({ 'x-api-key': key, 'user-agent': 'crowdsec-firewall-bouncer/v0.0.34' })
  }
  return crowd
}

/** Each polls once in ten seconds while five addresses are banned each second: the share of a core it takes. */
export async function measurePolling(
  requests: Requests,
  pid: number,
  machine: BenchMachine,
  crowd: readonly Headers[],
): Promise<Sample> {
  for (const headers of crowd) await beUpToDate({ requests }, headers)
  const round = async () => {
    const begin = performance.now()
    for (const [index, headers] of crowd.entries()) {
      if (index % (crowd.length / 10) === 0) await machine.ban(5)
      const due = begin + (index * pollEveryMs) / crowd.length
      await setTimeout(Math.max(0, due - performance.now()))
      await requests.ask('/v1/decisions/stream', { headers })
    }
    await setTimeout(Math.max(0, begin + pollEveryMs - performance.now()))
  }
  await round()
  const from = cpuMs(pid)
  const begin = performance.now()
  await round()
  const spent = Math.max(pollEveryMs, performance.now() - begin)
  return { pollShare: ((cpuMs(pid) - from) / spent) * 100 }
}

/** Each holds a connection over which changes are pushed: what one ban costs, and how soon the last one knows. */
export async function measurePush(
  requests: Requests,
  pid: number,
  machine: BenchMachine,
  crowd: readonly Headers[],
): Promise<Sample> {
  const [first = {}] = crowd
  const cursor = await cursorNow(requests, first)
  const listeners = await Promise.all(
    crowd.map(async (headers) => {
      const response = await requests.open('/v1/decisions/stream?push=true', {
        ...headers,
        'last-event-id': cursor,
      })
      return new Listener(response)
    }),
  )
  const walls: number[] = []
  const cpus: number[] = []
  try {
    for (let round = 1; round <= pushRounds; round++) {
      const from = cpuMs(pid)
      const begin = performance.now()
      await machine.ban(1)
      await Promise.all(listeners.map(async (listener) => await listener.heard(round)))
      walls.push(performance.now() - begin)
      await setTimeout(50)
      cpus.push(cpuMs(pid) - from)
    }
  } finally {
    for (const listener of listeners) listener.close()
  }
  return { pushWall: Math.min(...walls), pushCpu: median(cpus) }
}

/** Counts the decisions that are pushed over a connection. */
class Listener {
  readonly #response: IncomingMessage
  #count = 0
  #wanted = 0
  #enough: (() => void) | undefined

  constructor(response: IncomingMessage) {
    this.#response = response
    response.on('data', (piece: Buffer) => {
      this.#count += piece.toString('latin1').split('"value":').length - 1
      if (this.#count >= this.#wanted) this.#enough?.()
    })
    response.on('error', () => {})
  }

  /** Waits until so many decisions have come in all. */
  async heard(count: number): Promise<void> {
    this.#wanted = count
    if (this.#count >= count) return
    await new Promise<void>((resolve, reject) => {
      const timer = globalThis.setTimeout(
        () => reject(new Error(`a subscriber heard of ${this.#count} of ${count} decisions`)),
        deadlineMs,
      )
      this.#enough = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  close(): void {
    this.#response.destroy()
  }
}

/** Where the stream stands, from a subscriber that wants nothing of it. */
async function cursorNow(requests: Requests, headers: Headers): Promise<string> {
  const response = await requests.open('/v1/decisions/stream?push=true&startup=true&value=nobody', headers)
  let text = ''
  for await (const piece of response as AsyncIterable<Buffer>) {
    text += piece.toString('latin1')
    const found = /^id: (.*)\nevent: ready\n/m.exec(text)
    if (found?.[1] !== undefined) return found[1]
  }
  throw new Error(`the push ended before it was ready: ${text}`)
}
