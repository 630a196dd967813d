import { request as httpsRequest } from 'node:https'
import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeNeeding, needProgram } from '../../testkit/src/index.ts'
import { createLocalApi, type TlsOptions } from '../src/index.ts'
import { type Pair, TestAuthority } from './authority.ts'
import { type Running, start } from './harness.ts'

interface Answer {
  status: number
  text: string
}

async function send(
  port: number,
  authority: TestAuthority,
  path: string,
  client?: Pair,
  more: { body?: object; headers?: Record<string, string>; method?: string } = {},
): Promise<Answer> {
  const { body, headers = {}, method = body ? 'POST' : 'GET' } = more
  return await new Promise<Answer>((resolve, reject) => {
    const sent = httpsRequest(
      {
        port,
        path,
        method,
        host: '127.0.0.1',
        agent: false,
        ca: authority.certificate,
        ...(client ? { cert: client.certificate, key: client.key } : {}),
        headers: { 'user-agent': 'crowdsec/v1.6', 'content-type': 'application/json', ...headers },
      },
      (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (piece: string) => (text += piece))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
      },
    )
    sent.on('error', reject)
    sent.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

describeNeeding([needProgram('openssl', 'openssl')], 'certificates', () => {
  let authority: TestAuthority
  let server: Pair
  let agent: Pair
  let bouncer: Pair
  beforeAll(async () => {
    authority = await TestAuthority.create()
    server = authority.issue('server', '/CN=lapi', 'server')
    agent = authority.issue('agent', '/OU=agents/CN=web1')
    bouncer = authority.issue('bouncer', '/OU=bouncers/CN=fw1')
    authority.writeCrl()
  }, 60_000)
  afterAll(() => authority.stopResponder())

  const allowed = { machineUnits: ['agents', 'workers'], bouncerUnits: ['bouncers'] }

  async function listening(
    tls: Partial<TlsOptions> = {},
    certificates: object = {},
  ): Promise<{ running: Running; port: number; log: string[] }> {
    const running = await start({ certificates: { ...allowed, ...certificates } })
    const { port } = await running.api.listen({
      host: '127.0.0.1',
      port: 0,
      tls: { ...server, clientAuthorities: authority.certificate, ...tls },
    })
    return { running, port, log: running.log }
  }

  it('let a machine in by its unit, with a name of its own for each address', async () => {
    const { running, port } = await listening()
    const { status, text } = await send(port, authority, '/v1/watchers/login', agent, {
      body: { scenarios: ['a/b'] },
    })
    expect(status).toBe(200)
    const { token } = JSON.parse(text) as { token: string }
    const headers = { authorization: `Bearer ${token}` }
    expect((await send(port, authority, '/v1/alerts', agent, { headers })).text).toBe('null')
    expect(await running.store.machines.get('web1@127.0.0.1')).toMatchObject({
      authType: 'tls',
      validated: true,
      scenarios: ['a/b'],
    })
    const credentials = { machine_id: 'web1@127.0.0.1', password: 'x' }
    expect(await send(port, authority, '/v1/watchers/login', undefined, { body: credentials })).toMatchObject(
      {
        status: 401,
        text: expect.stringContaining('configured to use tls'),
      },
    )
  })

  it('let a bouncer in, whatever key it sends besides', async () => {
    const { running, port } = await listening()
    const headers = { 'x-api-key': 'nonsense', 'user-agent': 'fw/v1' }
    expect(await send(port, authority, '/v1/decisions', bouncer, { headers })).toMatchObject({ status: 200 })
    expect(await send(port, authority, '/v1/decisions/stream', bouncer)).toMatchObject({ status: 200 })
    const bouncers = await running.store.bouncers.list()
    expect(bouncers.map(({ name, authType, autoCreated }) => [name, authType, autoCreated])).toEqual([
      ['b1', 'api-key', false],
      ['fw1@127.0.0.1', 'tls', true],
    ])
    const k1 = { 'x-api-key': 'k1' }
    expect(await send(port, authority, '/v1/decisions', undefined, { headers: k1 })).toMatchObject({
      status: 200,
    })
    expect(await send(port, authority, '/v1/decisions', agent, { headers: k1 })).toMatchObject({
      status: 403,
    })
  })

  it('of the wrong unit, without a name, or run out are refused', async () => {
    const { port } = await listening()
    const noUnit = authority.issue('no-unit', '/CN=web2')
    const noName = authority.issue('no-name', '/OU=agents')
    const old = authority.issue(
      'old',
      '/OU=agents/CN=old',
      'client',
      '-startdate',
      '200101000000Z',
      '-enddate',
      '210101000000Z',
    )
    for (const client of [noUnit, noName, bouncer]) {
      expect(await send(port, authority, '/v1/watchers/login', client, { body: {} })).toMatchObject({
        status: 401,
      })
    }
    await expect(send(port, authority, '/v1/watchers/login', old, { body: {} })).rejects.toThrow()
  })

  it('do not take over a machine or a bouncer of another kind', async () => {
    const { running, port } = await listening()
    const at = running.now()
    const machine = { name: 'web1@127.0.0.1', passwordHash: 'x', validated: true, address: '', at }
    await running.store.machines.add(machine)
    expect(await send(port, authority, '/v1/watchers/login', agent, { body: {} })).toMatchObject({
      status: 401,
    })
    const seen = { keyHash: 'h', address: '', kind: '', version: '', autoCreated: false, at }
    await running.store.bouncers.add({ name: 'fw1@127.0.0.1', ...seen })
    expect(await send(port, authority, '/v1/decisions', bouncer)).toMatchObject({ status: 403 })
  })

  it('of a stranger end the connection, or prove nothing, as is asked for', async () => {
    const stranger = await TestAuthority.create()
    const fake = stranger.issue('fake', '/OU=agents/CN=fake')
    const { port } = await listening()
    await expect(send(port, authority, '/v1/watchers/login', fake, { body: {} })).rejects.toThrow()
    const lax = await listening({ clientVerification: 'request' })
    expect(await send(lax.port, authority, '/v1/watchers/login', fake, { body: {} })).toMatchObject({
      status: 401,
    })
    const strict = await listening({ clientVerification: 'requireAndVerify' })
    await expect(send(strict.port, authority, '/health')).rejects.toThrow()
    expect(await send(strict.port, authority, '/health', agent)).toMatchObject({ status: 200 })
    const blind = await listening({ clientVerification: 'none' })
    expect(await send(blind.port, authority, '/v1/watchers/login', agent, { body: {} })).toMatchObject({
      status: 401,
    })
  })

  it('that the authority lists as revoked are refused, also when the list changes later', async () => {
    const doomed = authority.issue('doomed', '/OU=agents/CN=doomed')
    const { running, port, log } = await listening({}, { crlPath: authority.crlPath })
    const login = async () => (await send(port, authority, '/v1/watchers/login', doomed, { body: {} })).status
    expect(await login()).toBe(200)
    authority.revoke('doomed')
    authority.writeCrl()
    running.pass(6_000)
    expect(await login()).toBe(401)
    expect((await send(port, authority, '/v1/watchers/login', agent, { body: {} })).status).toBe(200)
    writeFileSync(authority.crlPath, '-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n')
    running.pass(6_000)
    expect(await login()).toBe(401)
    expect(log.filter((line) => line.startsWith('error cannot read the revocation lists'))).toHaveLength(1)
  })

  it('are asked for at their responder; one that is away revokes nothing', async () => {
    const good = authority.issue('good', '/OU=agents/CN=good', 'client_with_responder')
    const bad = authority.issue('bad', '/OU=agents/CN=bad', 'client_with_responder')
    authority.revoke('bad')
    const { port, log } = await listening()
    const login = async (client: Pair) =>
      (await send(port, authority, '/v1/watchers/login', client, { body: {} })).status
    expect(await login(bad)).toBe(200)
    expect(log.some((line) => line.startsWith('warn cannot ask http://127.0.0.1:'))).toBe(true)
    await authority.startResponder()
    expect(await login(bad)).toBe(401)
    expect(await login(good)).toBe(200)
    authority.stopResponder()
    expect(await login(bad)).toBe(401)
  })
})

describe('settings of TLS', () => {
  it('are refused where they cannot be used', async () => {
    const { store, api } = await start()
    const certificates = { machineUnits: [''], bouncerUnits: [] }
    await expect(createLocalApi({ store, certificates })).rejects.toMatchObject({ code: 'LAPI_BAD_TLS' })
    const tls = { certificate: 'x', key: 'y' }
    await expect(api.listen({ host: '127.0.0.1', port: 0, tls })).rejects.toMatchObject({
      code: 'LAPI_BAD_TLS',
    })
  })
})
