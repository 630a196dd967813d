import { parseCidr } from '@tocsin/model'
import { describe, expect, it } from 'vitest'
import { AdminClient, MachineClient, registerMachine } from '../../client/src/index.ts'
import { bearer, type Running, start } from './harness.ts'

const json = { 'content-type': 'application/json', 'user-agent': 'x/v1' }
const proxies = (...texts: string[]) => texts.flatMap((text) => parseCidr(text) ?? [])

async function login(running: Running, from: string, password = 'wrong') {
  return await running.send({
    method: 'POST',
    path: '/v1/watchers/login',
    headers: { ...json, 'x-forwarded-for': from },
    body: JSON.stringify({ machine_id: 'm1', password }),
  })
}

describe('forwarded headers', () => {
  const cases: [string, string[], Record<string, string>, string][] = [
    ['count for nothing from others', [], { 'x-forwarded-for': '192.0.2.1' }, '127.0.0.1'],
    ['count from proxies', ['127.0.0.1/32'], { 'x-forwarded-for': '192.0.2.1' }, '192.0.2.1'],
    [
      'are read from the right, past our proxies',
      ['127.0.0.0/8', '10.0.0.0/8'],
      { 'x-forwarded-for': '6.6.6.6, 192.0.2.1, 10.0.0.2' },
      '192.0.2.1',
    ],
    ['all of proxies name the first', ['0.0.0.0/0'], { 'x-forwarded-for': '10.0.0.1, 10.0.0.2' }, '10.0.0.1'],
    ['give way to X-Real-IP', ['127.0.0.1/32'], { 'x-real-ip': '2001:db8::1' }, '2001:db8::1'],
    ['that are nonsense count for nothing', ['127.0.0.1/32'], { 'x-forwarded-for': 'x, y' }, '127.0.0.1'],
    ['map no address into another', ['127.0.0.1/32'], { 'x-real-ip': '::ffff:192.0.2.1' }, '192.0.2.1'],
  ]
  it.each(cases)('%s', async (_name, ranges, headers, address) => {
    const running = await start({ trustedProxies: proxies(...ranges) })
    await running.send({ path: '/v1/decisions', headers: { 'x-api-key': 'k1', ...headers } })
    expect((await running.store.bouncers.list()).map((bouncer) => bouncer.address)).toEqual([address])
  })

  it('cannot claim the rights of this machine', async () => {
    const running = await start({ trustedProxies: proxies('0.0.0.0/0') })
    const headers = await bearer(running)
    const from = async (address: string) =>
      (
        await running.send({
          method: 'DELETE',
          path: '/v1/alerts',
          headers: { ...headers, 'x-forwarded-for': address },
        })
      ).status
    expect(await from('127.0.0.1')).toBe(403)
    expect((await running.send({ method: 'DELETE', path: '/v1/alerts', headers })).status).toBe(200)
    const trusting = await start({
      trustedProxies: proxies('0.0.0.0/0'),
      trustedAddresses: proxies('192.0.2.0/24'),
    })
    const trusted = { ...(await bearer(trusting)), 'x-forwarded-for': '192.0.2.9' }
    expect((await trusting.send({ method: 'DELETE', path: '/v1/alerts', headers: trusted })).status).toBe(200)
  })
})

describe('failed logins', () => {
  it('are stopped from the thirtieth a minute on, for each address by itself', async () => {
    const running = await start({ trustedProxies: proxies('127.0.0.0/8') })
    for (let i = 0; i < 30; i++) expect((await login(running, '192.0.2.1')).status).toBe(401)
    const stopped = await login(running, '192.0.2.1', 'pw')
    expect(stopped.status).toBe(429)
    expect(Number(stopped.headers['retry-after'])).toBeGreaterThan(50)
    expect((await login(running, '192.0.2.2', 'pw')).status).toBe(200)
    running.pass(61_000)
    expect((await login(running, '192.0.2.1', 'pw')).status).toBe(200)
  }, 60_000)

  it('count for the whole network of an IPv6 address, and for keys and tokens too', async () => {
    const running = await start({ trustedProxies: proxies('127.0.0.0/8') })
    const guess = async (headers: Record<string, string>, path: string, i: number) =>
      (
        await running.send({
          path,
          headers: { ...headers, 'x-forwarded-for': `2001:db8::${i.toString(16)}` },
        })
      ).status
    for (let i = 0; i < 15; i++) {
      expect(await guess({ 'x-api-key': `guess${i}` }, '/v1/decisions', i)).toBe(403)
      expect(await guess({ authorization: `Bearer guess${i}` }, '/v1/admin/machines', i)).toBe(403)
    }
    expect(await guess({ 'x-api-key': 'guess' }, '/v1/decisions', 99)).toBe(429)
    expect(await guess({ authorization: 'Bearer guess' }, '/v1/admin/machines', 99)).toBe(429)
    // A right key is no guess.
    expect(await guess({ 'x-api-key': 'k1' }, '/v1/decisions', 99)).toBe(200)
  })

  it('of this machine are not counted', async () => {
    const running = await start()
    const guess = { path: '/v1/decisions', headers: { 'x-api-key': 'guess' } }
    for (let i = 0; i < 40; i++) expect((await running.send(guess)).status).toBe(403)
  })
})

describe('registrations by anybody', () => {
  it('are bounded a minute and address', async () => {
    const running = await start({ trustedProxies: proxies('127.0.0.0/8') })
    const register = async (name: string) =>
      (
        await running.send({
          method: 'POST',
          path: '/v1/watchers',
          headers: { ...json, 'x-forwarded-for': '192.0.2.1' },
          body: JSON.stringify({ machine_id: name, password: 'x' }),
        })
      ).status
    const statuses: number[] = []
    for (let i = 0; i < 32; i++) statuses.push(await register(`m-${i}`))
    expect(statuses.filter((status) => status === 201)).toHaveLength(30)
    expect(statuses.slice(-2)).toEqual([429, 429])
  }, 60_000)

  it('are bounded in number while they wait, and need a name', async () => {
    const running = await start()
    const at = running.now()
    for (let i = 0; i < 1_000; i++) {
      await running.store.machines.add({
        name: `p${i}`,
        passwordHash: 'x',
        validated: false,
        address: '',
        at,
      })
    }
    const machine = { url: running.url, machineId: 'one-more', password: 'x' }
    await expect(registerMachine(machine)).rejects.toThrow('too many machines wait for an administrator')
    for (const machineId of ['', 'a\u0001b', '\u001b[2J', 'x'.repeat(256)]) {
      await expect(registerMachine({ ...machine, machineId })).rejects.toMatchObject({ code: 'LAPI_REFUSED' })
    }
  })

  it('are pruned by tens of thousands', async () => {
    const running = await start()
    const at = running.now()
    for (let i = 0; i < 20_000; i++) {
      await running.store.machines.add({
        name: `p${i}`,
        passwordHash: 'x',
        validated: false,
        address: '',
        at,
      })
    }
    const admin = new AdminClient({ url: running.url, token: running.api.adminToken })
    const { names } = await admin.pruneMachines({ olderThan: '1h', onlyNotValidated: true })
    expect(names).toHaveLength(20_000)
    expect(await admin.listMachines()).toHaveLength(1)
  }, 60_000)
})

describe('the token of a machine', () => {
  it('counts no more when an administrator has deleted the machine, nor for another one of its name', async () => {
    const running = await start()
    const admin = new AdminClient({ url: running.url, token: running.api.adminToken })
    const headers = await bearer(running)
    const heartbeat = async () => (await running.send({ path: '/v1/heartbeat', headers })).status
    expect(await heartbeat()).toBe(200)
    await admin.deleteMachine('m1')
    expect(await heartbeat()).toBe(401)
    running.pass(5_000)
    await admin.addMachine({ machineId: 'm1', password: 'pw' })
    expect(await heartbeat()).toBe(401)
    await new MachineClient({ url: running.url, machineId: 'm1', password: 'pw' }).heartbeat()
  })
})
