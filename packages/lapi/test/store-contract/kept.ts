import { expect, it } from 'vitest'
import type { Store } from '../../src/store/store.ts'
import { newAlert, now } from './records.ts'

export function keptContract(store: () => Store): void {
  it('names machines and bouncers that were not seen, and removes expired entries', async () => {
    const { machines, bouncers, allowlists, alerts } = store()
    for (const [name, address] of [
      ['old', '192.0.2.1'],
      ['here', '127.0.0.1'],
      ['busy', '192.0.2.2'],
    ] as const) {
      await machines.add({ name, passwordHash: 'h', validated: true, address, at: now })
      await machines.recordHeartbeat(name, now)
    }
    await machines.add({ name: 'silent', passwordHash: 'h', validated: false, address: '', at: now })
    await alerts.insert([newAlert('192.0.2.9', { machine: 'busy' })])
    expect(await machines.stale('password', now)).toEqual(['old'])
    expect(await machines.stale('password', now - 1)).toEqual([])
    expect(await machines.stale('tls', now)).toEqual([])
    expect(await machines.countPending()).toBe(1)
    const bouncer = { keyHash: 'k', address: '', kind: '', version: '', autoCreated: false, at: now }
    const added = await bouncers.add({ name: 'b', ...bouncer })
    await bouncers.add({ name: 'never', ...bouncer })
    await bouncers.recordPulls([{ id: added?.id ?? 0, at: now }])
    expect(await bouncers.stale('api-key', now)).toEqual(['b'])
    await allowlists.create('a', '', now)
    const item = { comment: '', createdAt: now }
    const items = [
      { ...item, value: '1', expiresAt: now },
      { ...item, value: '2', expiresAt: now + 1 },
      { ...item, value: '3', expiresAt: null },
    ]
    await allowlists.addItems('a', items, now)
    expect(await allowlists.removeExpired(now)).toBe(1)
    expect((await allowlists.list())[0]?.items.map(({ value }) => value)).toEqual(['2', '3'])
  })

  it('counts alerts of each scenario, those of the community aside', async () => {
    const { alerts } = store()
    const { source } = newAlert('x')
    await alerts.insert([
      newAlert('1'),
      newAlert('2'),
      newAlert('3', { scenario: 'other' }),
      newAlert('4', { source: { ...source, scope: 'lists:firehol' } }),
      newAlert('5', { source: { ...source, scope: 'crowdsecurity/community-blocklist' } }),
    ])
    expect(await alerts.countByScenario()).toEqual(
      new Map([
        ['tocsin/ssh-bf', 2],
        ['other', 1],
      ]),
    )
  })

  it('keeps reports and the audit log, the newest first, until they are forgotten', async () => {
    const { metrics, audit } = store()
    for (const [i, ownerKind] of (['machine', 'bouncer'] as const).entries()) {
      await metrics.add({ ownerKind, ownerName: `n${i}`, receivedAt: now + i, payload: '{"x":1}' })
      const entry = {
        actor: 'a',
        address: '::1',
        action: 'decision.add',
        object: '🔔',
        details: { count: i },
      }
      await audit.add({ at: now + i, ...entry })
    }
    expect((await metrics.page({ limit: 9 })).map(({ ownerName }) => ownerName)).toEqual(['n1', 'n0'])
    expect(await metrics.page({ limit: 9, ownerKind: 'machine' })).toMatchObject([{ payload: '{"x":1}' }])
    const [newest] = await audit.page({ limit: 1 })
    expect(newest).toMatchObject({ at: now + 1, object: '🔔', details: { count: 1 } })
    expect(await audit.page({ limit: 9, idBelow: newest?.id ?? 0 })).toHaveLength(1)
    await metrics.forget(now + 1)
    await audit.forget(now + 1)
    expect(await metrics.page({ limit: 9 })).toHaveLength(1)
    expect(await audit.page({ limit: 9 })).toHaveLength(1)
  })

  it('gives a notification to one of several who ask for it', async () => {
    const { alerts, notifications } = store()
    await alerts.insert([newAlert('1', { notify: ['mail', 'chat'] }), newAlert('2', { notify: ['mail'] })])
    const due = await notifications.due('mail', now, 9)
    expect(due).toHaveLength(2)
    expect(await notifications.due('mail', now - 1, 9)).toEqual([])
    const [first, second] = await Promise.all([
      notifications.claim(due, now + 1_000),
      notifications.claim(due, now + 1_000),
    ])
    expect(first.length + second.length).toBe(2)
    expect(await notifications.due('mail', now, 9)).toEqual([])
    const ids = due.map(({ id }) => id)
    await notifications.retry(ids, now)
    expect((await notifications.due('mail', now, 9)).map(({ attempts }) => attempts)).toEqual([1, 1])
    await notifications.delete(ids)
    expect([await notifications.count('mail'), await notifications.count('chat')]).toEqual([0, 1])
    await alerts.delete({}, 9)
    expect(await notifications.count('chat')).toBe(0)
  })
}
