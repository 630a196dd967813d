import { type AddressInfo, createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { json, serve, socketPath } from '../test/server.ts'
import { AdminClient } from './admin-client.ts'
import { BouncerClient } from './bouncer-client.ts'
import { unixFetch } from './unix.ts'

function bouncer(url: string, more: object = {}): BouncerClient {
  return new BouncerClient({ url, key: 'k', ...more })
}

/** The address of a server that was there a moment ago. */
async function closedUrl(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return `http://127.0.0.1:${port}`
}

describe('what goes wrong on the way', () => {
  it('names the address and the reason where nothing listens', async () => {
    const url = await closedUrl()
    const hint = expect.stringContaining(url)
    await expect(bouncer(url).decisions({})).rejects.toMatchObject({
      code: 'LAPI_UNREACHABLE',
      message: expect.stringContaining('ECONNREFUSED'),
      hint,
    })
  })

  it.each(['', 'localhost:8080', 'ftp://x', '/run/x.sock'])('refuses the url %s', (url) => {
    expect(() => bouncer(url)).toThrow(expect.objectContaining({ code: 'LAPI_BAD_URL' }))
  })

  it('gives up on a server that is silent, before the answer and within it', async () => {
    const silent = await serve(() => {})
    await expect(bouncer(silent.url, { timeoutMs: 50 }).decisions({})).rejects.toMatchObject({
      code: 'LAPI_TIMEOUT',
    })
    const stuck = await serve((_seen, response) => {
      response.writeHead(200).write('{"new": [')
    })
    await expect(bouncer(stuck.url, { timeoutMs: 50 }).stream()).rejects.toMatchObject({
      code: 'LAPI_TIMEOUT',
    })
  })

  it('refuses an answer that is too long, is not JSON or has another shape', async () => {
    const answers: Record<string, string> = { '1.1.1.1': '[1,2,3,4,5]', '2.2.2.2': '<html>', '3.3.3.3': '{}' }
    const server = await serve((seen, response) => {
      response.end(answers[new URL(seen.url, 'http://x').searchParams.get('ip') ?? ''])
    })
    const client = bouncer(server.url, { maxAnswerBytes: 10 })
    await expect(client.decisions({ ip: '1.1.1.1' })).rejects.toMatchObject({ code: 'LAPI_ANSWER_TOO_LARGE' })
    await expect(client.decisions({ ip: '2.2.2.2' })).rejects.toMatchObject({ code: 'LAPI_BAD_ANSWER' })
    await expect(client.decisions({ ip: '3.3.3.3' })).rejects.toMatchObject({ code: 'LAPI_BAD_ANSWER' })
  })

  it('does not carry the key to where a redirect points', async () => {
    const server = await serve((_seen, response) => {
      response.writeHead(302, { location: 'http://elsewhere.example/' }).end()
    })
    await expect(bouncer(server.url).decisions({})).rejects.toMatchObject({
      code: 'LAPI_BAD_ANSWER',
      hint: expect.stringContaining('elsewhere.example'),
    })
  })

  it('fails with the reason of the signal that the caller aborts', async () => {
    const server = await serve(() => {})
    const reason = new Error('stopping')
    const controller = new AbortController()
    setTimeout(() => controller.abort(reason), 20)
    await expect(bouncer(server.url).decisions({}, { signal: controller.signal })).rejects.toBe(reason)
  })
})

describe('BouncerClient', () => {
  it('sends its key and reads a stream of many pieces', async () => {
    const decisions = Array.from({ length: 5000 }, (_, id) => ({ id, value: '192.0.2.1' }))
    const server = await serve((_seen, response) => {
      response.end(`{"new": ${JSON.stringify(decisions)}, "deleted": null}`)
    })
    const parts = []
    for await (const part of bouncer(server.url).streamParts({ startup: true, scopes: ['ip', 'range'] })) {
      parts.push(part)
    }
    expect(parts.length).toBeGreaterThan(1)
    expect(parts.flatMap((part) => part.decisions)).toEqual(decisions)
    expect(server.seen[0]).toMatchObject({
      url: '/v1/decisions/stream?scopes=ip%2Crange&startup=true',
      headers: { 'x-api-key': 'k' },
    })
  })

  it('fails where the stream breaks off', async () => {
    const server = await serve((_seen, response) => {
      response.write('{"new": [{"id":1}', () => response.destroy())
    })
    await expect(bouncer(server.url).stream()).rejects.toMatchObject({ code: 'LAPI_CLOSED' })
  })

  it('says what to do about a wrong key', async () => {
    const server = await serve((_seen, response) => {
      json(response, 403, { message: 'access forbidden' })
    })
    await expect(bouncer(server.url).stream()).rejects.toMatchObject({
      code: 'LAPI_FORBIDDEN',
      hint: expect.stringContaining('key'),
    })
  })
})

describe('over a unix socket', () => {
  it('administers without a token', async () => {
    const path = socketPath()
    const server = await serve((seen, response) => {
      if (seen.method === 'DELETE') json(response, 200, { names: ['b1', 'b1@192.0.2.1'] })
      else json(response, 201, { name: 'b1', api_key: 'k' })
    }, path)
    const admin = new AdminClient({ socketPath: path })
    expect(await admin.addBouncer('b1')).toEqual({ name: 'b1', api_key: 'k' })
    expect(await admin.deleteBouncer('b1')).toEqual({ names: ['b1', 'b1@192.0.2.1'] })
    expect(server.seen.map((seen) => `${seen.method} ${seen.url}`)).toEqual([
      'POST /v1/admin/bouncers',
      'DELETE /v1/admin/bouncers/b1',
    ])
  })

  it('names the socket that is missing', async () => {
    const admin = new AdminClient({ socketPath: '/nonexistent/admin.sock' })
    await expect(admin.listBouncers()).rejects.toMatchObject({
      code: 'LAPI_UNREACHABLE',
      message: expect.stringContaining('at /nonexistent/admin.sock'),
    })
  })

  it('carries any client', async () => {
    const path = socketPath()
    await serve((_seen, response) => json(response, 200, null), path)
    expect(await bouncer('http://localhost', { fetch: unixFetch(path) }).decisions({})).toEqual([])
  })
})
