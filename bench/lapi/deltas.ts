import { setTimeout } from 'node:timers/promises'
import { median, type Sample } from '../bench.ts'
import type { Reader } from './lists.ts'
import type { BenchMachine } from './machine.ts'
import { cpuMs } from './process-figures.ts'

const clients = 40
const rounds = 7
const changes = 100

/** Instances of one bouncer, each with its own place in the stream, up to date. */
export class StreamClients {
  readonly #reader: Reader
  readonly #instances: readonly Readonly<Record<string, string>>[]

  private constructor(reader: Reader, instances: readonly Readonly<Record<string, string>>[]) {
    this.#reader = reader
    this.#instances = instances
  }

  static async start(reader: Reader, name: string, count: number): Promise<StreamClients> {
    const instances = Array.from({ length: count }, (_, index) => ({
      ...reader.headers,
      'x-tocsin-cursor': `${name}-${index}`,
    }))
    for (const headers of instances) await beUpToDate(reader, headers)
    return new StreamClients(reader, instances)
  }

  /** Each pulls once. CPU of the server for one of them, and the least time that one waited, in milliseconds. */
  async pull(changes: number): Promise<{ cpu: number; wall: number }> {
    const { requests, pid } = this.#reader
    const from = cpuMs(pid)
    let wall = Number.POSITIVE_INFINITY
    for (const headers of this.#instances) {
      const answer = await requests.ask('/v1/decisions/stream', { headers, keepText: true })
      const { new: added } = JSON.parse(answer.text) as { new: unknown[] }
      if (added.length < changes) throw new Error(`a pull brought ${added.length} of ${changes} decisions`)
      wall = Math.min(wall, answer.wallMs)
    }
    return { cpu: (cpuMs(pid) - from) / this.#instances.length, wall }
  }
}

/** Moves a client to the end of the stream without the whole set: it begins with one value that nobody has. */
export async function beUpToDate(
  { requests }: Pick<Reader, 'requests'>,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  await requests.ask('/v1/decisions/stream?startup=true&value=nobody', { headers })
}

/** A pull of a hundred additions, and one of nothing. */
export async function measureDeltas(reader: Reader, machine: BenchMachine): Promise<Sample> {
  const stream = await StreamClients.start(reader, 'delta', clients)
  const full: number[] = []
  const empty: number[] = []
  let wall = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round++) {
    await machine.ban(changes)
    await setTimeout(20)
    const pull = await stream.pull(changes)
    empty.push((await stream.pull(0)).cpu)
    full.push(pull.cpu)
    wall = Math.min(wall, pull.wall)
  }
  return { deltaCpu: median(full), emptyDeltaCpu: median(empty), deltaWall: wall }
}
