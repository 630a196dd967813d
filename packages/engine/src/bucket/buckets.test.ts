import { describe, expect, it } from 'vitest'
import { bench, lineEvent, scenarioItem, scenarioText, timeText } from './pour-fixture.ts'

const leaky = { type: 'leaky', capacity: 2, leakspeed: '10s', groupby: 'evt.Meta.source_ip' }
const one = (fields: Record<string, unknown>) => [scenarioItem(scenarioText(fields))]

describe('a leaky bucket', () => {
  it('overflows with one event more than its capacity, the overflowing one included', () => {
    const own = bench('replay', one(leaky))
    for (const at of [0, 1, 2]) own.pour({}, at)
    expect(own.summary()).toEqual(['3/3'])
    expect(own.overflows[0]?.alerts[0]).toMatchObject({
      message: "Ip 192.0.2.1 performed 'test/scenario' (3 events over 2s) at 2026-03-14 12:00:02 +0000 UTC",
      capacity: 2,
      leakspeed: '10s',
      startAt: '2026-03-14T12:00:00Z',
      stopAt: '2026-03-14T12:00:02Z',
    })
  })

  it('starts afresh after an overflow, and keeps partitions apart', () => {
    const own = bench('replay', one(leaky))
    for (const at of [0, 0, 0, 0, 0]) own.pour({}, at)
    for (const at of [0, 0]) own.pour({ source_ip: '192.0.2.2' }, at)
    expect(own.summary()).toEqual(['3/3'])
    own.pour({}, 0)
    own.pour({ source_ip: '192.0.2.2' }, 0)
    expect(own.overflows.map(({ alerts }) => alerts[0]?.source.ip)).toEqual([
      '192.0.2.1',
      '192.0.2.1',
      '192.0.2.2',
    ])
  })

  it('counts all events but keeps only the newest', () => {
    const own = bench('replay', one(leaky))
    for (let at = 0; at < 100; at += 8) own.pour({ n: String(at) }, at)
    expect(own.summary()).toEqual(['7/3'])
    expect(own.overflows[0]?.alerts[0]?.events.map(({ meta }) => meta[0])).toEqual([
      ['n', '32'],
      ['n', '40'],
      ['n', '48'],
    ])
  })

  it('keeps fewer events with a cache_size', () => {
    const own = bench('replay', one({ ...leaky, capacity: 5, cache_size: 1 }))
    for (let count = 0; count < 6; count++) own.pour({}, 0)
    expect(own.summary()).toEqual(['6/2'])
  })

  it('is replaced where a line comes after its lifetime, even by the clock of the lines alone', () => {
    const own = bench('replay', one(leaky))
    for (const at of [0, 0, 30]) own.pour({}, at)
    expect(own.summary()).toEqual([])
    const late = bench('replay', one({ ...leaky, leakspeed: '10h' }))
    for (const at of [0, 0, 108_001]) late.pour({}, at)
    expect(late.summary()).toEqual([])
  })

  it('takes no line whose time is unknown', () => {
    const own = bench('replay', one(leaky))
    for (let count = 0; count < 4; count++) {
      const event = lineEvent('replay', {}, 0)
      event.marshaledTime = 'yesterday'
      own.pourEvent(event)
    }
    expect(own.summary()).toEqual([])
    expect(own.buckets.counters.untimed).toBe(4)
    expect(own.buckets.store.size).toBe(0)
  })

  it('ends in live when nothing was poured for its lifetime', () => {
    const own = bench('live', one(leaky))
    own.pour({}, 0)
    own.pour({}, 20)
    own.tick(49)
    expect(own.buckets.store.size).toBe(1)
    own.tick(50)
    expect(own.buckets.store.size).toBe(0)
    expect(own.buckets.store.expired).toBe(1)
  })

  it('ends in live by its deadline even before the clock ticks', () => {
    const own = bench('live', one(leaky))
    for (const at of [0, 0, 31]) own.pour({}, at)
    expect(own.summary()).toEqual([])
  })

  it('overflows at the end of a duration, which is not prolonged', () => {
    const own = bench('live', one({ ...leaky, capacity: 10, duration: '60s' }))
    own.pour({}, 0)
    own.pour({}, 50)
    own.tick(59)
    expect(own.summary()).toEqual([])
    own.tick(75)
    expect(own.summary()).toEqual(['2/2'])
    expect(own.overflows[0]?.alerts[0]?.stopAt).toBe('2026-03-14T12:01:00Z')
  })
})

describe('a trigger', () => {
  it('overflows with every event, stamped now where its line has no time', () => {
    const own = bench('replay', one({ type: 'trigger', distinct: 'evt.Meta.user' }))
    own.pour({ user: 'a' }, 5)
    const untimed = lineEvent('replay', { user: 'a' }, 0)
    untimed.marshaledTime = ''
    own.pourEvent(untimed)
    expect(own.overflows.map(({ alerts }) => alerts[0]?.stopAt)).toEqual([
      '2026-03-14T12:00:05Z',
      '2026-03-14T12:00:00Z',
    ])
    expect(own.summary()).toEqual(['1/1', '1/1'])
  })
})

describe('a counter', () => {
  const counter = { type: 'counter', capacity: -1, duration: '30s', groupby: 'evt.Meta.source_ip' }

  it('overflows its duration after the first event, with all events', () => {
    const own = bench('live', one(counter))
    for (const at of [0, 10, 20]) own.pour({}, at)
    own.tick(30)
    expect(own.summary()).toEqual(['3/3'])
  })

  it('never overflows in replay', () => {
    const own = bench('replay', one(counter))
    for (const at of [0, 10, 20, 100]) own.pour({}, at)
    expect(own.summary()).toEqual([])
  })
})

describe('a conditional bucket', () => {
  it('overflows when its condition holds over the queue', () => {
    const condition = "any(queue.Queue, .Meta.step == '1') and any(queue.Queue, .Meta.step == '2')"
    const own = bench('replay', one({ type: 'conditional', capacity: -1, leakspeed: '1m', condition }))
    own.pour({ step: '2' }, 0)
    own.pour({ step: '3' }, 0)
    own.pour({ step: '1' }, 0)
    own.pour({ step: '2' }, 0)
    expect(own.summary()).toEqual(['3/3'])
  })

  it('sees itself and the event, and survives a condition that fails', () => {
    const condition = 'leaky.Total_count == 2 || int(evt.Meta.n) > 5'
    const own = bench('replay', one({ type: 'conditional', capacity: -1, leakspeed: '1m', condition }))
    own.pour({ n: 'x' }, 0)
    expect(own.summary()).toEqual([])
    own.pour({ n: 'x' }, 0)
    expect(own.summary()).toEqual(['2/2'])
  })
})

describe('a bayesian bucket', () => {
  const base = {
    type: 'bayesian',
    capacity: -1,
    leakspeed: '1m',
    bayesian_prior: 0.5,
    bayesian_threshold: 0.85,
  }
  const evidence = (condition: string, guillotine = false) => ({
    condition,
    prob_given_evil: 0.8,
    prob_given_benign: 0.2,
    guillotine,
  })

  it('weighs all observations anew with every event', () => {
    const bayesian_conditions = [evidence("evt.Meta.a == '1'"), evidence("evt.Meta.b == '1'")]
    const own = bench('replay', one({ ...base, bayesian_conditions }))
    own.pour({ a: '1' }, 0)
    own.pour({ b: '1' }, 0)
    expect(own.summary()).toEqual([])
    own.pour({ a: '1', b: '1' }, 0)
    expect(own.summary()).toEqual(['3/3'])
  })

  it('keeps an observation with a guillotine, bucket by bucket', () => {
    const bayesian_conditions = [evidence("evt.Meta.a == '1'", true), evidence("evt.Meta.b == '1'")]
    const own = bench('replay', one({ ...base, groupby: 'evt.Meta.source_ip', bayesian_conditions }))
    own.pour({ a: '1' }, 0)
    own.pour({ b: '1', source_ip: '192.0.2.9' }, 0)
    expect(own.summary()).toEqual([])
    own.pour({ b: '1' }, 0)
    expect(own.summary()).toEqual(['2/2'])
  })
})

describe('what is not poured', () => {
  it('leaves out events whose distinct value was seen, which neither count nor prolong the bucket', () => {
    const own = bench('live', one({ ...leaky, distinct: 'evt.Meta.user' }))
    for (const user of ['a', 'a', 'b', 'a']) own.pour({ user }, 0)
    expect(own.summary()).toEqual([])
    own.pour({ user: 'a' }, 25)
    own.tick(30)
    expect(own.buckets.store.size).toBe(0)
    for (const user of ['a', 'b', 'c']) own.pour({ user }, 31)
    expect(own.summary()).toEqual(['3/3'])
  })

  it('takes a distinct that is no text as empty, and pours where it fails', () => {
    const empty = bench('replay', one({ ...leaky, distinct: 'len(evt.Meta.user)' }))
    for (const user of ['a', 'bb', 'ccc']) empty.pour({ user }, 0)
    expect(empty.buckets.counters).toMatchObject({ poured: 1, discarded: 2 })
    const failing = bench('replay', one({ ...leaky, distinct: 'evt.Unmarshaled.x.y' }))
    for (const user of ['a', 'bb', 'ccc']) failing.pour({ user }, 0)
    expect(failing.summary()).toEqual(['3/3'])
  })

  it('ends a bucket with cancel_on, without the event', () => {
    const own = bench('replay', one({ ...leaky, cancel_on: "evt.Meta.kind == 'success'" }))
    for (const kind of ['failure', 'failure', 'success', 'failure', 'failure']) own.pour({ kind }, 0)
    expect(own.summary()).toEqual([])
    own.pour({ kind: 'failure' }, 0)
    expect(own.summary()).toEqual(['3/3'])
  })

  it('goes on with the other scenarios where a filter or a groupby fails', () => {
    const items = [
      scenarioItem(scenarioText({ type: 'trigger', filter: 'evt.Unmarshaled.a.b == 1' }), 'test/a'),
      scenarioItem(scenarioText({ type: 'trigger', groupby: 'evt.Unmarshaled.a' }), 'test/b'),
      scenarioItem(scenarioText({ type: 'trigger', name: 'test/good' }), 'test/c'),
    ]
    const own = bench('replay', items)
    own.pour({}, 0)
    expect(own.overflows.map(({ scenario }) => scenario)).toEqual(['test/good'])
    expect(own.buckets.counters.failed).toBe(2)
  })
})

describe('scenarios of equal name and filter', () => {
  it('share their buckets: each pours its copy of an event into the bucket of the first', () => {
    const documents = [
      { ...leaky, capacity: 5 },
      { ...leaky, capacity: 50 },
    ].map(scenarioText)
    const own = bench('replay', [scenarioItem(documents.join('\n---\n'))])
    for (let count = 0; count < 3; count++) own.pour({}, 0)
    expect(own.summary()).toEqual(['6/6'])
  })

  it('do not share where their filters differ', () => {
    const documents = [leaky, { ...leaky, filter: "'ssh' == evt.Meta.service" }].map(scenarioText)
    const own = bench('replay', [scenarioItem(documents.join('\n---\n'))])
    own.pour({}, 0)
    own.pour({}, 0)
    expect(own.buckets.store.size).toBe(2)
  })
})

describe('a filter that writes', () => {
  it('is seen by the scenarios after it, also by those found by what it wrote', () => {
    const items = [
      scenarioItem(
        scenarioText({ type: 'trigger', filter: "evt.Meta.service == 'ssh' && evt.SetMeta('kind', 'new')" }),
        'test/a',
      ),
      scenarioItem(
        scenarioText({ type: 'trigger', name: 'test/b', filter: "evt.Meta.kind == 'new'" }),
        'test/b',
      ),
    ]
    const own = bench('replay', items)
    own.pour({ kind: 'old' }, 0)
    expect(own.overflows.map(({ scenario }) => scenario)).toEqual(['test/scenario', 'test/b'])
  })
})

describe('a demand of a kind that is not met', () => {
  it.each([
    [{ type: 'trigger', capacity: 3 }, 'a trigger has no capacity'],
    [{ type: 'leaky', leakspeed: '1s' }, 'a leaky bucket needs a capacity of at least 1'],
    [{ type: 'leaky', capacity: 1 }, 'a leaky bucket needs a leakspeed above zero'],
    [{ type: 'counter', capacity: -1 }, 'a counter needs a duration above zero'],
    [{ type: 'counter', capacity: 1, duration: '1m' }, 'a counter needs a capacity of -1'],
    [{ type: 'conditional', leakspeed: '1m' }, 'a conditional bucket needs a condition'],
    [{ type: 'trigger', scope: { type: 'username' } }, 'scope username needs an expression'],
    [{ type: 'trigger', scope: { type: 'Ip', expression: 'evt.Meta.x' } }, 'scope Ip takes no expression'],
    [{ type: 'trigger', filter: 'evt.Metta.x == 1' }, 'cannot compile filter: '],
    [{ type: 'trigger', filter: 'evt.Meta.x' }, 'cannot compile filter: '],
  ])('%j is refused with its place', (fields, reason) => {
    expect(() => bench('live', one(fields))).toThrow(
      expect.objectContaining({
        errors: expect.arrayContaining([
          expect.objectContaining({
            message: expect.stringContaining(reason),
            where: expect.objectContaining({ file: 'scenarios/test/scenario.yaml', line: 1 }),
          }),
        ]),
      }),
    )
  })
})

describe('timeText', () => {
  it('counts from noon', () => {
    expect(timeText(0.5)).toBe('2026-03-14T12:00:00.5Z')
  })
})
