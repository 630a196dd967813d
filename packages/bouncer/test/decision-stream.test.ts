import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { BouncerClient } from '@tocsin/client'
import type { WireDecision } from '@tocsin/model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { until } from '../../testkit/src/index.ts'
import type { DecisionStreamOptions } from '../src/index.ts'
import { FollowedSet } from './followed-set.ts'
import { ban } from './push-server.ts'

type Answer = { new: WireDecision[] | null; deleted: WireDecision[] | null }

/** A real server that answers pulls as told, and notes which were made. */
class StreamServer {
  readonly pulls: string[] = []
  readonly #server: Server
  answer: (startup: boolean, response: ServerResponse) => void = () => undefined

  private constructor() {
    this.#server = createServer((request, response) => this.#handle(request, response))
  }

  static async open(): Promise<StreamServer> {
    const server = new StreamServer()
    await server.listen(0)
    return server
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  async listen(port: number): Promise<void> {
    await new Promise<void>((done) => this.#server.listen(port, '127.0.0.1', done))
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((done) => this.#server.close(done))
  }

  /** From now on: this for the whole, that for what changed. */
  serve(whole: WireDecision[], changed: Answer = { new: null, deleted: null }): void {
    this.answer = (startup, response) => {
      response.end(JSON.stringify(startup ? { new: whole, deleted: null } : changed))
    }
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://localhost')
    this.pulls.push(url.search)
    if (request.headers['x-api-key'] !== 'good') {
      response.writeHead(403).end('{"message":"access forbidden"}')
      return
    }
    this.answer(url.searchParams.get('startup') === 'true', response)
  }
}

describe('DecisionStream on a real server', () => {
  let server: StreamServer
  let followed: FollowedSet

  beforeEach(async () => {
    server = await StreamServer.open()
    followed = new FollowedSet()
  })

  afterEach(async () => {
    await followed.end()
    await server.close()
  })

  function run({ key = 'good', ...options }: Partial<DecisionStreamOptions> & { key?: string } = {}) {
    const source = new BouncerClient({ url: `http://127.0.0.1:${server.port}`, key })
    return followed.run({ source, ...options })
  }

  const holds = (address: string) => followed.holds(address)

  it('pulls the whole first, then what changed', async () => {
    server.serve([ban(1, '192.0.2.1')], { new: [ban(2, '192.0.2.2')], deleted: [ban(1, '192.0.2.1', '-1s')] })
    const told: string[] = []
    const stream = run({
      listener: {
        loaded: () => void told.push('loaded'),
        changed: ({ added, removed }) => void told.push(`+${added.length} -${removed.length}`),
      },
    })
    await until(() => holds('192.0.2.2'), 5000)
    expect(holds('192.0.2.1')).toBe(false)
    expect(told).toEqual(['loaded', '+1 -1'])
    expect(server.pulls.slice(0, 2)).toEqual(['?startup=true&dedup=false&push=true', '?dedup=false'])
    expect(stream.status()).toMatchObject({
      state: 'current',
      channel: 'pull',
      wholePulls: 1,
      connections: 0,
      failures: 0,
      error: null,
    })
    expect(followed.logger.lines).toEqual([
      'info The Local API does not push decisions: they are pulled every 0.03 s.',
    ])
  })

  it('keeps the last good set while the Local API is away, says so once, and pulls the whole when it is back', async () => {
    server.serve([ban(1, '192.0.2.1'), ban(2, '192.0.2.2', '1s')])
    const stream = run()
    await until(() => stream.status().pulls > 1, 5000)
    const { port } = server
    await server.close()
    await until(() => stream.status().failures >= 3, 5000)
    expect(holds('192.0.2.1')).toBe(true)
    expect(stream.status()).toMatchObject({ state: 'away', error: { code: 'LAPI_UNREACHABLE' } })
    await until(
      () => followed.set.stats().decisions === 1,
      5000,
      () => 'the ended decision was not taken out',
    )
    expect(followed.logger.matching(/^warn Cannot pull .*last good set stays/)).toHaveLength(1)

    server = await StreamServer.open().then(async (replacement) => {
      await replacement.close()
      await replacement.listen(port)
      return replacement
    })
    server.serve([ban(3, '192.0.2.3')])
    await until(() => holds('192.0.2.3'), 5000)
    expect(holds('192.0.2.1')).toBe(false)
    expect(server.pulls[0]).toContain('startup=true')
    expect(followed.logger.matching(/^info The Local API answers again .* 1 in force/)).toHaveLength(1)
    expect(followed.logger.matching(/^warn/)).toHaveLength(1)
  })

  it('names a refused key and its cure, and goes on trying slowly', async () => {
    const stream = run({ key: 'bad', keyName: 'the key in bouncer.key', refusedRetryMs: 150 })
    await until(() => stream.status().failures >= 2, 5000)
    expect(stream.status()).toMatchObject({ state: 'refused', error: { code: 'BOUNCER_KEY_REFUSED' } })
    expect(stream.status().error?.hint).toContain('tocsin bouncers add')
    const lines = followed.logger.matching(
      /^error Cannot pull decisions with the key in bouncer\.key: .*access forbidden/,
    )
    expect(lines).toHaveLength(1)
    expect(server.pulls.length).toBeLessThan(10)
  })

  it('drops nothing when an answer breaks off, and pulls the whole again', async () => {
    server.serve([ban(1, '192.0.2.1')])
    const stream = run()
    await until(() => stream.status().pulls > 0, 5000)
    server.answer = (_startup, response) => {
      response.write(`{"new": [${JSON.stringify(ban(2, '192.0.2.2'))}, {"id": 3`)
      setTimeout(() => response.destroy(), 20)
    }
    await until(() => stream.status().failures > 1, 5000)
    expect(holds('192.0.2.1')).toBe(true)
    expect(server.pulls.at(-1)).toContain('startup=true')
  })

  it('repairs what it never heard of by pulling the whole from time to time', async () => {
    server.serve([ban(1, '192.0.2.1')])
    const stream = run({ resyncMs: 50 })
    await until(() => holds('192.0.2.1'), 5000)
    server.serve([ban(2, '192.0.2.2')])
    await until(() => holds('192.0.2.2') && !holds('192.0.2.1'), 5000)
    expect(stream.status().wholePulls).toBeGreaterThan(1)
  })

  it('ends at once when told to, in the middle of a pull too', async () => {
    let asked = false
    server.answer = () => (asked = true)
    run()
    await until(() => asked, 5000)
    await followed.end()
    expect(followed.logger.lines).toEqual([])
  })
})
