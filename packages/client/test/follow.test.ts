import type { ServerResponse } from 'node:http'
import type { WireDecision } from '@tocsin/model'
import { afterEach, describe, expect, it } from 'vitest'
import { until } from '../../testkit/src/index.ts'
import { BouncerClient, type Followed, type FollowOptions } from '../src/index.ts'
import { unixFetch } from '../src/unix.ts'
import { json, serve, socketPath } from './server.ts'

const ban = (id: number, scenario = 'test/bf'): WireDecision => ({
  id,
  origin: 'cscli',
  scenario,
  scope: 'Ip',
  type: 'ban',
  value: `192.0.2.${id}`,
  duration: '1h0m0s',
})

const aborts: AbortController[] = []
afterEach(() => {
  for (const abort of aborts.splice(0)) abort.abort()
})

/** A server whose push channel is written by the test. */
async function pushing() {
  const open: ServerResponse[] = []
  const server = await serve((_seen, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' }).flushHeaders()
    open.push(response)
  })
  return { ...server, open, say: (text: string | Uint8Array) => void open.at(-1)?.write(text) }
}

/** Follows in the background and keeps what comes. */
function follow(url: string, options: FollowOptions = {}) {
  const abort = new AbortController()
  aborts.push(abort)
  const events: Followed[] = []
  const client = new BouncerClient({ url, key: 'k' })
  const ended = (async () => {
    const query = { startup: true, origins: ['cscli'] }
    for await (const event of client.follow(query, { signal: abort.signal, ...options })) events.push(event)
  })()
  ended.catch(() => undefined)
  return { events, ended, abort, heard: (count: number) => until(() => events.length >= count, 5000) }
}

describe('following the decision stream', () => {
  it('gives what the server pushes, and asks as the contract says', async () => {
    const server = await pushing()
    const { events, heard } = follow(server.url, { cursor: 'v:12' })
    await heard(1)
    const [seen] = server.seen
    expect(seen?.url).toBe('/v1/decisions/stream?origins=cscli&startup=true&push=true')
    expect(seen?.headers).toMatchObject({ 'x-api-key': 'k', 'last-event-id': 'v:12' })
    expect(seen?.headers['x-tocsin-cursor']).toMatch(/^[0-9a-f]{32}$/)
    expect(seen?.headers.accept).toContain('text/event-stream')
    server.say('event: reset\ndata: {}\n\n')
    server.say(`id: v:13\nevent: decisions\ndata: {"new":[${JSON.stringify(ban(1))}],"deleted":null}\n\n`)
    server.say('event: ready\n\n')
    await heard(4)
    server.say(': keep-alive\n\n')
    await heard(5)
    expect(events).toEqual([
      { kind: 'channel', channel: 'push' },
      { kind: 'reset', cursor: null },
      { kind: 'changes', new: [ban(1)], deleted: [], cursor: 'v:13' },
      { kind: 'ready', cursor: 'v:13' },
      { kind: 'alive' },
    ])
  })

  it('puts characters together that come byte by byte', async () => {
    const server = await pushing()
    const { events, heard } = follow(server.url)
    await heard(1)
    const bytes = Buffer.from(
      `id: 1\r\nevent: decisions\r\ndata: {"deleted":[${JSON.stringify(ban(1, 'é☃😀'))}]}\r\n\r\n`,
    )
    for (const byte of bytes) {
      server.say(Uint8Array.of(byte))
      await new Promise((done) => setImmediate(done))
    }
    await until(() => events.some(({ kind }) => kind === 'changes'), 5000)
    const said = events.filter(({ kind }) => kind !== 'alive')
    expect(said.slice(1)).toEqual([{ kind: 'changes', new: [], deleted: [ban(1, 'é☃😀')], cursor: '1' }])
  })

  it('leaves out events that it does not know, and cursors that no header can hold', async () => {
    const server = await pushing()
    const { events, heard } = follow(server.url)
    await heard(1)
    server.say('event: news\ndata: whatever\n\ndata: {"new":[{}]}\n\nid: é\nevent: ready\n\n')
    await heard(2)
    expect(events[1]).toEqual({ kind: 'ready', cursor: null })
  })

  it('takes an ordinary answer for one pull and ends', async () => {
    const server = await serve((_seen, response) => json(response, 200, { new: [ban(1)], deleted: [ban(2)] }))
    const { events, ended } = follow(server.url)
    await ended
    expect(events).toEqual([
      { kind: 'channel', channel: 'pull' },
      { kind: 'changes', new: [ban(1)], deleted: [], cursor: null },
      { kind: 'changes', new: [], deleted: [ban(2)], cursor: null },
    ])
  })

  it.each([
    ['LAPI_BAD_ANSWER', 'event: decisions\ndata: {"new":\n\n'],
    ['LAPI_BAD_ANSWER', 'event: decisions\ndata: {"new":3}\n\n'],
    ['LAPI_BAD_ANSWER', 'event: decisions\ndata: null\n\n'],
  ])('fails with %s on %j', async (code, text) => {
    const server = await pushing()
    const { ended, heard } = follow(server.url)
    await heard(1)
    server.say(text)
    await expect(ended).rejects.toMatchObject({ code })
    await until(() => server.open[0]?.destroyed === true, 5000)
  })

  it('says that the server closed the connection, in the middle of a message too', async () => {
    const server = await pushing()
    const { ended, heard } = follow(server.url)
    await heard(1)
    server.open[0]?.end('data: {"new"')
    await expect(ended).rejects.toMatchObject({ code: 'LAPI_CLOSED' })
  })

  it('says so where the connection is cut off', async () => {
    const server = await pushing()
    const { ended, heard } = follow(server.url)
    await heard(1)
    server.open[0]?.destroy()
    await expect(ended).rejects.toMatchObject({
      code: 'LAPI_CLOSED',
      message: expect.stringContaining('broke off (other side closed)'),
    })
  })

  it('notices a silent connection by its missing keep-alives', async () => {
    const server = await pushing()
    const { ended, heard, events } = follow(server.url, { silenceMs: 300 })
    await heard(1)
    const keepAlive = setInterval(() => server.say(': keep-alive\n\n'), 100)
    await heard(6)
    clearInterval(keepAlive)
    expect(events.slice(1).every(({ kind }) => kind === 'alive')).toBe(true)
    await expect(ended).rejects.toMatchObject({
      code: 'LAPI_TIMEOUT',
      message: expect.stringContaining('0.3 s'),
    })
  })

  it('does not count the time that the reader takes', async () => {
    const server = await pushing()
    const client = new BouncerClient({ url: server.url, key: 'k' })
    const kinds: string[] = []
    for await (const { kind } of client.follow({}, { silenceMs: 150 })) {
      kinds.push(kind)
      if (kind === 'ready') break
      if (kind === 'channel') server.say(': keep-alive\n\n')
      else setTimeout(() => server.say('event: ready\n\n'), 320)
      if (kind === 'alive') await new Promise((done) => setTimeout(done, 300))
    }
    expect(kinds).toEqual(['channel', 'alive', 'ready'])
  })

  it('ends with the reason of the signal, and closes the connection', async () => {
    const server = await pushing()
    const { ended, heard, abort } = follow(server.url)
    await heard(1)
    abort.abort(new Error('enough'))
    await expect(ended).rejects.toThrow('enough')
    await until(() => server.open[0]?.destroyed === true, 5000)
  })

  it('speaks of the key or of the certificate where it is refused', async () => {
    const server = await serve((_seen, response) => json(response, 403, { message: 'access forbidden' }))
    for (const [options, hint] of [
      [{ key: 'k' }, 'key of this bouncer'],
      [{}, 'certificate'],
    ] as const) {
      const client = new BouncerClient({ url: server.url, ...options })
      await expect(client.follow().next()).rejects.toMatchObject({
        code: 'LAPI_FORBIDDEN',
        hint: expect.stringContaining(hint),
      })
    }
  })

  it('closes the connection when nobody reads on', async () => {
    const server = await pushing()
    const client = new BouncerClient({ url: server.url, key: 'k' })
    for await (const event of client.follow()) if (event.kind === 'channel') break
    await until(() => server.open[0]?.destroyed === true, 5000)
  })

  it('follows over a unix socket too', async () => {
    const path = socketPath()
    let open: ServerResponse | undefined
    await serve((_seen, response) => {
      open = response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('event: ready\n\n')
    }, path)
    const client = new BouncerClient({ url: 'http://localhost', key: 'k', fetch: unixFetch(path) })
    const kinds: string[] = []
    await expect(async () => {
      for await (const { kind } of client.follow({}, { silenceMs: 200 })) kinds.push(kind)
    }).rejects.toMatchObject({ code: 'LAPI_TIMEOUT' })
    expect(kinds).toEqual(['channel', 'ready'])
    await until(() => open?.destroyed === true, 5000)
  })

  it('gives each client a cursor of its own on pulls too', async () => {
    const server = await serve((_seen, response) => json(response, 200, { new: null, deleted: null }))
    const [one, two] = [
      new BouncerClient({ url: server.url, key: 'k' }),
      new BouncerClient({ url: server.url }),
    ]
    for (const client of [one, one, two]) await client.stream()
    const [a, b, c] = server.seen.map(({ headers }) => headers['x-tocsin-cursor'])
    expect(a).toBe(b)
    expect(c).toMatch(/^[0-9a-f]{32}$/)
    expect(c).not.toBe(a)
    expect(server.seen[2]?.headers['x-api-key']).toBeUndefined()
  })
})
