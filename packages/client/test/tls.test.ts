import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { WireAlert } from '@tocsin/model'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createLocalApi, openStore } from '../../lapi/src/index.ts'
import { describeNeeding, needProgram, TestCertificates } from '../../testkit/src/index.ts'
import { BouncerClient, type Followed, MachineClient } from '../src/index.ts'
import { tlsFetch, type TlsMaterial } from '../src/tls.ts'

describeNeeding([needProgram('openssl', 'openssl')], 'a client with a certificate', () => {
  let certificates: TestCertificates
  let server: Server
  let url: string
  let connections = 0
  const asked: { subject: string; path: string; key: unknown; body: string }[] = []

  const pem = (name: string) => certificates.read(name)

  beforeAll(async () => {
    certificates = new TestCertificates()
    certificates.authority('ca')
    certificates.authority('other')
    certificates.issue('lapi', 'ca', { extensions: 'subjectAltName=IP:127.0.0.1,DNS:lapi.example' })
    for (const name of ['first', 'second', 'stranger']) {
      certificates.issue(name, name === 'stranger' ? 'other' : 'ca', { subject: `/OU=bouncer-ou/CN=${name}` })
    }
    const tls = { cert: pem('lapi.pem'), key: pem('lapi.key'), ca: pem('ca.pem') }
    server = createServer({ ...tls, requestCert: true, rejectUnauthorized: true }, (request, response) => {
      let body = ''
      request.on('data', (piece: Buffer) => (body += piece.toString()))
      request.on('end', () => {
        const subject = (request.socket as TLSSocket).getPeerCertificate().subject.CN
        const path = request.url ?? ''
        asked.push({ subject: String(subject), path, key: request.headers['x-api-key'], body })
        const expire = new Date(Date.now() + 3_600_000).toISOString()
        response.end(path.endsWith('/login') ? JSON.stringify({ token: 't', expire }) : 'null')
      })
    })
    server.on('secureConnection', () => connections++)
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  })

  afterAll(async () => {
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
    certificates.remove()
  })

  const material = (name: string): TlsMaterial => ({
    ca: pem('ca.pem'),
    cert: pem(`${name}.pem`),
    key: pem(`${name}.key`),
  })

  it('is known by it, as a bouncer without a key and as a machine without a password', async () => {
    const fetch = tlsFetch(material('first'))
    connections = 0
    await new BouncerClient({ url, fetch }).decisions({ ip: '192.0.2.1' })
    await new MachineClient({ url, fetch, scenarios: ['test/bf'] }).heartbeat()
    expect(asked.splice(0)).toMatchObject([
      { subject: 'first', path: '/v1/decisions?ip=192.0.2.1', key: undefined },
      { subject: 'first', path: '/v1/watchers/login', body: '{"scenarios":["test/bf"]}' },
      { subject: 'first', path: '/v1/heartbeat' },
    ])
    expect(connections).toBe(1)
  })

  it('uses a renewed certificate from the next request on', async () => {
    let name = 'first'
    const client = new BouncerClient({ url, fetch: tlsFetch(() => material(name)) })
    await client.decisions({})
    name = 'second'
    await client.decisions({})
    expect(asked.splice(0).map(({ subject }) => subject)).toEqual(['first', 'second'])
  })

  it('does not speak to a server of another authority or name', async () => {
    const decisions = (fetch = tlsFetch({})) => new BouncerClient({ url, fetch }).decisions({})
    await expect(decisions()).rejects.toMatchObject({
      code: 'LAPI_INSECURE',
      hint: expect.stringContaining('authority'),
    })
    const misnamed = tlsFetch({ ...material('first'), serverName: 'elsewhere.example' })
    await expect(decisions(misnamed)).rejects.toMatchObject({
      code: 'LAPI_INSECURE',
      hint: expect.stringContaining('name'),
    })
    await decisions(tlsFetch({ ...material('first'), serverName: 'lapi.example' }))
    expect(asked.splice(0)).toHaveLength(1)
  })

  it('speaks to whoever answers where it is told to', async () => {
    const { cert = '', key = '' } = material('first')
    await new BouncerClient({ url, fetch: tlsFetch({ cert, key, insecure: true }) }).decisions({})
    expect(asked.splice(0)).toMatchObject([{ subject: 'first' }])
  })

  it('says so where the server refuses its certificate or wants one', async () => {
    const decisions = (given: TlsMaterial) => new BouncerClient({ url, fetch: tlsFetch(given) }).decisions({})
    await expect(decisions({ ca: pem('ca.pem') })).rejects.toMatchObject({
      code: 'LAPI_INSECURE',
      message: expect.stringMatching(/: [a-z0-9 ]+ certificate required$/),
      hint: expect.stringContaining('refuses this client'),
    })
    await expect(decisions({ ...material('stranger'), ca: pem('ca.pem') })).rejects.toMatchObject({
      code: expect.stringMatching(/^LAPI_(INSECURE|UNREACHABLE)$/),
      hint: expect.stringContaining('this client'),
    })
    expect(asked).toEqual([])
  })

  it('is pushed decisions by our Local API, and pushes alerts there', async () => {
    const store = await openStore({ path: ':memory:' })
    const units = { machineUnits: ['bouncer-ou'], bouncerUnits: ['bouncer-ou'] }
    const api = await createLocalApi({ store, certificates: units })
    try {
      const tls = { certificate: pem('lapi.pem'), key: pem('lapi.key'), clientAuthorities: pem('ca.pem') }
      const { port } = await api.listen({ host: '127.0.0.1', port: 0, tls })
      const at = { url: `https://127.0.0.1:${port}`, fetch: tlsFetch(material('first')) }
      const machine = new MachineClient(at)
      const seen: Followed[] = []
      for await (const event of new BouncerClient(at).follow({ startup: true })) {
        seen.push(event)
        if (event.kind === 'ready') await machine.pushAlerts([bannedBy('203.0.113.1')])
        if (event.kind === 'changes') break
      }
      expect(seen).toMatchObject([
        { kind: 'channel', channel: 'push' },
        { kind: 'ready' },
        { kind: 'changes', new: [{ value: '203.0.113.1', type: 'ban' }], deleted: [] },
      ])
      const stranger = tlsFetch({ ...material('stranger'), ca: pem('ca.pem') })
      await expect(new BouncerClient({ ...at, fetch: stranger }).decisions({})).rejects.toMatchObject({
        hint: expect.stringContaining('this client'),
      })
      await expect(
        new BouncerClient({ ...at, fetch: tlsFetch({ ca: pem('ca.pem') }) }).decisions({}),
      ).rejects.toMatchObject({ code: 'LAPI_FORBIDDEN', hint: expect.stringContaining('certificate') })
    } finally {
      await api.close()
      await store.close()
    }
  })

  it('refuses material that is none, and urls without TLS', async () => {
    const { cert, key } = material('first')
    const bad = expect.objectContaining({ code: 'CLIENT_BAD_TLS' }) as Error
    expect(() => tlsFetch({ cert })).toThrow(bad)
    expect(() => tlsFetch({ cert: 'x', key })).toThrow(bad)
    expect(() => tlsFetch({ cert, key: material('second').key })).toThrow(bad)
    const plain = new BouncerClient({ url: url.replace('https', 'http'), fetch: tlsFetch({}) })
    await expect(plain.decisions({})).rejects.toMatchObject({ code: 'CLIENT_BAD_TLS' })
  })
})

/** An alert with a ban of this address. */
function bannedBy(value: string): WireAlert {
  const time = new Date().toISOString()
  const decision = { origin: 'cscli', scenario: 'manual', scope: 'Ip', type: 'ban', value, duration: '4h' }
  return {
    scenario: 'manual',
    scenario_hash: '',
    scenario_version: '',
    message: 'manual',
    events_count: 1,
    start_at: time,
    stop_at: time,
    capacity: 0,
    leakspeed: '0',
    simulated: false,
    events: [],
    source: { scope: 'Ip', value },
    decisions: [decision],
  }
}
