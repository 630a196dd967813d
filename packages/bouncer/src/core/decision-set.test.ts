import { parseCidr, type WireDecision } from '@tocsin/model'
import { describe, expect, it } from 'vitest'
import { setAt, told, wire } from '../../test/decision-set-at.ts'

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
    expect([...set.stats().origins]).toEqual([['crowdsec', 3]])
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
