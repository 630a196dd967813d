import { expect, it } from 'vitest'
import type { Store } from '../../src/store/store.ts'
import { now } from './records.ts'

export function allowlistContract(store: () => Store): void {
  it('creates, fills, empties and deletes', async () => {
    const { allowlists } = store()
    const item = (value: string) => ({ value, comment: 'c', createdAt: now, expiresAt: null })
    expect(await allowlists.create('b', 'second', now)).toBe(true)
    expect(await allowlists.create('a', 'first', now)).toBe(true)
    expect(await allowlists.create('a', 'again', now)).toBe(false)
    expect(await allowlists.addItems('a', [item('1'), item('2'), item('1')], now + 1)).toEqual(['1', '2'])
    expect(await allowlists.addItems('a', [item('2'), item('3')], now + 2)).toEqual(['3'])
    expect(await allowlists.addItems('none', [item('2')], now)).toBeNull()
    expect(await allowlists.removeItems('a', ['1', '9'], now + 3)).toEqual(['1'])
    const lists = await allowlists.list()
    expect(lists.map(({ name }) => name)).toEqual(['a', 'b'])
    expect(lists[0]).toMatchObject({ updatedAt: now + 3, items: [item('2'), item('3')] })
    expect(await allowlists.delete('a')).toBe(true)
    expect(await allowlists.delete('a')).toBe(false)
  })
}
