import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseAddress } from '../src/decision/address.ts'
import type { NewDecision } from '../src/decision/decision.ts'
import type { AlertFilter, NewAlert, Store } from '../src/store/store.ts'

const now = 1_800_000_000_000

export function newDecision(value: string, more: Partial<NewDecision> = {}): NewDecision {
  const cidr = parseAddress(value)
  return {
    uuid: randomUUID(),
    origin: 'crowdsec',
    scenario: 'tocsin/ssh-bf',
    scope: value.includes('/') ? 'Range' : 'Ip',
    type: 'ban',
    value,
    cidr,
    simulated: false,
    until: now + 3_600_000,
    ...more,
  }
}

export function newAlert(value: string, more: Partial<NewAlert> = {}): NewAlert {
  return {
    uuid: randomUUID(),
    kind: '',
    scenario: 'tocsin/ssh-bf',
    scenarioVersion: '1',
    scenarioHash: 'h',
    message: `${value} did it`,
    eventsCount: 6,
    capacity: 5,
    leakspeed: '10s',
    simulated: false,
    remediation: true,
    source: {
      scope: 'Ip',
      value,
      ip: value,
      range: '',
      asNumber: '64500',
      asName: 'Example',
      country: 'FR',
      latitude: 1.5,
      longitude: -2.25,
    },
    startedAt: now - 60_000,
    stoppedAt: now,
    createdAt: now,
    events: [{ timestamp: 't', meta: [{ key: 'k', value: 'v' }] }],
    meta: [{ key: 'm', value: '["x"]' }],
    machine: null,
    decisions: [],
    ...more,
  }
}

/** What every store must do, whatever database lies below: call it once a database. */
export function storeContract(name: string, open: () => Promise<Store>): void {
  describe(`the store on ${name}`, () => {
    let store: Store
    beforeEach(async () => {
      store = await open()
    })
    afterEach(async () => {
      await store.close()
    })

    describe('machines', () => machineContract(() => store))
    describe('bouncers', () => bouncerContract(() => store))
    describe('alerts', () => alertContract(() => store))
    describe('filters of alerts', () => filterContract(() => store))
    describe('decisions', () => decisionContract(() => store))
    describe('allowlists', () => allowlistContract(() => store))
    describe('texts', () => textContract(() => store))
    describe('changes', () => changeContract(() => store))
    describe('what is kept besides', () => keptContract(() => store))
  })
}

function machineContract(store: () => Store): void {
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

function bouncerContract(store: () => Store): void {
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

function alertContract(store: () => Store): void {
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

function filterContract(store: () => Store): void {
  const cases: [string, AlertFilter, string[]][] = [
    ['nothing', {}, ['a', 'b', 'c', 'd']],
    ['scope', { scope: 'Country' }, ['c']],
    ['value', { value: 'b' }, ['b']],
    ['scenario of the alert or a decision', { scenario: 'special' }, ['a', 'b']],
    ['since', { startedSince: now - 60_000 }, ['a', 'b', 'c']],
    ['until', { startedUntil: now - 60_001 }, ['d']],
    ['creation', { createdUntil: now }, ['a', 'b', 'c', 'd']],
    ['type of decision', { decisionType: 'captcha' }, ['b']],
    ['origin', { origin: 'CAPI' }, ['b']],
    ['no community', { withoutCommunity: true }, ['a', 'c']],
    ['a decision in force', { activeDecision: { wanted: true, at: now } }, ['b']],
    ['no decision', { activeDecision: { wanted: false, at: now } }, ['c', 'd']],
    ['kind', { kind: 'waf' }, ['c']],
    ['no simulation', { withoutSimulated: true }, ['a', 'b', 'd']],
    ['all of them', { scenario: 'special', decisionType: 'captcha' }, ['b']],
  ]

  it.each(cases)('narrow by %s', async (_name, filter, expected) => {
    const { alerts } = store()
    const base = newAlert('x')
    await alerts.insert([
      newAlert('a', { scenario: 'special', decisions: [newDecision('192.0.2.1', { until: now - 1 })] }),
      newAlert('b', {
        decisions: [newDecision('192.0.2.0/24', { scenario: 'special', type: 'captcha', origin: 'CAPI' })],
      }),
      newAlert('c', {
        kind: 'waf',
        simulated: true,
        source: { ...base.source, scope: 'Country', value: 'c' },
      }),
      newAlert('d', { startedAt: now - 90_000, source: { ...base.source, scope: 'lists:x', value: 'd' } }),
    ])
    const found = await alerts.page(filter, { limit: 10, order: 'asc', withDecisions: false })
    expect(found.map(({ source }) => source.value)).toEqual(expected)
  })

  it.each([
    ['192.0.2.1', true, ['inside', 'around', 'both sides']],
    ['192.0.2.1', false, ['inside', 'both sides']],
    ['192.0.2.0/30', true, ['around', 'both sides']],
    ['192.0.2.0/25', false, ['inside', 'both sides']],
    ['2001:db8::1', true, ['v6']],
    ['198.51.100.1', true, []],
  ])('by address: %s, contains %s', async (address, contains, expected) => {
    const { alerts } = store()
    await alerts.insert([
      newAlert('inside', { decisions: [newDecision('192.0.2.1')] }),
      newAlert('around', { decisions: [newDecision('192.0.2.0/24')] }),
      newAlert('v6', { decisions: [newDecision('2001:db8::/64')] }),
      newAlert('both sides', { decisions: [newDecision('192.0.1.1'), newDecision('192.0.3.1')] }),
      newAlert('none', { decisions: [newDecision('FR', { scope: 'Country', cidr: null })] }),
    ])
    const cidr = parseAddress(address)
    if (!cidr) throw new Error('bad case')
    const found = await alerts.page(
      { address: { cidr, contains } },
      { limit: 9, order: 'asc', withDecisions: false },
    )
    expect(found.map(({ source }) => source.value)).toEqual(expected)
  })
}

function decisionContract(store: () => Store): void {
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

function allowlistContract(store: () => Store): void {
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

function textContract(store: () => Store): void {
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

function changeContract(store: () => Store): void {
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

function keptContract(store: () => Store): void {
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
