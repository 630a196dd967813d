import type { WireAlert } from '@tocsin/model'
import { expect, it } from 'vitest'
import { loadProfiles, type NotificationSink, openStore } from '../src/index.ts'
import { describeDatabases } from './databases.ts'
import { start, wireAlert, wireDecision } from './harness.ts'

const profiles = loadProfiles(
  `
name: p
filters: ['Alert.Remediation']
decisions: [{type: ban, duration: 4h}]
notifications: [mail]`,
  'profiles.yaml',
)

function recording(more: Partial<NotificationSink> = {}): NotificationSink & { told: string[][] } {
  const told: string[][] = []
  const send = async (alerts: readonly WireAlert[]) => {
    await Promise.resolve()
    told.push(alerts.map(({ source }) => source.value))
  }
  return { send, told, ...more }
}

describeDatabases((database) => {
  it(`are grouped and told once, on ${database.name}`, async () => {
    const mail = recording({ groupWaitMs: 60_000, groupThreshold: 3 })
    const store = await openStore(database.create())
    const { machine, pass } = await start({ store, profiles, notifications: { mail } })
    await machine.pushAlerts(
      ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4'].map((value) => wireAlert(value)),
    )
    await machine.pushAlerts([wireAlert('192.0.2.5', { remediation: false })])
    await expect.poll(() => mail.told, { timeout: 5_000 }).toEqual([['192.0.2.1', '192.0.2.2', '192.0.2.3']])
    pass(61_000)
    await expect.poll(() => mail.told.slice(1), { timeout: 5_000 }).toEqual([['192.0.2.4']])
    expect(await store.notifications.count('mail')).toBe(0)
  })
})

it('are told again after a failure, later and later, and given up in the end', async () => {
  let attempts = 0
  const send = async () => {
    attempts++
    throw await Promise.resolve(new Error('no line'))
  }
  const { machine, pass, api, store, log } = await start({
    profiles,
    notifications: { mail: { send, maxRetries: 2 } },
  })
  await machine.pushAlerts([wireAlert('192.0.2.1', { decisions: [wireDecision('192.0.2.1')] })])
  for (const [waitMs, count] of [
    [0, 1],
    [5_000, 2],
    [10_000, 3],
  ] as const) {
    pass(waitMs)
    await expect.poll(() => attempts, { timeout: 5_000 }).toBe(count)
  }
  await expect.poll(async () => await store.notifications.count('mail')).toBe(0)
  expect(log).toContain('warn cannot notify "mail": no line')
  expect(await api.metrics()).toContain('tocsin_lapi_failed_notifications 1')
}, 30_000)

it('survive a restart, and a sink that never ends', async () => {
  const store = await openStore({ path: ':memory:' })
  const never = { send: async () => await new Promise<never>(() => {}), timeoutMs: 100 }
  const first = await start({ store, profiles, notifications: { mail: never } })
  await first.machine.pushAlerts([wireAlert('192.0.2.1')])
  await expect
    .poll(() => first.log, { timeout: 5_000 })
    .toContain('warn cannot notify "mail": it took too long')
  await first.api.close()
  const mail = recording()
  const second = await start({ store, profiles, notifications: { mail }, clock: first.now })
  first.pass(6_000)
  await expect.poll(() => mail.told, { timeout: 5_000 }).toEqual([['192.0.2.1']])
  await second.api.close()
})
