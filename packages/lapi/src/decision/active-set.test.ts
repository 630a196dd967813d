import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ActiveSet } from './active-set.ts'
import { parseAddress } from './address.ts'
import type { Decision } from './decision.ts'
import { ActiveReader } from './active-reader.ts'
import { type DecisionFilter, decisionTest } from './decision-filter.ts'

const values = [
  '192.0.2.1',
  '192.0.2.2',
  '192.0.2.0/24',
  '192.0.0.0/16',
  '0.0.0.0/0',
  '::ffff:192.0.2.1',
  '2001:db8::1',
  '2001:db8::/32',
  '::/0',
  'FR',
]

function decision(id: number, value: string, until: number): Decision {
  const cidr = parseAddress(value)
  return {
    id,
    uuid: `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`,
    alertId: 1,
    origin: 'o',
    scenario: 's',
    scope: cidr ? 'Ip' : 'Country',
    type: id % 3 === 0 ? 'captcha' : 'ban',
    value,
    cidr,
    simulated: false,
    createdAt: id,
    until,
  }
}

type Step =
  | { kind: 'add'; value: string; lasts: number }
  | { kind: 'end' | 'forget'; pick: number }
  | { kind: 'wait'; ms: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('add' as const),
    value: fc.constantFrom(...values),
    lasts: fc.integer({ min: -5, max: 60 }),
  }),
  fc.record({ kind: fc.constantFrom('end' as const, 'forget' as const), pick: fc.nat() }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 20 }) }),
)

/** The same, kept as one plain list. */
class Naive {
  list: Decision[] = []

  active(now: number): Decision[] {
    return this.list.filter(({ until }) => until >= now)
  }

  ended(after: number, before: number): Decision[] {
    return this.list.filter(({ until }) => until > after && until < before)
  }

  isOutlasted(one: Decision, now: number): boolean {
    return this.active(now).some(
      ({ value, type, until }) => value === one.value && type === one.type && until > one.until,
    )
  }
}

function ids(decisions: Iterable<Decision>): number[] {
  return [...decisions].map(({ id }) => id).sort((a, b) => a - b)
}

/** Ids of what a reader finds, a few at a time. */
function read(set: ActiveSet, filter: DecisionFilter): number[] {
  const reader = new ActiveReader(set, filter, { after: 0, upTo: set.version })
  const found: number[] = []
  while (reader.step((slot) => found.push(set.rows.id(slot)) % 3 !== 0));
  return found.sort((a, b) => a - b)
}

const noFilter: DecisionFilter = { contains: true, scopes: [], withSimulated: true }

function checkReads(set: ActiveSet, naive: Naive, now: number): void {
  expect(ids(set.after(0, 1e9))).toEqual(ids(naive.active(now)))
  expect(set.size).toBe(naive.active(now).length)
  for (const value of values) {
    const cidr = parseAddress(value)
    const filters: DecisionFilter[] = [{ ...noFilter, value }]
    if (cidr) filters.push({ ...noFilter, cidr }, { ...noFilter, cidr, contains: false })
    filters.push({ ...noFilter, type: 'captcha' }, { ...noFilter, origins: new Set(['x']) })
    for (const filter of filters) {
      const test = decisionTest(filter)
      const expected = naive.active(now).filter(test)
      expect(read(set, filter)).toEqual(ids(expected))
    }
  }
  for (const one of naive.list) expect(set.outlastTest()(one)).toBe(naive.isOutlasted(one, now))
}

describe('the active set', () => {
  it('answers as a plain list would, whatever happens', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const set = new ActiveSet(0)
        const naive = new Naive()
        let now = 1000
        let nextId = 1
        for (const one of steps) {
          if (one.kind === 'wait') now += one.ms
          set.expire(now)
          if (one.kind === 'add') {
            const added = decision(nextId++, one.value, now + one.lasts)
            naive.list.push(added)
            set.add([added], now)
          } else if (one.kind !== 'wait') {
            const victim = naive.list[one.pick % Math.max(1, naive.list.length)]
            if (!victim) continue
            naive.list = naive.list.filter(({ id }) => id !== victim.id)
            if (one.kind === 'forget') set.forget([victim.id])
            else {
              set.end([victim], now)
              naive.list.push({ ...victim, until: now })
              now++
            }
          }
        }
        set.expire(now)
        checkReads(set, naive, now)
        expect(ids(set.endedBetween(900, now) ?? [])).toEqual(ids(naive.ended(900, now)))
        expect(ids(set.endedBetween(1010, now - 5) ?? [])).toEqual(ids(naive.ended(1010, now - 5)))
      }),
      { numRuns: 300 },
    )
  })

  it('gives what came after a version at the cost of just that', () => {
    const set = new ActiveSet(0)
    set.add(
      Array.from({ length: 5000 }, (_, i) => decision(i + 1, `198.18.${i >> 8}.${i & 255}`, 9000)),
      0,
    )
    const { version } = set
    set.add([decision(6000, '192.0.2.1', 9000)], 0)
    expect(ids(set.after(version, 10))).toEqual([6000])
    expect(ids(set.after(0, 3))).toEqual([1, 2, 3])
    set.forget(Array.from({ length: 4990 }, (_, i) => i + 1))
    expect(ids(set.after(version, 10))).toEqual([6000])
    expect(ids(set.after(0, 1e9))).toHaveLength(11)
  })

  it('finds the version of a time', () => {
    const set = new ActiveSet(0)
    set.add([decision(10, 'FR', 9e9), decision(20, 'FR', 9e9)], 0)
    expect([5, 10, 15, 20, 25].map((time) => set.versionAt(time))).toEqual([0, 1, 1, 2, 2])
  })

  it('says when it cannot know what ended so long ago', () => {
    const set = new ActiveSet(1000, 10)
    expect(set.endedBetween(998, 2000)).toBeNull()
    expect(set.endedBetween(999, 2000)).toEqual([])
    for (let id = 1; id <= 30; id++) set.add([decision(id, 'FR', 1000 + id)], 2000)
    expect(set.endedBetween(1000, 2000)).toBeNull()
    expect(ids(set.endedBetween(1025, 2000) ?? [])).toEqual([26, 27, 28, 29, 30])
  })

  it('stays right while tens of thousands come and go', () => {
    const set = new ActiveSet(0)
    const held = new Map<number, Decision>()
    // A fixed sequence that looks like chance.
    let seed = 1
    const chance = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below
    let now = 0
    for (let id = 1; id <= 30_000; id++) {
      const address = `198.${18 + chance(2)}.${chance(64)}.${chance(256)}`
      const value = chance(20) === 0 ? `2001:db8::${chance(9999)}` : address
      const added = decision(id, value, now + 1 + chance(4000))
      set.add([added], now)
      held.set(id, added)
      if (chance(3) === 0) {
        const victim = held.get(1 + chance(id))
        if (victim) set.forget([victim.id])
        if (victim) held.delete(victim.id)
      }
      now += chance(2)
      set.expire(now)
    }
    for (const [id, { until }] of held) if (until < now) held.delete(id)
    expect(held.size).toBeGreaterThan(1000)
    expect(set.size).toBe(held.size)
    expect(ids(set.after(0, 1e9))).toEqual(ids(held.values()))
    const sample = [...held.values()].filter(({ id }) => id % 50 === 0)
    for (const one of sample) {
      const { cidr } = one
      expect(set.get(one.id)).toMatchObject(one)
      const same = [...held.values()].filter(({ value }) => value === one.value)
      expect(read(set, { ...noFilter, value: one.value })).toEqual(ids(same))
      expect(read(set, { ...noFilter, ...(cidr ? { cidr } : {}) })).toEqual(ids(same))
    }
    set.expire(now + 10_000)
    expect(set.size).toBe(0)
  })
})
