import { describe, expect, it } from 'vitest'
import { bench, scenarioItem, scenarioText } from './pour-fixture.ts'

const leaky = { type: 'leaky', capacity: 2, leakspeed: '10s', groupby: 'evt.Meta.source_ip' }
const one = (fields: Record<string, unknown>) => [scenarioItem(scenarioText(fields))]

describe('memory', () => {
  it('gives up the buckets poured least recently once all together are too large', () => {
    const own = bench('live', one({ ...leaky, capacity: 100 }), 100_000)
    for (let count = 0; count < 1000; count++) own.pour({ source_ip: `10.0.${count >> 8}.${count & 255}` }, 0)
    expect(own.buckets.store.bytes).toBeLessThanOrEqual(100_000)
    expect(own.buckets.store.evicted).toBeGreaterThanOrEqual(850)
    expect(own.buckets.store.size + own.buckets.store.evicted).toBe(1000)
  })

  it('cuts queues without a limit before it gives up buckets', () => {
    const fields = { type: 'conditional', capacity: -1, leakspeed: '1h', condition: 'false' }
    const own = bench('live', one({ ...fields, groupby: 'evt.Meta.source_ip' }), 1_000_000)
    own.pour({ source_ip: '192.0.2.9' }, 0)
    for (let count = 0; count < 6000; count++) own.pour({}, 0)
    expect(own.buckets.store).toMatchObject({ size: 2, evicted: 0 })
    expect(own.buckets.store.trimmed).toBeGreaterThan(1000)
    expect(own.buckets.store.bytes).toBeLessThanOrEqual(1_000_000)
  })

  it('lets buckets go that are over by the clock of the lines before any other', () => {
    const own = bench('replay', one({ ...leaky, capacity: 100 }), 1_000_000)
    for (let count = 0; count < 100_000; count += 100)
      own.pour({ source_ip: `10.0.0.${count % 256}`, n: '' }, count)
    for (let count = 0; count < 10_000; count++) {
      own.pour({ source_ip: `10.${count >> 8}.${count & 255}.1` }, 100_000 + count * 100)
    }
    expect(own.buckets.store.evicted).toBe(0)
    expect(own.buckets.store.bytes).toBeLessThanOrEqual(1_000_000)
  })

  it('is not emptied by one line with a date in the future', () => {
    const own = bench('replay', one({ ...leaky, capacity: 100 }), 200_000)
    own.pour({ source_ip: '192.0.2.9' }, 100_000_000)
    for (let count = 0; count < 5000; count++) {
      own.pour({ source_ip: `10.0.${count >> 8}.${count & 255}` }, count / 1000)
      if (count > 2000) expect(own.buckets.store.size).toBeGreaterThan(100)
    }
  })

  it('cuts one very long queue at once', () => {
    const fields = { type: 'conditional', capacity: -1, leakspeed: '1h', condition: 'false' }
    const own = bench('replay', one(fields), 20_000_000)
    for (let count = 0; count < 60_000; count++) own.pour({}, 0)
    const before = process.cpuUsage()
    while (own.buckets.store.trimmed === 0) own.pour({}, 0)
    const { user } = process.cpuUsage(before)
    expect(user).toBeLessThan(1_000_000)
    expect(own.buckets.store.bytes).toBeLessThanOrEqual(20_000_000)
  })

  it('counts what ends as the log moves on', () => {
    const own = bench('replay', one({ ...leaky, capacity: 100 }), 1_000_000)
    for (let count = 0; count < 6000; count++) {
      own.pour({ source_ip: `10.0.${count >> 8}.${count & 255}` }, count * 100)
    }
    const { size, expired, evicted } = own.buckets.store
    expect(size + expired + evicted).toBe(6000)
    expect(expired).toBeGreaterThan(3000)
    expect(evicted).toBe(0)
  })

  it('keeps one event where an item asks for fewer than none', () => {
    const fields = { type: 'conditional', capacity: -2, leakspeed: '1h', condition: 'len(queue.Queue) > 1' }
    const own = bench('replay', one(fields))
    for (let count = 0; count < 5; count++) own.pour({}, count)
    expect(own.summary()).toEqual([])
    expect(own.buckets.store.size).toBe(1)
  })

  it('holds nothing of buckets that are gone', () => {
    const own = bench('live', one(leaky))
    for (let count = 0; count < 300; count++) own.pour({}, 0)
    expect(own.overflows).toHaveLength(100)
    expect(own.buckets.store).toMatchObject({ size: 0, bytes: 0 })
  })
})
