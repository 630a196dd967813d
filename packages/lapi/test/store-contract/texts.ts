import { expect, it } from 'vitest'
import type { Store } from '../../src/store/store.ts'
import { newAlert, newDecision, now } from './records.ts'

export function textContract(store: () => Store): void {
  it.each([
    ['of any script', 'Zoë 東京 🔔 \u202e'],
    ['that look like SQL', `'; drop table alerts; -- \\' " \` %_ $1 ? :x @y /* */`],
    ['at their longest', '🔔'.repeat(1024)],
    ['of control characters', '\u0001\u0008\t\n\u001a\u007f'],
  ])('%s come back as they were', async (_name, text) => {
    const { alerts } = store()
    const decisions = [newDecision(text, { scope: 'user', cidr: null, scenario: text })]
    const base = newAlert('x')
    const source = { ...base.source, value: text, asName: text }
    const alert = newAlert('x', { scenario: text, message: text, source, decisions })
    const [stored] = await alerts.insert([alert])
    expect(await alerts.get(stored?.id ?? 0)).toEqual(stored)
    const page = { limit: 9, order: 'asc', withDecisions: false } as const
    expect(await alerts.page({ value: text, scenario: text }, page)).toHaveLength(1)
    expect(await store().decisions.count(text, {})).toBe(1)
  })

  it('are told apart by case and by blanks', async () => {
    const { machines, alerts } = store()
    const names = ['m', 'M', 'm ', ' m', 'ṁ']
    for (const name of names) {
      const machine = { name, passwordHash: 'h', validated: true, address: '', at: now }
      expect(await machines.add(machine)).toBe(true)
      await alerts.insert([newAlert(name)])
    }
    expect((await machines.get('m '))?.name).toBe('m ')
    const page = { limit: 9, order: 'asc', withDecisions: false } as const
    for (const value of names) expect(await alerts.page({ value }, page)).toHaveLength(1)
  })

  it('with a zero in them do no harm', async () => {
    const { alerts, machines } = store()
    const [stored] = await alerts.insert([newAlert('a\0b')])
    expect((await alerts.get(stored?.id ?? 0))?.source.value).toMatch(/^a.b$/)
    expect(await machines.get('\0')).toBeNull()
  })
}
