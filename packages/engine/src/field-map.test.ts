import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fieldMap } from './field-map.ts'

const keys = fc.constantFrom('a', 'b', 'c', '__proto__', 'size')
const steps = fc.array(
  fc.oneof(
    fc.record({ act: fc.constant('set' as const), key: keys, value: fc.string({ maxLength: 2 }) }),
    fc.record({ act: fc.constant('delete' as const), key: keys, value: fc.constant('') }),
    fc.record({ act: fc.constant('clear' as const), key: keys, value: fc.constant('') }),
  ),
)

describe('fieldMap', () => {
  it('does what a map does', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const own = fieldMap()
        const map = new Map<string, string>()
        for (const { act, key, value } of list) {
          for (const each of [own, map]) {
            if (act === 'set') each.set(key, value)
            else if (act === 'delete') each.delete(key)
            else each.clear()
          }
        }
        expect([...own]).toEqual([...map])
        expect([...own.keys()]).toEqual([...map.keys()])
        expect([...own.values()]).toEqual([...map.values()])
        expect(own.size).toBe(map.size)
        for (const key of ['a', '__proto__', 'z']) {
          expect(own.get(key)).toBe(map.get(key))
          expect(own.has(key)).toBe(map.has(key))
        }
        const seen: string[] = []
        own.forEach((value, key) => seen.push(`${key}=${value}`))
        expect(seen).toEqual([...map].map(([key, value]) => `${key}=${value}`))
        expect(new Map(own)).toEqual(map)
      }),
    )
  })

  it('passes for a map', () => {
    expect(fieldMap()).toBeInstanceOf(Map)
  })

  it('keeps its keys however many shapes there are', () => {
    const maps = Array.from({ length: 20_000 }, (_, index) =>
      fieldMap().set(`key${index}`, 'x').set('b', 'y'),
    )
    expect([...(maps.at(-1) ?? [])]).toEqual([
      ['key19999', 'x'],
      ['b', 'y'],
    ])
    expect(maps[0]?.get('key1')).toBeUndefined()
  })
})
