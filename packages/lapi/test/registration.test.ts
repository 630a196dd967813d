import { parseCidr } from '@tocsin/model'
import { describe, expect, it } from 'vitest'
import { MachineClient, registerMachine } from '../../client/src/index.ts'
import { createLocalApi } from '../src/index.ts'
import { start, wireAlert } from './harness.ts'

const token = 'a-token-of-thirty-two-characters!'

function ranges(...texts: string[]) {
  return texts.flatMap((text) => parseCidr(text) ?? [])
}

describe('registration', () => {
  it('with the token from an allowed place is at work at once', async () => {
    const { url } = await start({ autoRegistration: { token, allowedRanges: ranges('127.0.0.0/8') } })
    const machine = { url, machineId: 'm2', password: 'secret' }
    expect(await registerMachine({ ...machine, registrationToken: token })).toBe(true)
    await new MachineClient({ ...machine, userAgent: 'x/v1' }).heartbeat()
    expect(await registerMachine({ ...machine, machineId: 'm3' })).toBe(false)
  })

  it('with a wrong token, or from elsewhere, is refused', async () => {
    const { url } = await start({ autoRegistration: { token, allowedRanges: ranges('192.0.2.0/24') } })
    const machine = { url, machineId: 'm2', password: 'secret' }
    await expect(registerMachine({ ...machine, registrationToken: 'x'.repeat(32) })).rejects.toThrow(
      'invalid token for auto registration',
    )
    await expect(registerMachine({ ...machine, registrationToken: token })).rejects.toThrow(
      'IP not in allowed range for auto registration',
    )
  })

  it('waits for an administrator where nothing else is said', async () => {
    const { url, store } = await start()
    const machine = { url, machineId: 'm2', password: 'secret', registrationToken: token }
    expect(await registerMachine(machine)).toBe(false)
    await expect(
      createLocalApi({ store, autoRegistration: { token: 'short', allowedRanges: [] } }),
    ).rejects.toMatchObject({ code: 'LAPI_WEAK_SECRET' })
  })
})

describe('retention', () => {
  it('deletes old alerts by itself, but none with a decision in force', async () => {
    const { machine, pass, log } = await start({ retention: { maxAgeMs: 3_600_000, everyMs: 20 } })
    const quiet = (value: string) => wireAlert(value, { remediation: false })
    await machine.pushAlerts([wireAlert('192.0.2.1'), quiet('192.0.2.2')])
    pass(3_700_000)
    await machine.pushAlerts([quiet('192.0.2.3')])
    const values = async () => (await machine.listAlerts()).map(({ source }) => source.value)
    await expect.poll(values).toEqual(['192.0.2.3', '192.0.2.1'])
    expect(log).toContain('info 1 old alerts were deleted')
  })

  it('deletes machines and bouncers that are not seen any more, where it is told to', async () => {
    const day = 24 * 3_600_000
    const autodelete = { machines: { passwordMs: day }, bouncers: { keyMs: day } }
    const { store, machine, bouncer, pass, now } = await start({ retention: { autodelete, everyMs: 20 } })
    const add = async (name: string, address: string) => {
      await store.machines.add({ name, passwordHash: 'x', validated: true, address, at: now() })
      await store.machines.recordHeartbeat(name, now())
    }
    await add('old', '192.0.2.1')
    await add('here', '127.0.0.1')
    await store.machines.add({ name: 'new', passwordHash: 'x', validated: true, address: '', at: now() })
    await machine.pushAlerts([wireAlert('192.0.2.9')])
    await machine.heartbeat()
    await bouncer.stream()
    const key = { keyHash: 'h', address: '', kind: '', version: '', autoCreated: false, at: now() }
    await store.bouncers.add({ name: 'never pulled', ...key })
    await store.allowlists.create('a', '', now())
    const item = { value: '192.0.2.0/24', comment: '', createdAt: now(), expiresAt: now() + day }
    await store.allowlists.addItems('a', [item], now())
    const pulled = async () => (await store.bouncers.get('b1'))?.lastPullAt ?? null
    await expect.poll(pulled, { timeout: 10_000 }).not.toBeNull()
    pass(day + 1_000)
    await expect
      .poll(async () => (await store.machines.list()).map(({ name }) => name))
      .toEqual(['m1', 'here', 'new'])
    await expect
      .poll(async () => (await store.bouncers.list()).map(({ name }) => name))
      .toEqual(['never pulled'])
    expect((await store.allowlists.list())[0]?.items).toEqual([])
  })
})

describe('requests', () => {
  it('are told one line each, and remote registration can be switched off', async () => {
    const lines: string[] = []
    const running = await start({
      accessLog: (line) => void lines.push(line),
      remoteRegistration: false,
      trustedProxies: ranges('127.0.0.0/8'),
    })
    const register = { method: 'POST', path: '/v1/watchers', body: '{"machine_id":"x","password":"y"}' }
    const headers = { 'content-type': 'application/json', 'user-agent': 'a "b"/c' }
    expect((await running.send({ ...register, headers })).status).toBe(201)
    const remote = { ...headers, 'x-forwarded-for': '192.0.2.1' }
    expect((await running.send({ ...register, headers: remote })).status).toBe(403)
    const time = String.raw`\[\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT\]`
    const rest = String.raw`"POST /v1/watchers HTTP/1.1 403 [\d.]+ms "a \\"b\\"/c" "$`
    expect(lines.at(-1)).toMatch(new RegExp(`^192.0.2.1 - ${time} ${rest}`))
  })

  it('of reports are read again by administrators', async () => {
    const running = await start()
    const { bouncer, machine, api, send } = running
    const base = { version: 'v1', utc_startup_timestamp: 1 }
    const items = [{ name: 'dropped', unit: 'packet', value: 5, labels: { origin: 'CAPI' } }]
    const metrics = [{ meta: { utc_now_timestamp: 2, window_size_seconds: 60 }, items }]
    await bouncer.usageMetrics({ ...base, type: 'fw', metrics })
    await machine.usageMetrics({ ...base, datasources: {}, hub_items: {}, metrics: [] })
    const headers = { authorization: `Bearer ${api.adminToken}` }
    const read = async (query: string) => {
      const { text } = await send({ path: `/v1/admin/usage-metrics${query}`, headers })
      return JSON.parse(text) as { name: string; payload: object }[]
    }
    expect((await read('')).map(({ name }) => name)).toEqual(['m1', 'b1'])
    expect(await read('?kind=bouncer')).toMatchObject([{ name: 'b1', payload: { type: 'fw', metrics } }])
    expect(await read('?name=nobody')).toEqual([])
  })
})
