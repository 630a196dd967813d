import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ArcMap } from './arc.ts'
import type { BoundedMap } from './bounded-map.ts'
import { LruMap } from './lru.ts'
import { LfuMap } from './lfu.ts'

const strategies = {
  LRU: (limit: number) => new LruMap<string, number>(limit),
  LFU: (limit: number) => new LfuMap<number>(limit),
  ARC: (limit: number) => new ArcMap<number>(limit),
}

const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']

/** Fills a map of three with a, b and c, uses them as told, adds d: which are left. */
function leftAfter(map: BoundedMap<number>, uses: string): string {
  for (const key of keys.slice(0, 3)) map.set(key, 1)
  for (const key of uses) map.get(key)
  map.set('d', 1)
  return keys
    .slice(0, 4)
    .filter((key) => map.get(key) !== undefined)
    .join('')
}

describe('what is given up', () => {
  test.each([
    ['LRU', '', 'bcd'],
    ['LRU', 'a', 'acd'],
    ['LRU', 'bba', 'abd'],
    ['LFU', '', 'bcd'],
    ['LFU', 'aab', 'abd'],
    ['LFU', 'abcaab', 'abd'],
    ['ARC', '', 'bcd'],
    ['ARC', 'a', 'acd'],
    ['ARC', 'ab', 'abd'],
  ] as const)('%s after use of "%s": %s are left', (strategy, uses, left) => {
    expect(leftAfter(strategies[strategy](3), uses)).toBe(left)
  })
})

describe.each(Object.entries(strategies))('%s', (_, make) => {
  const step = fc.record({
    kind: fc.constantFrom('get', 'set', 'delete'),
    key: fc.constantFrom(...keys),
    value: fc.nat(100),
  })

  test('never holds more than it may, and nothing that was not put there last', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step, { maxLength: 200 }), (limit, steps) => {
        const map = make(limit)
        const last = new Map<string, number>()
        for (const { kind, key, value } of steps) {
          if (kind === 'set') {
            map.set(key, value)
            last.set(key, value)
            expect(map.get(key)).toBe(value)
          } else if (kind === 'delete') {
            map.delete(key)
            last.delete(key)
          } else {
            const found = map.get(key)
            if (found !== undefined) expect(found).toBe(last.get(key))
          }
          expect(map.size).toBeLessThanOrEqual(limit)
        }
      }),
    )
  })

  test('forgets nothing while there is room', () => {
    const map = make(8)
    for (const [index, key] of keys.entries()) map.set(key, index)
    expect(keys.map((key) => map.get(key))).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  })
})

test('ARC keeps what is used again while others pass by', () => {
  const map = new ArcMap<number>(4)
  for (const key of ['x', 'y']) {
    map.set(key, 1)
    map.get(key)
  }
  for (let passing = 0; passing < 100; passing++) map.set(`p${passing}`, 0)
  expect([map.get('x'), map.get('y')]).toEqual([1, 1])
})
