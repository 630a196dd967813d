import type { FollowOptions, StreamQuery } from '@tocsin/client'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { until } from '../../testkit/src/index.ts'
import type { Changes, DecisionStream, DecisionStreamOptions } from '../src/index.ts'
import { FollowedSet } from './followed-set.ts'
import { ban, PushServer } from './push-server.ts'

describe('DecisionStream where the Local API pushes', () => {
  let server: PushServer
  let followed: FollowedSet

  beforeEach(async () => {
    server = await PushServer.start()
    followed = new FollowedSet()
  })

  afterEach(async () => {
    await followed.end()
    await server.close()
  })

  const run = (options: Partial<DecisionStreamOptions> = {}): DecisionStream =>
    followed.run({ source: server.client(), provenMs: 0, ...options })
  const holds = (address: string) => followed.holds(address)
  const held = (address: string, isHeld = true) => followed.held(address, isHeld)

  it('takes in the whole set, then every change within a moment, over one connection', async () => {
    server.ban(ban(1, '192.0.2.1'), ban(2, '198.51.100.0/24'))
    const told: string[] = []
    const stream = run({
      intervalMs: 60_000,
      listener: {
        loaded: () => void told.push(`loaded ${followed.set.size}`),
        changed: ({ added, removed }) => void told.push(`+${added.length} -${removed.length}`),
      },
    })
    await held('198.51.100.9')
    await until(() => stream.status().state === 'current', 5000)
    for (let round = 0; round < 5; round++) {
      server.ban(ban(10 + round, `203.0.113.${round}`))
      await held(`203.0.113.${round}`)
    }
    server.lift(1)
    await held('192.0.2.1', false)
    await until(() => told.filter((text) => text.startsWith('+')).length > 1, 5000)
    expect(told.slice(0, 2)).toEqual(['loaded 2', '+1 -0'])
    expect(server.asked).toMatchObject([{ push: true, startup: true, lastEventId: undefined }])
    expect(server.asked[0]?.cursor).toMatch(/^[0-9a-f]{32}$/)
    expect(stream.status()).toMatchObject({
      state: 'current',
      channel: 'push',
      connections: 1,
      wholePushes: 1,
      messages: 7,
      pulls: 0,
      failures: 0,
      resets: 0,
    })
    expect(followed.logger.lines).toEqual(['info The Local API pushes decisions as they come.'])
  })

  it('goes on where it was after the connection broke off, without a word of warning', async () => {
    server.ban(ban(1, '192.0.2.1'), ban(2, '192.0.2.2'))
    const stream = run()
    await held('192.0.2.2')
    await until(() => server.open.size === 1, 5000)
    server.drop()
    server.lift(1)
    server.ban(ban(3, '192.0.2.3'))
    await held('192.0.2.3')
    expect(holds('192.0.2.1')).toBe(false)
    expect(server.asked[1]).toMatchObject({ push: true, startup: true, lastEventId: '1:1' })
    expect(stream.status()).toMatchObject({ resumed: 1, drops: 1, wholePushes: 1, failures: 0, error: null })
    expect(followed.logger.matching(/^info The push channel of the Local API broke off/)).toHaveLength(1)
    expect(followed.logger.matching(/^(warn|error)/)).toEqual([])
  })

  it('keeps every old ban until the new set is whole, when the Local API begins anew', async () => {
    server.ban(ban(1, '192.0.2.1'), ban(2, '192.0.2.2'))
    const told: Changes[] = []
    const stream = run({
      listener: { loaded: () => undefined, changed: (changes) => void told.push(changes) },
    })
    await until(() => server.open.size === 1, 5000)
    let openGate = () => {}
    const gate = new Promise<void>((open) => (openGate = open))
    server.beforeReady = () => gate
    server.drop()
    server.held.clear()
    server.forget()
    server.ban(ban(7, '192.0.2.2', '4h0m0s'), ban(8, '192.0.2.3'))
    await held('192.0.2.3')
    await new Promise((done) => setTimeout(done, 150))
    expect(holds('192.0.2.1')).toBe(true)
    expect(told.flatMap(({ removed }) => removed)).toEqual([])
    openGate()
    await held('192.0.2.1', false)
    expect(holds('192.0.2.2')).toBe(true)
    expect(holds('192.0.2.3')).toBe(true)
    expect(followed.set.stats().decisions).toBe(2)
    expect(stream.status()).toMatchObject({ resets: 1, wholePushes: 2, resumed: 1, drops: 1 })
  })

  it('begins anew where a whole set broke off, and loses nothing meanwhile', async () => {
    server.ban(ban(1, '192.0.2.1'))
    const stream = run()
    await until(() => server.open.size === 1, 5000)
    server.forget()
    server.held.clear()
    for (let id = 2; id < 20; id++) server.held.set(id, ban(id, `192.0.2.${id}`))
    server.cutAfter = 3000
    server.instead = (request) => {
      const isThird = server.asked.length === 3
      if (isThird) expect(request.headers['last-event-id']).toBeUndefined()
      if (isThird) server.cutAfter = null
      if (isThird) expect(holds('192.0.2.1')).toBe(true)
      return false
    }
    server.drop()
    await held('192.0.2.1', false)
    for (let id = 2; id < 20; id++) expect(holds(`192.0.2.${id}`)).toBe(true)
    expect(stream.status()).toMatchObject({ resets: 1, wholePushes: 2, connections: 3, failures: 1 })
  })

  it('begins anew from time to time, so that nothing that was missed lasts', async () => {
    server.ban(ban(1, '192.0.2.1'))
    const stream = run({ pushResyncMs: 100 })
    await until(() => server.open.size === 1, 5000)
    server.held.set(2, ban(2, '192.0.2.2'))
    server.held.delete(1)
    await new Promise((done) => setTimeout(done, 120))
    server.ban(ban(3, '192.0.2.3'))
    await held('192.0.2.2')
    await held('192.0.2.1', false)
    expect(stream.status()).toMatchObject({ failures: 0, drops: 0, resets: 0, state: 'current' })
    expect(server.asked[1]?.lastEventId).toBeUndefined()
  })

  it('polls where the server knows no push, and is pushed to once it does', async () => {
    server.pushes = false
    server.held.set(1, ban(1, '192.0.2.1'))
    const stream = run({ resyncMs: 200 })
    await held('192.0.2.1')
    await until(() => stream.status().pulls > 2, 5000)
    expect(stream.status()).toMatchObject({
      channel: 'pull',
      connections: 0,
      wholePulls: 1,
      state: 'current',
    })
    expect(server.asked.slice(0, 3)).toMatchObject([
      { push: true, startup: true },
      { push: false, startup: false },
      { push: false, startup: false },
    ])
    server.pushes = true
    await until(() => stream.status().channel === 'push', 5000)
    server.ban(ban(2, '192.0.2.2'))
    await held('192.0.2.2')
    expect(followed.logger.lines.map((line) => line.slice(0, 40))).toEqual([
      'info The Local API does not push decisio',
      'info The Local API pushes decisions as t',
    ])
  })

  it('takes the pull of a server that knew push and does not any more for the whole set', async () => {
    server.ban(ban(1, '192.0.2.1'), ban(2, '192.0.2.2'))
    const stream = run()
    await until(() => server.open.size === 1, 5000)
    server.pushes = false
    server.held.delete(1)
    server.drop()
    await held('192.0.2.1', false)
    expect(holds('192.0.2.2')).toBe(true)
    expect(stream.status()).toMatchObject({ channel: 'pull', wholePulls: 1, connections: 1 })
  })

  it('polls where something in between cuts every push connection off', async () => {
    server.held.set(1, ban(1, '192.0.2.1'))
    server.cutAfter = 60
    const stream = run({ provenMs: 40_000, resyncMs: 400 })
    await held('192.0.2.1')
    expect(stream.status()).toMatchObject({ channel: 'pull', state: 'current', connections: 3, failures: 3 })
    expect(followed.logger.matching(/^warn The push channel of the Local API does not hold/)).toHaveLength(1)
    server.cutAfter = null
    await until(() => stream.status().channel === 'push', 5000)
  })

  it('polls at once where something in between holds back what is pushed', async () => {
    server.held.set(1, ban(1, '192.0.2.1'))
    server.instead = (request, response) => {
      const isPush = request.url?.includes('push=true') === true
      if (isPush) response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
      return isPush
    }
    const source = server.client()
    const impatient = {
      streamParts: source.streamParts.bind(source),
      follow: (query: StreamQuery, options: FollowOptions) =>
        source.follow(query, { ...options, silenceMs: 100 }),
    }
    const stream = run({ source: impatient })
    await held('192.0.2.1')
    expect(stream.status()).toMatchObject({ channel: 'pull', failures: 1, connections: 1 })
  })

  it('does not take a Local API that is away for one that cannot push', async () => {
    server.ban(ban(1, '192.0.2.1'))
    const stream = run()
    await held('192.0.2.1')
    const { port } = server
    await server.close()
    await until(() => stream.status().failures >= 5, 5000)
    expect(stream.status()).toMatchObject({
      state: 'away',
      channel: 'push',
      error: { code: 'LAPI_UNREACHABLE' },
    })
    expect(holds('192.0.2.1')).toBe(true)
    expect(
      followed.logger.matching(/^warn Cannot follow .*The last good set stays, 1 in force/),
    ).toHaveLength(1)
    server.ban(ban(2, '192.0.2.2'))
    await server.listen(port)
    await held('192.0.2.2')
    expect(stream.status()).toMatchObject({ state: 'current', wholePushes: 1, resumed: 1, pulls: 0 })
    expect(
      followed.logger.matching(/^info The Local API answers again .* went on where it broke off/),
    ).toHaveLength(1)
    expect(followed.logger.matching(/^warn/)).toHaveLength(1)
  })

  it('polls while pushing alone is refused, and does not where all is', async () => {
    server.instead = (request, response) => {
      if (!request.url?.includes('push=true')) return false
      response.writeHead(503).end('{"message":"too many push connections"}')
      return true
    }
    server.held.set(1, ban(1, '192.0.2.1'))
    const stream = run()
    await held('192.0.2.1')
    expect(stream.status()).toMatchObject({ channel: 'pull', failures: 3 })
  })

  it('begins anew at a Local API that refused the key meanwhile: it may be another one', async () => {
    server.ban(ban(1, '192.0.2.1'))
    const stream = run({ refusedRetryMs: 50 })
    await until(() => server.open.size === 1, 5000)
    server.instead = (_request, response) => {
      response.writeHead(403).end('{"message":"access forbidden"}')
      return true
    }
    server.drop()
    await until(() => stream.status().state === 'refused', 5000)
    expect(holds('192.0.2.1')).toBe(true)
    server.held.clear()
    server.instead = () => false
    await held('192.0.2.1', false)
    expect(server.asked.at(-1)?.lastEventId).toBeUndefined()
  })

  it('waits longer with each failure, by chance, but not for ever', async () => {
    const { port } = server
    await server.close()
    const waits: number[] = []
    const stream = run({
      random: () => (waits.push(performance.now()), 0.5),
      reconnectMs: 10,
      maxBackoffMs: 80,
    })
    await until(() => waits.length >= 6, 5000)
    const pauses = waits.slice(1).map((at, index) => at - (waits[index] ?? 0))
    for (const [index, least] of [10, 20, 40, 80, 80].entries()) {
      expect(pauses[index]).toBeGreaterThanOrEqual(least - 2)
    }
    expect(stream.status().channel).toBeNull()
    await server.listen(port)
  })

  it('tells a busy listener the net effect of what came meanwhile', async () => {
    const batches: number[] = []
    let finish = () => {}
    const stream = run({
      listener: {
        loaded: () => undefined,
        changed: ({ added, removed }) => {
          batches.push(added.length - removed.length)
          return batches.length === 1 ? new Promise((done) => (finish = done)) : undefined
        },
      },
    })
    await until(() => stream.status().state === 'current', 5000)
    for (let id = 1; id <= 2000; id++) server.ban(ban(id, `10.0.${id >> 8}.${id & 255}`))
    for (let id = 1; id <= 500; id++) server.lift(id)
    await until(() => stream.status().messages === 2500, 5000)
    expect(batches).toHaveLength(1)
    finish()
    await until(() => batches.length > 1, 5000)
    expect(followed.set.stats().decisions).toBe(1500)
    expect(batches.reduce((sum, count) => sum + count, 0)).toBe(1500)
    expect(batches.length).toBeLessThan(5)
  })

  it('takes 100,000 decisions in pieces', async () => {
    for (let id = 0; id < 100_000; id++) {
      server.held.set(id, ban(id, `10.${id >> 16}.${(id >> 8) & 255}.${id & 255}`))
    }
    const stream = run()
    await until(() => stream.status().state === 'current', 30_000)
    expect(stream.status()).toMatchObject({ messages: 100, wholePushes: 1 })
    expect(followed.set.size).toBe(100_000)
  })

  it('ends at once when told to', async () => {
    run()
    await until(() => server.open.size === 1, 5000)
    await followed.end()
    await until(() => Array.from(server.open).every(({ destroyed }) => destroyed), 5000)
  })
})
