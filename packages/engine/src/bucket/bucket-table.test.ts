import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BucketTable, none } from './bucket-table.ts'
import type { LogTime } from './log-time.ts'
import type { Scenario } from './scenario.ts'

/** What the table asks of scenarios; the third shares the buckets of the first. */
const scenarios = [
  { sharedKey: 'a', lifetimeNs: 10e9, capacity: 2, leakNs: 5e9 },
  { sharedKey: 'b', lifetimeNs: 60e9, capacity: 1000, leakNs: 1e9 },
  { sharedKey: 'a', lifetimeNs: 99e9, capacity: 9, leakNs: 9e9 },
] as unknown as readonly Scenario[]

const at = (seconds: number): LogTime => ({ seconds, nanoseconds: 500_000_000, offsetMinutes: -330 })

describe('BucketTable', () => {
  it('finds the bucket of a group for a scenario and for those that share it', () => {
    const table = new BucketTable(scenarios)
    const first = table.create(0, '192.0.2.1', 'replay', 7)
    const second = table.create(1, '192.0.2.1', 'live', 8)
    const group = table.groupOf('192.0.2.1')
    expect([0, 1, 2].map((scenario) => table.find(group, scenario, none))).toEqual([first, second, first])
    expect(table.find(group, 1, first)).toBe(second)
    expect([first, second].map((bucket) => table.isLive(bucket))).toEqual([false, true])
    expect([first, second].map((bucket) => table.bornMs(bucket))).toEqual([7, 8])
    expect(table.groupOf('192.0.2.2')).toBe(none)
  })

  it('keeps times as they are, fractions and zones included', () => {
    const table = new BucketTable(scenarios)
    const bucket = table.create(0, '', 'replay', 0)
    expect([table.first(bucket), table.last(bucket)]).toEqual([null, null])
    table.pour(bucket, at(-5))
    table.pour(bucket, { seconds: 253_402_300_799, nanoseconds: 999_999_999, offsetMinutes: 1439 })
    expect(table.first(bucket)).toEqual(at(-5))
    expect(table.last(bucket)).toEqual({
      seconds: 253_402_300_799,
      nanoseconds: 999_999_999,
      offsetMinutes: 1439,
    })
  })

  it('tells when a bucket is over, and whether one more event fits', () => {
    const table = new BucketTable(scenarios)
    const bucket = table.create(0, '', 'replay', 0)
    expect(table.isOver(bucket, at(1e9))).toBe(false)
    for (const expected of [true, true, false]) {
      expect(table.take(bucket, at(100))).toBe(expected)
      if (expected) table.pour(bucket, at(100))
    }
    expect(table.take(bucket, at(105))).toBe(true)
    expect([110, 111].map((seconds) => table.isOver(bucket, at(seconds)))).toEqual([false, true])
  })

  it('is what a plain list of buckets is, whatever is created, filled and removed', () => {
    const action = fc.record({
      kind: fc.constantFrom('create', 'create', 'remove', 'enqueue', 'enqueue', 'dequeue'),
      scenario: fc.nat(1),
      group: fc.nat(6),
      event: fc.nat(1_000_000),
    })
    fc.assert(
      fc.property(fc.array(action, { maxLength: 400 }), (actions) => {
        const table = new BucketTable(scenarios)
        const model = new Map<string, { bucket: number; queue: number[] }>()
        for (const { kind, scenario, group, event } of actions) {
          const key = `${scenario} ${group}`
          const known = model.get(key)
          if (kind === 'create' && !known) {
            model.set(key, { bucket: table.create(scenario, `group ${group}`, 'replay', event), queue: [] })
          }
          if (!known) continue
          if (kind === 'enqueue') {
            table.enqueue(known.bucket, event)
            known.queue.push(event)
          }
          if (kind === 'dequeue') expect(table.dequeue(known.bucket)).toBe(known.queue.shift() ?? none)
          if (kind !== 'remove') continue
          while (table.dequeue(known.bucket) !== none);
          table.remove(known.bucket)
          model.delete(key)
        }
        expect(table.size).toBe(model.size)
        expect(new Set(table.buckets())).toEqual(new Set([...model.values()].map(({ bucket }) => bucket)))
        for (const [key, { bucket, queue }] of model) {
          const [scenario, group] = key.split(' ')
          const number = table.groupOf(`group ${group}`)
          expect(table.find(number, Number(scenario), none)).toBe(bucket)
          expect(table.groupText(bucket)).toBe(`group ${group}`)
          expect(table.queue(bucket)).toEqual(queue)
        }
      }),
    )
  })
})
