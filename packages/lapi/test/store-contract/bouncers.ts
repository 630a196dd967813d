import { expect, it } from 'vitest'
import type { Store } from '../../src/store/store.ts'
import { now } from './records.ts'

export function bouncerContract(store: () => Store): void {
  const bouncer = {
    name: 'b1',
    keyHash: 'k',
    address: '',
    kind: '',
    version: '',
    autoCreated: false,
    at: now,
  }

  it('adds, finds by key, updates and deletes', async () => {
    const { bouncers } = store()
    const added = await bouncers.add(bouncer)
    expect(added).toMatchObject({ name: 'b1', lastPullAt: null })
    expect(await bouncers.add(bouncer)).toBeNull()
    const child = await bouncers.add({ ...bouncer, name: 'b1@192.0.2.1', autoCreated: true })
    expect((await bouncers.withKey('k')).map(({ name }) => name)).toEqual(['b1', 'b1@192.0.2.1'])
    expect(await bouncers.withKey('other')).toEqual([])
    await bouncers.recordSeen(added?.id ?? 0, { address: 'a', kind: 'fw', version: 'v', at: now + 1 })
    await bouncers.recordPulls([{ id: child?.id ?? 0, at: now + 2 }])
    expect(await bouncers.get('b1')).toMatchObject({ address: 'a', kind: 'fw', version: 'v' })
    expect(await bouncers.get('b1@192.0.2.1')).toMatchObject({ lastPullAt: now + 2, autoCreated: true })
    expect(await bouncers.delete(['b1', 'b1@192.0.2.1'])).toBe(2)
    expect(await bouncers.list()).toEqual([])
  })

  it('keeps a cursor for each client of a bouncer, and drops it with the bouncer', async () => {
    const { bouncers } = store()
    const id = (await bouncers.add(bouncer))?.id ?? 0
    await bouncers.saveCursors([
      { bouncerId: id, userAgent: 'x/1', pulledAt: now },
      { bouncerId: id, userAgent: 'y/1', pulledAt: now },
      { bouncerId: id + 999, userAgent: 'gone/1', pulledAt: now },
    ])
    await bouncers.saveCursors([{ bouncerId: id, userAgent: 'x/1', pulledAt: now + 5 }])
    const cursors = await bouncers.cursors()
    expect(new Map(cursors.map(({ userAgent, pulledAt }) => [userAgent, pulledAt]))).toEqual(
      new Map([
        ['x/1', now + 5],
        ['y/1', now],
      ]),
    )
    await bouncers.delete(['b1'])
    expect(await bouncers.cursors()).toEqual([])
  })
}
