import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { AdminClient, BouncerClient, MachineClient, registerMachine } from '../../client/src/index.ts'
import { type Running, start, wireAlert, wireDecision } from './harness.ts'
import { temporaryFolder } from './temporary-folder.ts'

let running: Running
let admin: AdminClient

beforeEach(async () => {
  running = await start()
  const socketPath = join(temporaryFolder(), 'admin.sock')
  await running.api.adminSocket(socketPath)
  admin = new AdminClient({ socketPath })
})

describe('administration', () => {
  it('over TCP needs the token', async () => {
    const { url, api } = running
    const withToken = new AdminClient({ url, token: api.adminToken })
    expect(await withToken.listBouncers()).toHaveLength(1)
    const without = new AdminClient({ url, token: 'guess' })
    await expect(without.listBouncers()).rejects.toMatchObject({ code: 'LAPI_FORBIDDEN' })
    expect((await running.send({ path: '/v1/admin/machines' })).status).toBe(403)
    expect((await running.send({ path: '/v1/admin/machines', headers: { 'x-api-key': 'k1' } })).status).toBe(
      403,
    )
  })

  it('of bouncers', async () => {
    const { url } = running
    const { api_key: key } = await admin.addBouncer('fw')
    expect(key).toMatch(/^[A-Za-z0-9+/]{43}$/)
    await expect(admin.addBouncer('fw')).rejects.toMatchObject({ code: 'LAPI_REFUSED' })
    await admin.addBouncer('own', 'my-key')
    await new BouncerClient({ url, key: 'my-key', userAgent: 'fw/v3' }).stream()
    expect(await admin.getBouncer('own')).toMatchObject({
      name: 'own',
      type: 'fw',
      version: 'v3',
      ip_address: '127.0.0.1',
      revoked: false,
      auto_created: false,
      last_pull: new Date(running.now()).toISOString(),
    })
    await expect(admin.getBouncer('none')).rejects.toMatchObject({ code: 'LAPI_NOT_FOUND' })
    expect(await admin.deleteBouncer('own')).toEqual({ names: ['own'] })
    await expect(new BouncerClient({ url, key: 'my-key' }).stream()).rejects.toMatchObject({
      code: 'LAPI_FORBIDDEN',
    })
  })

  it('of bouncers that share a key: children go with their parent, never alone', async () => {
    const from = async (localAddress: string) =>
      await running.send({ path: '/v1/decisions', localAddress, headers: { 'x-api-key': 'k1' } })
    await from('127.0.0.1')
    await from('127.0.0.2')
    await expect(admin.deleteBouncer('b1@127.0.0.2')).rejects.toMatchObject({ code: 'LAPI_REFUSED' })
    expect(await admin.deleteBouncer('b1')).toEqual({ names: ['b1', 'b1@127.0.0.2'] })
    expect((await from('127.0.0.2')).status).toBe(403)
  })

  it('prunes bouncers that do not pull any more', async () => {
    running.pass(100 * 60_000)
    await admin.addBouncer('new')
    expect(await admin.pruneBouncers({ olderThan: '60m', rehearse: true })).toEqual({ names: ['b1'] })
    expect(await admin.listBouncers()).toHaveLength(2)
    expect(await admin.pruneBouncers({ olderThan: '60m' })).toEqual({ names: ['b1'] })
    expect((await admin.listBouncers()).map(({ name }) => name)).toEqual(['new'])
  })

  it('of machines: registered, validated, at work, gone', async () => {
    const { url } = running
    const credentials = { url, machineId: 'm2', password: 'secret' }
    expect(await registerMachine(credentials)).toBe(false)
    const machine = new MachineClient({ ...credentials, userAgent: 'agent/v9' })
    await expect(machine.heartbeat()).rejects.toThrow('not validated')
    expect((await admin.getMachine('m2')).isValidated).toBeUndefined()
    await admin.validateMachine('m2')
    await machine.heartbeat()
    await machine.usageMetrics({
      version: 'v9',
      utc_startup_timestamp: 1,
      os: { name: 'debian', version: '12' },
      feature_flags: ['f'],
      datasources: { file: 2 },
      hub_items: {},
      metrics: [],
    })
    expect(await admin.getMachine('m2')).toMatchObject({
      isValidated: true,
      version: 'v9',
      os: 'debian/12',
      datasources: { file: 2 },
      last_heartbeat: new Date(running.now()).toISOString(),
      last_push: null,
    })
    await expect(admin.addMachine({ machineId: 'm2', password: 'x' })).rejects.toMatchObject({
      code: 'LAPI_REFUSED',
    })
    await admin.addMachine({ machineId: 'm2', password: 'x', force: true })
    await expect(machine.login()).rejects.toMatchObject({ code: 'LAPI_UNAUTHORIZED' })
    await admin.deleteMachine('m2')
    await expect(admin.deleteMachine('m2')).rejects.toMatchObject({ code: 'LAPI_NOT_FOUND' })
    await expect(admin.validateMachine('m2')).rejects.toMatchObject({ code: 'LAPI_NOT_FOUND' })
  })

  it('prunes machines that are not seen or not validated', async () => {
    running.pass(30 * 60_000)
    await registerMachine({ url: running.url, machineId: 'pending', password: 'x' })
    await admin.addMachine({ machineId: 'new', password: 'x' })
    const olderThan = '10m'
    expect(await admin.pruneMachines({ olderThan, onlyNotValidated: true, rehearse: true })).toEqual({
      names: ['pending'],
    })
    expect(await admin.pruneMachines({ olderThan })).toEqual({ names: ['m1', 'pending'] })
    expect((await admin.listMachines()).map(({ machineId }) => machineId)).toEqual(['new'])
  })

  it('flushes alerts, but none with a decision in force', async () => {
    const { machine } = running
    await machine.pushAlerts([wireAlert('192.0.2.1'), wireAlert('192.0.2.2', { remediation: false })])
    running.pass(3_600_000)
    await machine.pushAlerts([wireAlert('192.0.2.3', { remediation: false })])
    expect(await admin.flushAlerts({ maxAge: '30m' })).toBe(1)
    expect(await admin.flushAlerts({ maxItems: 1 })).toBe(0)
    expect((await machine.listAlerts()).map(({ source }) => source.value)).toEqual(['192.0.2.3', '192.0.2.1'])
    await expect(admin.flushAlerts({})).rejects.toMatchObject({ code: 'LAPI_REFUSED' })
  })

  it('of allowlists: new entries end what stands against them and keep alerts out', async () => {
    const { machine, bouncer, pass } = running
    await machine.pushAlerts([
      wireAlert('192.0.2.1'),
      wireAlert('198.51.100.1'),
      wireAlert('x', { decisions: [wireDecision('192.0.0.0/16')] }),
    ])
    await admin.createAllowlist('office', 'ours')
    await expect(admin.createAllowlist('office', '')).rejects.toMatchObject({ code: 'LAPI_REFUSED' })
    const soon = new Date(running.now() + 60_000).toISOString()
    const items = [
      { value: '192.0.2.0/24', comment: 'desks' },
      { value: '203.0.113.1', expires_at: soon },
    ]
    expect(await admin.addToAllowlist('office', items)).toEqual({ names: ['192.0.2.0/24', '203.0.113.1'] })
    expect((await bouncer.decisions({})).map(({ value }) => value)).toEqual(['198.51.100.1'])
    expect(await machine.pushAlerts([wireAlert('192.0.2.9'), wireAlert('203.0.113.1')])).toEqual([])
    expect(await machine.checkAllowlist('192.0.2.9')).toEqual({
      allowlisted: true,
      reason: '192.0.2.0/24 from office (desks)',
    })
    pass(61_000)
    expect(await machine.checkAllowlists(['203.0.113.1', '192.0.2.1'])).toMatchObject([
      { target: '192.0.2.1' },
    ])
    expect(await admin.removeFromAllowlist('office', ['192.0.2.0/24', 'x'])).toEqual({
      names: ['192.0.2.0/24'],
    })
    expect(await machine.pushAlerts([wireAlert('192.0.2.9')])).toHaveLength(1)
    expect(await machine.getAllowlist('office')).toMatchObject({
      description: 'ours',
      items: [{ value: '203.0.113.1' }],
    })
    await expect(admin.addToAllowlist('office', [{ value: 'bad' }])).rejects.toMatchObject({
      code: 'LAPI_REFUSED',
    })
    await admin.deleteAllowlist('office')
    expect(await machine.listAllowlists()).toEqual([])
    await expect(admin.deleteAllowlist('office')).rejects.toMatchObject({ code: 'LAPI_NOT_FOUND' })
  })

  it('is written down: who added or removed what', async () => {
    const { machine, send, api } = running
    const headers = { authorization: `Bearer ${api.adminToken}`, 'x-tocsin-actor': 'ann' }
    await admin.addBouncer('fw')
    await send({ method: 'DELETE', path: '/v1/admin/bouncers/fw', headers })
    await machine.pushAlerts([wireAlert('x', { decisions: [wireDecision('192.0.2.1')] })])
    await machine.deleteDecisions({ ip: '192.0.2.1' })
    await machine.pushAlerts([wireAlert('192.0.2.2')])
    await admin.createAllowlist('office', '')
    await admin.addToAllowlist('office', [{ value: '192.0.2.0/24' }])
    await admin.pruneMachines({ olderThan: '1h', rehearse: true })
    const read = async (query: string) => {
      const { text } = await send({ path: `/v1/admin/audit${query}`, headers })
      return JSON.parse(text) as {
        id: number
        actor: string
        action: string
        object: string
        details: object
      }[]
    }
    const entries = await read('')
    expect(entries.map(({ actor, action, object }) => [actor, action, object])).toEqual([
      ['administrator', 'allowlist.add-items', 'office'],
      ['administrator', 'allowlist.add', 'office'],
      ['machine m1', 'decision.delete', 'ip=192.0.2.1'],
      ['machine m1', 'decision.add', '192.0.2.1'],
      ['administrator ann', 'bouncer.delete', 'fw'],
      ['administrator', 'bouncer.add', 'fw'],
    ])
    expect(entries[2]).toMatchObject({ details: { count: 1 }, address: '127.0.0.1' })
    expect(await read(`?limit=1&before=${entries[4]?.id}`)).toEqual([entries[5]])
    expect((await send({ path: '/v1/admin/audit' })).status).toBe(403)
  })
})
