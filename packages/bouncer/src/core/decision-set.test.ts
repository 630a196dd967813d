import {
  type Cidr,
  cidrContains,
  cidrCovers,
  formatCidr,
  parseCidr,
  parseIp,
  parseIpOrCidr,
  type WireDecision,
} from '@tocsin/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DecisionSet, type DecisionSetOptions } from './decision-set.ts'
import type { Changes } from './remediation.ts'

function wire(value: string, fields: Partial<WireDecision> = {}): WireDecision {
  const scope = value.includes('/') ? 'Range' : 'Ip'
  return {
    id: 1,
    origin: 'crowdsec',
    scenario: 'test/bf',
    scope,
    type: 'ban',
    value,
    duration: '1h0m0s',
    ...fields,
  }
}

/** A set with a clock of its own, in whole seconds. */
function setAt(options: DecisionSetOptions = {}) {
  const time = { now: 1_000_000 }
  const set = new DecisionSet({ clock: () => time.now, ...options })
  const pull = (answer: { new?: WireDecision[]; deleted?: WireDecision[] }, startup = false): Changes => {
    const progress = set.begin({ startup, at: time.now })
    progress.add({ kind: 'new', decisions: answer.new ?? [] })
    progress.add({ kind: 'deleted', decisions: answer.deleted ?? [] })
    progress.finish()
    return set.commit()
  }
  const lookup = (text: string) => {
    const ip = parseIp(text)
    if (!ip) throw new Error(`${text} is no address`)
    return set.lookup(ip)?.remediation ?? null
  }
  return { set, time, pull, lookup }
}

function told(changes: Changes) {
  return {
    added: changes.added.map(({ block, remediation }) => `${formatCidr(block)} ${remediation.type}`).sort(),
    removed: changes.removed.map(({ block }) => formatCidr(block)).sort(),
  }
}

describe('DecisionSet', () => {
  it('holds addresses and ranges of both families and finds them', () => {
    const { set, pull, lookup } = setAt()
    const values = ['192.0.2.1', '198.51.100.0/24', '2001:db8::1', '2001:db8:1::/48']
    const changes = pull({ new: values.map((value, id) => wire(value, { id })) }, true)
    expect(told(changes)).toEqual({
      added: ['192.0.2.1/32 ban', '198.51.100.0/24 ban', '2001:db8:1::/48 ban', '2001:db8::1/128 ban'],
      removed: [],
    })
    expect(set.stats()).toMatchObject({ decisions: 4, addresses4: 1, addresses6: 1, ranges4: 1, ranges6: 1 })
    expect(lookup('198.51.100.77')).toMatchObject({ type: 'ban', id: 1, scenario: 'test/bf' })
    expect(lookup('2001:db8:1:2::3')?.id).toBe(3)
    expect(lookup('192.0.2.2')).toBeNull()
    expect(lookup('2001:db8::2')).toBeNull()
  })

  it('knows an IPv4 address by its IPv4-mapped name', () => {
    const { pull, lookup, set } = setAt()
    pull({
      new: [
        wire('::ffff:192.0.2.1', { id: 1 }),
        wire('192.0.2.1', { id: 2 }),
        wire('::ffff:203.0.113.0/120'),
      ],
    })
    expect(set.size).toBe(2)
    expect(lookup('::ffff:192.0.2.1')?.type).toBe('ban')
    expect(lookup('203.0.113.9')?.type).toBe('ban')
  })

  it('lets the longest of several decisions count, and falls back when it is lifted', () => {
    const { pull, lookup, time } = setAt()
    pull({
      new: [wire('192.0.2.1', { id: 1, duration: '1h' }), wire('192.0.2.1', { id: 2, duration: '4h' })],
    })
    expect(lookup('192.0.2.1')?.until).toBe(time.now + 4 * 3_600_000)
    const lifted = pull({ deleted: [wire('192.0.2.1', { id: 2, duration: '-1s' })] })
    expect(lifted.added[0]?.previous?.id).toBe(2)
    expect(lookup('192.0.2.1')?.until).toBe(time.now + 3_600_000)
    expect(told(pull({ deleted: [wire('192.0.2.1', { id: 1, duration: '-1s' })] })).removed).toEqual([
      '192.0.2.1/32',
    ])
    expect(lookup('192.0.2.1')).toBeNull()
  })

  it('keeps a ban that is lifted and made anew in one answer, whatever their order', () => {
    const { pull, set } = setAt()
    pull({ new: [wire('192.0.2.1', { id: 1 })] })
    expect(
      told(pull({ new: [wire('192.0.2.1', { id: 2 })], deleted: [wire('192.0.2.1', { id: 1 })] })),
    ).toEqual({
      added: [],
      removed: [],
    })
    const bare = wire('192.0.2.9')
    delete bare.id
    pull({ new: [bare] })
    expect(told(pull({ new: [bare], deleted: [bare] })).removed).toEqual([])
    expect(told(pull({ deleted: [bare] })).removed).toEqual(['192.0.2.9/32'])
    expect(set.size).toBe(1)
  })

  it('lets the strongest type count and the weaker one take over', () => {
    const { pull, lookup, time, set } = setAt({ types: ['ban', 'captcha'] })
    pull({
      new: [
        wire('192.0.2.1', { id: 1, type: 'captcha', duration: '4h' }),
        wire('192.0.2.1', { id: 2, type: 'ban', duration: '1h' }),
      ],
    })
    expect(lookup('192.0.2.1')?.type).toBe('ban')
    time.now += 3_600_000
    expect(lookup('192.0.2.1')?.type).toBe('captcha')
    set.expire()
    expect(told(set.commit()).added).toEqual(['192.0.2.1/32 captcha'])
  })

  it('takes the stronger remediation of a wider range, of equals the narrower block', () => {
    const { pull, lookup } = setAt({ types: ['ban', 'captcha'] })
    pull({
      new: [
        wire('192.0.2.1', { id: 1, type: 'captcha' }),
        wire('192.0.2.0/24', { id: 2 }),
        wire('192.0.0.0/16', { id: 3 }),
      ],
    })
    expect(lookup('192.0.2.1')?.id).toBe(2)
    expect(lookup('192.0.9.1')?.id).toBe(3)
  })

  it('ends decisions at their time, without the Local API', () => {
    const { pull, lookup, time, set } = setAt()
    pull({ new: [wire('192.0.2.1', { duration: '59s' }), wire('192.0.2.2', { id: 2, duration: '1m1s' })] })
    time.now += 59_999 - 1_000
    expect(lookup('192.0.2.1')).not.toBeNull()
    time.now += 1_001
    expect(lookup('192.0.2.1')).toBeNull()
    set.expire()
    const { removed } = set.commit()
    expect(removed).toHaveLength(1)
    expect(removed[0]?.remediation.until).toBeLessThanOrEqual(time.now)
    expect(set.stats()).toMatchObject({ decisions: 1, addresses4: 1 })
  })

  it('drops what a startup answer does not name, and says nothing about what stays', () => {
    const { pull, time } = setAt()
    pull({ new: [wire('192.0.2.1', { id: 1 }), wire('192.0.2.2', { id: 2 })] }, true)
    time.now += 600_000
    const again = pull(
      { new: [wire('192.0.2.2', { id: 2, duration: '50m1s' }), wire('192.0.2.3', { id: 3 })] },
      true,
    )
    expect(told(again)).toEqual({ added: ['192.0.2.3/32 ban'], removed: ['192.0.2.1/32'] })
  })

  it('drops nothing when a startup answer breaks off', () => {
    const { set, time, lookup, pull } = setAt()
    pull({ new: [wire('192.0.2.1', { id: 1 })] }, true)
    set.begin({ startup: true, at: time.now }).add({ kind: 'new', decisions: [wire('192.0.2.2', { id: 2 })] })
    expect(told(set.commit())).toEqual({ added: ['192.0.2.2/32 ban'], removed: [] })
    expect(lookup('192.0.2.1')).not.toBeNull()
  })

  it('ignores what a startup answer lists as deleted', () => {
    const { pull } = setAt()
    const changes = pull(
      { new: [wire('192.0.2.1', { id: 1 })], deleted: [wire('192.0.2.1', { id: 1 })] },
      true,
    )
    expect(told(changes).added).toEqual(['192.0.2.1/32 ban'])
  })

  it('never enforces on the loopback or an allowed block', () => {
    const allow = [parseCidr('10.0.0.0/8'), parseCidr('2001:db8::/32')].filter((block) => block !== null)
    const { pull, lookup, set } = setAt({ allow })
    const values = [
      '127.0.0.1',
      '127.1.0.0/16',
      '::1',
      '::ffff:127.0.0.1',
      '10.1.2.3',
      '2001:db8::/48',
      '0.0.0.0/0',
    ]
    pull({ new: values.map((value, id) => wire(value, { id })) })
    expect(set.size).toBe(1)
    expect(set.stats().leftOut.allowed).toBe(6)
    expect(lookup('127.0.0.1')).toBeNull()
    expect(lookup('10.9.9.9')).toBeNull()
    expect(lookup('192.0.2.1')).not.toBeNull()
  })

  it('lets an address go that becomes allowed, and holds it again when it is not any more', () => {
    const { pull, lookup, set } = setAt()
    const office = [parseCidr('192.0.2.0/24')].filter((block) => block !== null)
    pull({ new: [wire('192.0.2.1', { id: 1 }), wire('192.0.0.0/16', { id: 2 })] })
    set.setAllow(office)
    expect(told(set.commit())).toEqual({ added: [], removed: ['192.0.2.1/32'] })
    expect(lookup('192.0.2.1')).toBeNull()
    expect(lookup('192.0.3.1')?.id).toBe(2)
    pull({ new: [wire('192.0.2.2', { id: 3 })] })
    set.setAllow(office)
    expect(told(set.commit())).toEqual({ added: [], removed: [] })
    set.setAllow([])
    expect(told(set.commit())).toEqual({ added: ['192.0.2.1/32 ban', '192.0.2.2/32 ban'], removed: [] })
    expect(lookup('192.0.2.2')?.id).toBe(3)
    expect(lookup('127.0.0.1')).toBeNull()
  })

  it('takes what a pushed whole set lists as lifted', () => {
    const { set, time, lookup } = setAt()
    const progress = set.begin({ startup: true, at: time.now, pushed: true })
    progress.add({ kind: 'new', decisions: [wire('192.0.2.1', { id: 1 }), wire('192.0.2.2', { id: 2 })] })
    progress.add({ kind: 'deleted', decisions: [wire('192.0.2.1', { id: 1 })] })
    progress.finish()
    expect(lookup('192.0.2.1')).toBeNull()
    expect(lookup('192.0.2.2')).not.toBeNull()
  })

  it('holds the old set until the new one is whole, although both together are too many', () => {
    const { set, time, pull } = setAt({ maxDecisions: 100 })
    const some = (from: number, count: number) =>
      Array.from({ length: count }, (_, n) => wire(`192.0.2.${n}`, { id: from + n }))
    pull({ new: some(0, 100) }, true)
    const progress = set.begin({ startup: true, at: time.now })
    progress.add({ kind: 'new', decisions: some(1000, 120) })
    expect(set.stats()).toMatchObject({ decisions: 200, leftOut: { excess: 20 } })
    progress.finish()
    set.commitSilently()
    expect(set.stats()).toMatchObject({ decisions: 100, addresses4: 100 })
    pull({ new: some(2000, 1) })
    expect(set.stats()).toMatchObject({ decisions: 100, leftOut: { excess: 21 } })
  })

  it('counts what it leaves out', () => {
    const { pull, set } = setAt({ maxDecisions: 3 })
    const bad = [
      wire('192.0.2.1; drop'),
      wire('192.0.2.1', { duration: 'soon' }),
      wire('192.0.2.1', { scenario: 'x'.repeat(5000) }),
      wire('1.2.3.4/33'),
      { ...wire('192.0.2.1'), value: 7 } as unknown as WireDecision,
      null as unknown as WireDecision,
    ]
    const other = [
      wire('FR', { scope: 'Country' }),
      wire('192.0.2.1', { type: 'captcha' }),
      wire('192.0.2.1', { simulated: true }),
      wire('192.0.2.1', { duration: '0s' }),
    ]
    const good = [1, 2, 3, 4, 5].map((id) => wire(`192.0.2.${id}`, { id }))
    pull({ new: [...bad, ...other, ...good], deleted: bad })
    expect(set.stats()).toMatchObject({
      decisions: 3,
      leftOut: { malformed: 6, allowed: 0, types: 1, scopes: 1, excess: 2 },
    })
  })

  it('keeps the longest of very many decisions on one address', () => {
    const { pull, set, lookup, time } = setAt()
    const many = Array.from({ length: 1000 }, (_, id) => wire('192.0.2.1', { id, duration: `${id + 1}m` }))
    pull({ new: many.toReversed() })
    pull({ new: many })
    expect(set.stats().decisions).toBe(64)
    expect(lookup('192.0.2.1')?.until).toBe(time.now + 1000 * 60_000)
  })
})

const blocks = [
  '10.0.0.1',
  '10.0.0.2',
  '10.0.0.0/24',
  '10.0.0.0/8',
  '0.0.0.0/0',
  '127.0.0.1',
  '2001:db8::1',
  '2001:db8::/32',
]
const allowable = ['10.0.0.0/24', '10.0.0.2', '2001:db8::/16', '10.0.0.0/9']
const types = ['ban', 'captcha', 'odd']
const decisionArbitrary = fc.record({
  id: fc.integer({ min: 1, max: 12 }),
  type: fc.constantFrom(...types),
  seconds: fc.integer({ min: 3, max: 60 }).map((tens) => tens * 10),
})
const stepArbitrary = fc.oneof(
  fc.record({ do: fc.constant('new' as const), decisions: fc.array(decisionArbitrary, { maxLength: 5 }) }),
  fc.record({
    do: fc.constant('deleted' as const),
    decisions: fc.array(decisionArbitrary, { maxLength: 5 }),
  }),
  fc.record({
    do: fc.constant('startup' as const),
    decisions: fc.array(decisionArbitrary, { maxLength: 8 }),
  }),
  fc.record({ do: fc.constant('allow' as const), values: fc.subarray(allowable) }),
  fc.record({
    do: fc.constant('pass' as const),
    seconds: fc.integer({ min: 0, max: 30 }).map((tens) => tens * 10),
  }),
)

interface Known {
  value: string
  type: string
  until: number
}

/** One decision a number, each number on a block of its own choice: what the set is, without any cleverness. */
class Reference {
  readonly known = new Map<number, Known>()
  allow: Cidr[] = []

  isAllowed(value: string): boolean {
    const block = parseIpOrCidr(value)
    return block !== null && this.allow.some((outer) => cidrCovers(outer, block))
  }

  best(now: number, of: (value: string) => boolean): Known | undefined {
    const bits = (value: string) => parseIpOrCidr(value)?.bits ?? 0
    return Array.from(this.known.values())
      .filter(({ value, until }) => until > now && of(value))
      .sort(
        (a, b) =>
          types.indexOf(a.type) - types.indexOf(b.type) || bits(b.value) - bits(a.value) || b.until - a.until,
      )[0]
  }
}

describe('DecisionSet against a plain reference', () => {
  it('agrees after any history', () => {
    fc.assert(
      fc.property(fc.array(stepArbitrary, { maxLength: 30 }), (steps) => {
        const { set, time, pull, lookup } = setAt({ types: ['ban', 'captcha'], toleranceMs: 0 })
        const reference = new Reference()
        const host = new Map<string, string>()
        const apply = (changes: Changes) => {
          for (const { block } of changes.removed) expect(host.delete(formatCidr(block))).toBe(true)
          for (const { block, remediation, previous } of changes.added) {
            expect(host.has(formatCidr(block))).toBe(previous !== null)
            host.set(formatCidr(block), `${remediation.type} ${remediation.until}`)
          }
        }
        for (const step of steps) {
          if (step.do === 'allow') {
            reference.allow = step.values.map(parseIpOrCidr).filter((block) => block !== null)
            set.setAllow(reference.allow)
            apply(set.commit())
          } else if (step.do === 'pass') {
            time.now += step.seconds * 1000
            set.expire()
            apply(set.commit())
          } else {
            const decisions = step.decisions.map(({ id, type, seconds }) =>
              wire(blocks[id % blocks.length] ?? '', { id, type, duration: `${seconds}s` }),
            )
            if (step.do === 'startup') reference.known.clear()
            for (const { id = 0, value, type, duration } of decisions) {
              const until = time.now + Number.parseInt(duration, 10) * 1000
              const usable = type !== 'odd' && value !== '127.0.0.1'
              if (step.do === 'deleted') reference.known.delete(id)
              else if (usable) reference.known.set(id, { value, type, until })
            }
            apply(
              pull(
                step.do === 'deleted' ? { deleted: decisions } : { new: decisions },
                step.do === 'startup',
              ),
            )
          }
          compare(reference, time.now, host, set, lookup)
        }
      }),
      { numRuns: 300 },
    )
  })
})

function compare(
  reference: Reference,
  now: number,
  host: Map<string, string>,
  set: DecisionSet,
  lookup: (text: string) => { type: string; until: number } | null,
): void {
  for (const value of blocks) {
    const block = parseIpOrCidr(value)
    if (!block) continue
    const held = (candidate: string) => candidate === value && !reference.isAllowed(value)
    const best = reference.best(now, held)
    expect(host.get(formatCidr(block))).toBe(best && `${best.type} ${best.until}`)
    expect(set.get(block)?.until).toBe(best?.until)
  }
  expect(set.size).toBe(host.size)
  expect(Array.from(set.entries(), ({ block }) => formatCidr(block)).sort()).toEqual(
    Array.from(host.keys()).sort(),
  )
  for (const text of ['10.0.0.1', '10.0.0.9', '10.9.9.9', '11.0.0.0', '2001:db8::1', '2001:db8::2', '::2']) {
    const ip = parseIp(text)
    const around = (value: string) => {
      const block = parseIpOrCidr(value)
      return (
        !reference.isAllowed(text) &&
        block !== null &&
        ip !== null &&
        cidrContains(block, ip) &&
        cidrCovers(block, { ip, bits: block.bits })
      )
    }
    const best = reference.best(now, around)
    const found = lookup(text)
    expect(found && `${found.type} ${found.until}`).toBe(best ? `${best.type} ${best.until}` : null)
  }
}
