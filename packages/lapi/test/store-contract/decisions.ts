import { expect, it } from 'vitest'
import type { Store } from '../../src/store/store.ts'
import { newAlert, newDecision, now } from './records.ts'

export function decisionContract(store: () => Store): void {
  it('reads those in force, and those that ended', async () => {
    const { alerts, decisions } = store()
    const until = (ms: number) => ({ until: now + ms })
    const [stored] = await alerts.insert([
      newAlert('x', {
        decisions: [
          newDecision('192.0.2.1', until(-5000)),
          newDecision('192.0.2.1', until(-3000)),
          newDecision('192.0.2.2', until(-4000)),
          newDecision('192.0.2.2', until(4000)),
          newDecision('192.0.2.3', until(-2000)),
        ],
      }),
    ])
    const ids = stored?.decisions.map(({ id }) => id) ?? []
    expect((await decisions.active({ at: now, idAbove: 0, limit: 9 })).map(({ id }) => id)).toEqual([ids[3]])
    const base = { after: null, before: now, limit: 9 }
    const endedIds = async (page: object) =>
      (await decisions.ended({ ...base, onlyLongest: false, ...page })).map(({ id }) => ids.indexOf(id))
    expect(await endedIds({})).toEqual([4, 1, 2, 0])
    expect(await endedIds({ onlyLongest: true })).toEqual([4, 1])
    expect(await endedIds({ after: now - 4000 })).toEqual([4, 1])
    const earlierThan = { until: now - 3000, id: ids[1] ?? 0 }
    expect(await endedIds({ earlierThan, limit: 1 })).toEqual([2])
    expect(await decisions.withIds([ids[0] ?? 0, 999_999])).toMatchObject([{ id: ids[0] }])
    const ofAlert = await decisions.ofAlerts([stored?.id ?? 0], { idAbove: ids[2] ?? 0, limit: 1 })
    expect(ofAlert).toMatchObject([{ id: ids[3] }])
  })

  it('ends decisions and counts them', async () => {
    const { alerts, decisions } = store()
    const [stored] = await alerts.insert([
      newAlert('x', {
        createdAt: now - 5000,
        decisions: [newDecision('192.0.2.1'), newDecision('192.0.2.1')],
      }),
    ])
    const id = stored?.decisions[0]?.id ?? 0
    await decisions.end([id], now)
    expect(await decisions.get(id)).toMatchObject({ until: now })
    expect(await decisions.count('192.0.2.1', {})).toBe(2)
    expect(await decisions.count('192.0.2.1', { activeAt: now })).toBe(1)
    expect(await decisions.count('192.0.2.1', { createdSince: now - 4000 })).toBe(0)
    expect(await decisions.count('192.0.2.9', {})).toBe(0)
    const around = ['192.0.2.0/24', '0.0.0.0/0', '::/0', '2001:db8::/48', '192.0.2.128/25'].map((v) =>
      newDecision(v),
    )
    await alerts.insert([
      newAlert('y', { decisions: [...around, newDecision('bob', { scope: 'user', cidr: null })] }),
    ])
    expect(await decisions.count('192.0.2.1', {})).toBe(4)
    expect(await decisions.count('192.0.2.0/23', {})).toBe(1)
    expect(await decisions.count('2001:db8::7', {})).toBe(2)
    expect(await decisions.count('bob', {})).toBe(1)
  })
}
