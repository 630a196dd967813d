import { expect, it } from 'vitest'
import type { Store } from '../../src/store/store.ts'
import { now } from './records.ts'

export function machineContract(store: () => Store): void {
  const machine = { name: 'm1', passwordHash: 'h', validated: false, address: '192.0.2.1', at: now }

  it('adds, validates, replaces and deletes', async () => {
    const { machines } = store()
    expect(await machines.get('m1')).toBeNull()
    expect(await machines.add(machine)).toBe(true)
    expect(await machines.add(machine)).toBe(false)
    expect(await machines.get('m1')).toMatchObject({ validated: false, createdAt: now, lastPushAt: null })
    expect(await machines.validate('m1', now + 1)).toBe(true)
    expect(await machines.validate('nobody', now)).toBe(false)
    expect(await machines.add({ ...machine, passwordHash: 'h2', validated: true }, true)).toBe(true)
    expect(await machines.list()).toMatchObject([{ name: 'm1', passwordHash: 'h2', validated: true }])
    expect(await machines.delete(['m1', 'nobody'])).toBe(1)
    expect(await machines.list()).toEqual([])
  })

  it('keeps another hash of the same password, unless the password has changed meanwhile', async () => {
    const { machines } = store()
    await machines.add(machine)
    await machines.add({ ...machine, name: 'm2' })
    await machines.replaceHash('m1', 'h', 'harder')
    expect(await machines.get('m1')).toMatchObject({ passwordHash: 'harder' })
    await machines.replaceHash('m1', 'h', 'late')
    await machines.replaceHash('nobody', 'h', 'late')
    expect(await machines.get('m1')).toMatchObject({ passwordHash: 'harder' })
    expect(await machines.get('m2')).toMatchObject({ passwordHash: 'h' })
  })

  it('records what a machine does', async () => {
    const { machines } = store()
    await machines.add(machine)
    await machines.recordLogin('m1', { address: 'a', version: 'v', scenarios: ['x/y'], at: now + 1 })
    await machines.recordLogin('m1', { address: 'b', version: 'v', scenarios: null, at: now + 2 })
    await machines.recordHeartbeat('m1', now + 3)
    await machines.recordPush('m1', now + 4)
    const usage = { os: 'debian/12', version: 'v2', featureFlags: ['f'], datasources: { file: 2 } }
    await machines.recordUsage('m1', usage, now + 5)
    expect(await machines.get('m1')).toMatchObject({
      address: 'b',
      scenarios: ['x/y'],
      lastHeartbeatAt: now + 3,
      lastPushAt: now + 4,
      ...usage,
    })
  })
}
