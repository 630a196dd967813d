import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import type { Store } from '../../src/store/store.ts'
import { newAlert, newDecision, now } from './records.ts'

export function alertContract(store: () => Store): void {
  it('gives back what was stored, in full', async () => {
    const { alerts, machines } = store()
    await machines.add({ name: 'm1', passwordHash: '', validated: true, address: '', at: now })
    const decisions = [
      newDecision('192.0.2.1'),
      newDecision('2001:db8::/32'),
      newDecision('FR', { scope: 'Country' }),
    ]
    const [stored] = await alerts.insert([newAlert('192.0.2.1', { machine: 'm1', decisions })])
    expect(stored).toMatchObject({
      machine: 'm1',
      decisions: decisions.map((d) => ({ ...d, alertId: stored?.id })),
    })
    expect(await alerts.get(stored?.id ?? 0)).toEqual(stored)
    expect(await alerts.get(999)).toBeNull()
    await machines.delete(['m1'])
    expect(await alerts.get(stored?.id ?? 0)).toMatchObject({ machine: null })
  })

  it('keeps alerts of machines that it does not know without an owner', async () => {
    const [stored] = await store().alerts.insert([newAlert('192.0.2.1', { machine: 'ghost' })])
    expect(stored?.machine).toBeNull()
    expect(await store().alerts.get(stored?.id ?? 0)).toMatchObject({ machine: null })
  })

  it('stores all of a large batch in order, and none where one cannot be', async () => {
    const { alerts } = store()
    const many = Array.from({ length: 1200 }, (_, i) =>
      newAlert(`198.18.${i >> 8}.${i & 255}`, { decisions: i % 3 ? [] : [newDecision('192.0.2.1')] }),
    )
    const stored = await alerts.insert(many)
    expect(stored.map(({ source }) => source.value)).toEqual(many.map(({ source }) => source.value))
    const last = stored.at(-1)
    expect((await alerts.get(last?.id ?? 0))?.source.value).toBe(last?.source.value)
    const twin = newAlert('192.0.2.9')
    await expect(alerts.insert([newAlert('192.0.2.8'), twin, twin])).rejects.toThrow()
    const page = { limit: 1, order: 'desc', withDecisions: false } as const
    expect(await alerts.page({ value: '192.0.2.8' }, page)).toEqual([])
  })

  it('shows staged alerts to nobody before they are published, and drops the others', async () => {
    const { alerts, decisions } = store()
    const many = (value: string) =>
      newAlert(value, { decisions: Array.from({ length: 1_200 }, () => newDecision(value)) })
    const staged = await alerts.stage([many('192.0.2.1'), many('192.0.2.2')])
    const page = { limit: 9, order: 'asc', withDecisions: true } as const
    const id = staged[0]?.id ?? 0
    expect(await alerts.page({}, page)).toEqual([])
    expect(await alerts.get(id)).toBeNull()
    expect(await alerts.delete({}, 9)).toMatchObject({ alerts: 0 })
    expect(await alerts.flush({ createdBefore: now + 1, at: now + 1e12 }, 9)).toMatchObject({ alerts: 0 })
    await alerts.publish(staged)
    expect(await alerts.page({}, page)).toEqual(staged)
    await expect(alerts.publish(staged)).rejects.toThrow()
    const unfinished = await alerts.stage([many('192.0.2.3')])
    await alerts.dropStaged(now - 1)
    expect(await decisions.get(unfinished[0]?.decisions[0]?.id ?? 0)).not.toBeNull()
    await alerts.dropStaged(now)
    expect(await decisions.get(unfinished[0]?.decisions[0]?.id ?? 0)).toBeNull()
    expect(await alerts.page({}, page)).toHaveLength(2)
  })

  it('finds alerts by their uuid', async () => {
    const { alerts } = store()
    const [stored] = await alerts.insert([newAlert('192.0.2.1')])
    const uuid = stored?.uuid ?? ''
    expect(await alerts.idsOfUuids([randomUUID(), uuid])).toEqual(new Map([[uuid, stored?.id]]))
  })

  it('pages through alerts of one moment without loss or repeat, both ways', async () => {
    const { alerts } = store()
    const stored = await alerts.insert(Array.from({ length: 7 }, (_, i) => newAlert(`192.0.2.${i}`)))
    const ids = stored.map(({ id }) => id)
    for (const order of ['asc', 'desc'] as const) {
      const seen: number[] = []
      let after: { createdAt: number; id: number } | undefined
      for (;;) {
        const page = await alerts.page(
          {},
          { limit: 3, order, withDecisions: true, ...(after ? { after } : {}) },
        )
        if (page.length === 0) break
        seen.push(...page.map(({ id }) => id))
        after = page.at(-1)
      }
      expect(seen).toEqual(order === 'asc' ? ids : ids.toReversed())
    }
  })

  it('deletes alerts with their decisions, in parts', async () => {
    const { alerts, decisions } = store()
    const stored = await alerts.insert([
      newAlert('192.0.2.1', { decisions: [newDecision('192.0.2.1')] }),
      newAlert('192.0.2.2', { decisions: [newDecision('192.0.2.2')] }),
      newAlert('192.0.2.3', { kind: 'waf' }),
    ])
    const first = await alerts.delete({ kind: '' }, 1)
    expect(first).toEqual({ alerts: 1, decisionIds: [stored[0]?.decisions[0]?.id], more: true })
    expect(await alerts.delete({ kind: '' }, 10)).toMatchObject({ alerts: 1 })
    expect(await decisions.get(stored[0]?.decisions[0]?.id ?? 0)).toBeNull()
    expect(await alerts.deleteById(stored[2]?.id ?? 0)).toEqual({ alerts: 1, decisionIds: [], more: false })
    expect(await alerts.deleteById(stored[2]?.id ?? 0)).toEqual({ alerts: 0, decisionIds: [], more: false })
  })

  it('deletes an alert of very many decisions a part of them at a time', async () => {
    const { alerts } = store()
    const decisions = Array.from({ length: 4500 }, () => newDecision('192.0.2.1'))
    const [stored] = await alerts.insert([newAlert('192.0.2.1', { decisions })])
    const steps: [number, number, boolean][] = []
    for (let more = true; more;) {
      const deletion = await alerts.deleteById(stored?.id ?? 0)
      steps.push([deletion.alerts, deletion.decisionIds.length, deletion.more])
      more = deletion.more
    }
    expect(steps).toEqual([
      [0, 2000, true],
      [0, 2000, true],
      [1, 500, false],
    ])
  })

  it('flushes the oldest, never one with a decision in force', async () => {
    const { alerts } = store()
    const stored = await alerts.insert([
      newAlert('192.0.2.1', { createdAt: now - 9000, decisions: [newDecision('192.0.2.1')] }),
      newAlert('192.0.2.2', {
        createdAt: now - 8000,
        decisions: [newDecision('192.0.2.2', { until: now - 1 })],
      }),
      newAlert('192.0.2.3', { createdAt: now - 7000 }),
      newAlert('192.0.2.4', { createdAt: now }),
    ])
    expect(await alerts.flush({ createdBefore: now - 7500, at: now }, 10)).toMatchObject({ alerts: 1 })
    expect(await alerts.flush({ keepNewest: 1, at: now }, 10)).toMatchObject({ alerts: 1 })
    expect(await alerts.flush({ keepNewest: 1, at: now }, 10)).toMatchObject({ alerts: 0 })
    const left = await alerts.page({}, { limit: 9, order: 'asc', withDecisions: false })
    expect(left.map(({ id }) => id)).toEqual([stored[0]?.id, stored[3]?.id])
  })
}
