import { expect, it } from 'vitest'
import type { Store } from '../../src/store/store.ts'
import { newAlert, newDecision, now } from './records.ts'

export function changeContract(store: () => Store): void {
  it('are numbered without gaps where others may read them, and kept from nobody else', async () => {
    const { alerts, decisions, changes } = store()
    const numbers: number[] = []
    const noted = (version: number) => void numbers.push(version)
    const [stored] = await alerts.insert([newAlert('a', { decisions: [newDecision('192.0.2.1')] })], noted)
    const id = stored?.decisions[0]?.id ?? 0
    await alerts.insert([newAlert('without decisions')], noted)
    const twin = newAlert('b', { decisions: [newDecision('192.0.2.2')] })
    await expect(alerts.insert([twin, twin], noted)).rejects.toThrow()
    await decisions.end([id], now, noted)
    await alerts.deleteById(stored?.id ?? 0, noted)
    if (!changes) {
      expect(numbers).toEqual([])
      return
    }
    await store().allowlists.create('a', '', now)
    await store().allowlists.delete('a')
    expect(numbers).toEqual([1, 2, 3])
    expect(await changes.version()).toBe(4)
    expect(await changes.after(0, 9)).toEqual([
      { version: 1, change: { kind: 'alerts', alertIds: [stored?.id] } },
      { version: 2, change: { kind: 'end', ids: [id], at: now } },
      { version: 3, change: { kind: 'forget', ids: [id] } },
      { version: 4, change: { kind: 'allowlists' } },
    ])
    expect(await changes.after(2, 1)).toMatchObject([{ version: 3 }])
    expect(await changes.after(4, 9)).toEqual([])
    await changes.forget(Number.MAX_SAFE_INTEGER)
    expect(await changes.after(1, 9)).toBeNull()
    expect(await changes.after(4, 9)).toEqual([])
  })

  it('of many at once come in one order', async () => {
    const { alerts, changes } = store()
    const insert = async (i: number) =>
      await alerts.insert([newAlert(String(i), { decisions: [newDecision('192.0.2.1')] })])
    const stored = await Promise.all(Array.from({ length: 20 }, (_, i) => insert(i)))
    const ids = stored.flatMap((inserted) => inserted.map(({ id }) => id))
    expect(new Set(ids).size).toBe(20)
    const seen = (await changes?.after(0, 99))?.map(({ version }) => version)
    if (changes) expect(seen).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
  })
}
