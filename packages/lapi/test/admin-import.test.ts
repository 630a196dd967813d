import { hashSync } from 'bcryptjs'
import { beforeEach, describe, expect, it } from 'vitest'
import { parseCidr } from '@tocsin/model'
import { BouncerClient, MachineClient } from '../../client/src/index.ts'
import { hashBouncerKey } from '../src/auth/bouncer-key.ts'
import type { ImportAnswer } from '../src/crowdsec/index.ts'
import { type Running, start, wireAlert, wireDecision } from './harness.ts'

let running: Running
beforeEach(async () => {
  const cidr = parseCidr('127.0.0.0/8')
  running = await start({
    protectedAddresses: () => (cidr ? [{ cidr, reason: 'the loopback' }] : []),
  })
})

async function post(kind: string, body: object, headers: Record<string, string> = {}): Promise<ImportAnswer> {
  const authorization = `Bearer ${running.api.adminToken}`
  const { status, text } = await running.send({
    method: 'POST',
    path: `/v1/admin/import/${kind}`,
    headers: { authorization, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  expect(status, text).toBe(200)
  return JSON.parse(text) as ImportAnswer
}

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
const inHours = (hours: number) => new Date(running.now() + hours * 3_600_000).toISOString()

function alert(n: number, value: string, decisions: object[], more: object = {}) {
  return { ...wireAlert(value), uuid: uuid(n), created_at: inHours(-100), decisions, ...more }
}

function decision(value: string, until: string, more: object = {}) {
  const { duration: _, ...rest } = wireDecision(value)
  return { ...rest, until, ...more }
}

describe('importing', () => {
  it('a bouncer lets its old key in, and does it once', async () => {
    const bouncer = {
      name: 'fw',
      auth_type: 'api-key',
      key_hash: hashBouncerKey('old-key'),
      ip_address: '',
      type: '',
      version: '',
      auto_created: false,
    }
    const bouncers = [bouncer]
    const taken = { ...bouncer, name: 'b1' }
    expect(await post('bouncers', { bouncers, rehearse: true })).toEqual({
      imported: 1,
      present: 0,
      skipped: [],
    })
    expect(await post('bouncers', { bouncers })).toEqual({ imported: 1, present: 0, skipped: [] })
    expect(await post('bouncers', { bouncers: [bouncer, taken] })).toEqual({
      imported: 0,
      present: 1,
      skipped: [{ name: 'bouncer b1', reason: 'there is one of that name with another key' }],
    })
    await new BouncerClient({ url: running.url, key: 'old-key', userAgent: 'fw/v1' }).stream()
  })

  it('a machine lets it log in with its old password, whose hash becomes ours', async () => {
    const password_hash = hashSync('old-password', 4)
    const machine = {
      machine_id: 'web-1',
      auth_type: 'password',
      password_hash,
      is_validated: true,
      ip_address: '192.0.2.1',
    }
    const waiting = { ...machine, machine_id: 'web-2', is_validated: false }
    expect(await post('machines', { machines: [machine, waiting] })).toMatchObject({ imported: 2 })
    const login = async (machineId: string, password: string) =>
      await new MachineClient({ url: running.url, machineId, password }).heartbeat()
    await expect(login('web-1', 'wrong')).rejects.toThrow()
    expect((await running.store.machines.get('web-1'))?.passwordHash).toBe(password_hash)
    await login('web-1', 'old-password')
    expect((await running.store.machines.get('web-1'))?.passwordHash).toMatch(/^scrypt\$/)
    await login('web-1', 'old-password')
    await expect(login('web-2', 'old-password')).rejects.toThrow(/not validated/)
    expect(await post('machines', { machines: [machine] })).toMatchObject({ imported: 0, present: 1 })
    expect((await running.store.machines.get('web-1'))?.passwordHash).toMatch(/^scrypt\$/)
  })

  it('decisions keeps their ends: permanent ones stay permanent, ended ones are history', async () => {
    const start_at = inHours(-100)
    const times = { start_at, stop_at: start_at }
    const alerts = [
      alert(1, '192.0.2.1', [decision('192.0.2.1', inHours(3))], times),
      alert(2, '192.0.2.2', [decision('192.0.2.2', inHours(876_000 - 100))], times),
      alert(3, '192.0.2.3', [decision('192.0.2.3', inHours(-1))], times),
      alert(4, '192.0.2.4', [decision('192.0.2.4', inHours(9), { simulated: true })], times),
    ]
    expect(await post('alerts', { alerts, rehearse: true })).toMatchObject({ imported: 4, active: 3 })
    expect(await running.bouncer.decisions({})).toEqual([])
    expect(await post('alerts', { alerts })).toMatchObject({
      imported: 4,
      decisions: 4,
      active: 3,
      skipped: [],
    })
    expect(await post('alerts', { alerts })).toMatchObject({ imported: 0, present: 4, decisions: 0 })
    const { new: added } = await running.bouncer.stream({ startup: true })
    expect(added?.map(({ value, duration }) => [value, duration])).toEqual([
      ['192.0.2.1', '3h0m0s'],
      ['192.0.2.2', '876000h0m0s'],
    ])
    const stored = await running.machine.listAlerts({ limit: 0 })
    expect(stored).toHaveLength(4)
    const simulated = stored
      .flatMap(({ decisions }) => decisions ?? [])
      .filter((one) => one.simulated === true)
    expect(simulated.map(({ value }) => value)).toEqual(['192.0.2.4'])
  })

  it('decisions leaves out what would lock somebody out or is no address, and says so', async () => {
    const alerts = [
      alert(1, '127.0.0.1', [decision('127.0.0.1', inHours(1))]),
      alert(2, '198.51.100.7', [decision('198.51.100.7', inHours(1)), decision('nonsense', inHours(1))]),
    ]
    const headers = { 'x-tocsin-admin-address': '198.51.100.7' }
    const { imported, decisions, skipped } = await post('alerts', { alerts }, headers)
    expect({ imported, decisions }).toEqual({ imported: 2, decisions: 0 })
    expect(skipped.map(({ reason }) => reason).toSorted()).toEqual([
      'it is the address that you are logged in from',
      'it is the loopback',
      'its value is neither an address nor a range',
    ])
    const forced = [alert(3, '127.0.0.1', [decision('127.0.0.1', inHours(1))])]
    expect(await post('alerts', { alerts: forced }, { 'x-tocsin-force': 'true' })).toMatchObject({
      active: 1,
    })
  })

  it('allowlists adds what is new and ends what stands against it', async () => {
    await post('alerts', { alerts: [alert(1, '203.0.113.9', [decision('203.0.113.9', inHours(1))])] })
    const items = [
      { value: '203.0.113.0/24', comment: 'office' },
      { value: '198.51.100.1', comment: '', expires_at: inHours(2) },
      { value: '198.51.100.2', comment: '', expires_at: inHours(-2) },
      { value: 'nonsense', comment: '' },
    ]
    const allowlists = [{ name: 'mine', description: 'ours', items }]
    const answer = await post('allowlists', { allowlists })
    expect(answer).toMatchObject({ imported: 2, present: 0 })
    expect(answer.skipped.map(({ name, reason }) => `${name}: ${reason}`)).toEqual([
      '198.51.100.2 of allowlist mine: it has expired',
      'nonsense of allowlist mine: it is neither an address nor a range',
    ])
    expect(await post('allowlists', { allowlists })).toMatchObject({ imported: 0, present: 2 })
    expect(await running.bouncer.decisions({})).toEqual([])
    const listed = alert(2, '203.0.113.8', [decision('203.0.113.8', inHours(1), { origin: 'CAPI' })])
    expect((await post('alerts', { alerts: [listed] })).skipped).toMatchObject([
      { reason: 'it is allowlisted: 203.0.113.0/24 from mine (office)' },
    ])
  })
})
