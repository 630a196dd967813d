import { existsSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { AdminClient, MachineClient } from '../../client/src/index.ts'
import { unixFetch } from '../../client/src/unix.ts'
import { createLocalApi } from '../src/index.ts'
import { bearer, start, wireAlert } from './harness.ts'
import { temporaryFolder } from './temporary-folder.ts'

const json = { 'content-type': 'application/json' }

describe('where it listens', () => {
  it('names the port that is taken and the key to change', async () => {
    const { port, store } = await start()
    const second = await createLocalApi({ store })
    await expect(second.listen({ host: '127.0.0.1', port })).rejects.toMatchObject({
      code: 'LAPI_PORT_IN_USE',
      message: expect.stringContaining(`127.0.0.1:${port}`),
      hint: expect.stringContaining('lapi.listen'),
    })
    await second.close()
  })

  it('names an address that the machine does not have', async () => {
    const { api } = await start()
    const place = { host: '192.0.2.1', port: 0 }
    await expect(api.listen(place)).rejects.toMatchObject({ code: 'LAPI_CANNOT_LISTEN' })
  })

  it('serves machines on a socket as if they came from the loopback', async () => {
    const { api, store } = await start()
    const path = join(temporaryFolder(), 'lapi.sock')
    await api.listenSocket(path)
    const fetch = unixFetch(path)
    const machine = new MachineClient({ url: 'http://localhost', fetch, machineId: 'm1', password: 'pw' })
    expect(await machine.listAlerts()).toEqual([])
    expect((await store.machines.get('m1'))?.address).toBe('127.0.0.1')
    await expect(new AdminClient({ socketPath: path }).listMachines()).rejects.toMatchObject({
      code: 'LAPI_FORBIDDEN',
    })
  })

  it('replaces a socket that nobody answers on, and only such a one', async () => {
    const { api, store } = await start()
    const folder = temporaryFolder()
    const stale = join(folder, 'stale.sock')
    writeFileSync(stale, '')
    await api.adminSocket(stale)
    expect(statSync(stale).mode & 0o777).toBe(0o600)
    const second = await createLocalApi({ store })
    await expect(second.adminSocket(stale)).rejects.toMatchObject({ code: 'LAPI_SOCKET_IN_USE' })
    await second.close()
    expect(await new AdminClient({ socketPath: stale }).listMachines()).toHaveLength(1)
    await expect(api.adminSocket(join(folder, 'no/such/folder.sock'))).rejects.toMatchObject({
      code: 'LAPI_CANNOT_LISTEN',
    })
    await api.close()
    expect(existsSync(stale)).toBe(false)
  })
})

describe('requests', () => {
  it('may be gzipped, up to what they are unpacked', async () => {
    const running = await start()
    const headers = { ...json, ...(await bearer(running)), 'content-encoding': 'gzip' }
    const send = async (body: Buffer) =>
      await running.send({ method: 'POST', path: '/v1/alerts', headers, body })
    const body = gzipSync(JSON.stringify([wireAlert('192.0.2.1')]))
    expect((await send(body)).status).toBe(201)
    const bomb = gzipSync(Buffer.alloc(60 * 1024 * 1024, ' '))
    expect(await send(bomb)).toMatchObject({ status: 400, text: expect.stringContaining('too large') })
    expect(await send(Buffer.from('no gzip at all'))).toMatchObject({ status: 400 })
    expect(await send(body.subarray(0, 40))).toMatchObject({ status: 400 })
  })

  it('without a proven sender may be of 2 MiB at most', async () => {
    const { send } = await start()
    const path = '/v1/watchers'
    const machine = (size: number) =>
      JSON.stringify({ machine_id: 'x', password: 'y', pad: 'z'.repeat(size) })
    expect(await send({ method: 'POST', path, headers: json, body: machine(1_900_000) })).toMatchObject({
      status: 201,
    })
    expect(await send({ method: 'POST', path, headers: json, body: machine(2_200_000) })).toMatchObject({
      status: 400,
      text: expect.stringContaining('too large'),
      headers: { connection: 'close' },
    })
  })

  it('are refused before their body is read where the sender is not known', async () => {
    const { port } = await start()
    const text = await new Promise<string>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write('POST /v1/alerts HTTP/1.1\r\nHost: x\r\nContent-Length: 40000000\r\n\r\n[')
      })
      socket.once('data', (piece: Buffer) => {
        socket.destroy()
        resolve(piece.toString())
      })
    })
    expect(text).toContain('401')
    expect(text.toLowerCase()).toContain('connection: close')
  })

  it('with a slash at the end are redirected', async () => {
    const { send } = await start()
    expect(await send({ path: '/v1/alerts/?limit=1' })).toMatchObject({
      status: 301,
      headers: { location: '/v1/alerts?limit=1' },
    })
    expect(await send({ method: 'POST', path: '/v1/alerts/' })).toMatchObject({ status: 307 })
    expect(await send({ path: '//evil.example/' })).toMatchObject({ status: 404 })
  })

  it.each([
    '/%',
    '/v1/alerts/%zz',
    `/v1/alerts/${'1'.repeat(5000)}`,
    '/v1/alerts/1e3',
    '/v1/alerts/9007199254740993',
  ])('for %s are answered with an error, not a crash', async (path) => {
    const running = await start()
    const { status } = await running.send({ path, headers: await bearer(running) })
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
  })
})

describe('tokens', () => {
  it('end after an hour and can be renewed before', async () => {
    const running = await start()
    const old = await bearer(running)
    running.pass(3_500_000)
    const { text } = await running.send({ path: '/v1/refresh_token', headers: old })
    const fresh = { authorization: `Bearer ${(JSON.parse(text) as { token: string }).token}` }
    running.pass(200_000)
    expect((await running.send({ path: '/v1/heartbeat', headers: old })).status).toBe(401)
    expect((await running.send({ path: '/v1/refresh_token', headers: old })).status).toBe(401)
    expect((await running.send({ path: '/v1/heartbeat', headers: fresh })).status).toBe(200)
  })

  it('signed by nobody are refused', async () => {
    const running = await start()
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const claims = part({ id: 'm1', exp: 9e9, orig_iat: 1 })
    for (const token of [`${part({ alg: 'none' })}.${claims}.`, `a.b.c`, 'x']) {
      const headers = { authorization: `Bearer ${token}` }
      expect((await running.send({ path: '/v1/heartbeat', headers })).status).toBe(401)
    }
  })

  it('need a strong secret where one is given', async () => {
    const { store } = await start()
    await expect(createLocalApi({ store, tokenSecret: 'short' })).rejects.toMatchObject({
      code: 'LAPI_WEAK_SECRET',
    })
  })
})

describe('bouncer keys', () => {
  it('get an entry for each address they are used from', async () => {
    const { send, store } = await start()
    const from = async (localAddress: string, userAgent = 'fw/v1') =>
      await send({
        path: '/v1/decisions',
        localAddress,
        headers: { 'x-api-key': 'k1', 'user-agent': userAgent },
      })
    await from('127.0.0.1')
    await from('127.0.0.2', 'x/y/z')
    await from('127.0.0.2', 'nginx/v2')
    await from('127.0.0.1', 'fw/v2')
    const bouncers = await store.bouncers.list()
    expect(
      bouncers.map(({ name, address, kind, version, autoCreated }) => [
        name,
        address,
        kind,
        version,
        autoCreated,
      ]),
    ).toEqual([
      ['b1', '127.0.0.1', 'fw', 'v2', false],
      ['b1@127.0.0.2', '127.0.0.2', 'nginx', 'v2', true],
    ])
    expect((await from('127.0.0.3')).status).toBe(200)
    expect((await send({ path: '/v1/decisions', headers: { 'x-api-key': 'wrong' } })).status).toBe(403)
  })
})

describe('deletion of alerts', () => {
  it('is for the loopback and trusted addresses', async () => {
    const running = await start()
    const headers = await bearer(running)
    expect((await running.send({ method: 'DELETE', path: '/v1/alerts', headers })).status).toBe(200)
  })
})
