import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FieldKey } from './field-key.ts'
import { fieldMap, packFields, pickFields } from './field-map.ts'

const names = ['a', 'b', 'c', 'd', '__proto__', 'size']
const name = fc.constantFrom(...names)
const text = fc.string({ maxLength: 2 })
const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ act: fc.constant('set' as const), key: name, value: text }) },
    fc.record({ act: fc.constantFrom('delete', 'clear', 'pack'), key: name, value: fc.constant('') }),
  ),
  { maxLength: 12 },
)

describe('FieldKey', () => {
  it('reads and writes as the map does, whatever became of maps before', () => {
    const keys = new Map(names.map((each) => [each, new FieldKey(each)]))
    fc.assert(
      fc.property(steps, (list) => {
        const own = fieldMap()
        const map = new Map<string, string>()
        for (const { act, key, value } of list) {
          if (act === 'set') {
            keys.get(key)?.set(own, value)
            map.set(key, value)
          } else if (act === 'pack') {
            packFields(own)
          } else {
            for (const each of [own, map]) if (act === 'delete') each.delete(key)
            if (act === 'clear') for (const each of [own, map]) each.clear()
          }
          for (const [each, access] of keys) {
            expect(access.get(own)).toBe(map.get(each))
            expect(access.text(own)).toBe(map.get(each) ?? '')
          }
        }
        expect([...own]).toEqual([...map])
      }),
    )
  })

  it('works on any map', () => {
    const map = new Map([['a', 'x']])
    const key = new FieldKey('a')
    expect(key.get(map)).toBe('x')
    key.set(map, 'y')
    expect(map.get('a')).toBe('y')
    expect(new FieldKey('b').get(map)).toBeUndefined()
  })
})

describe('pickFields', () => {
  it('takes the entries that are there, in the order of the keys', () => {
    fc.assert(
      fc.property(steps, fc.array(name), (list, keys) => {
        const own = fieldMap()
        for (const { act, key, value } of list) {
          if (act === 'set') own.set(key, value)
          else if (act === 'pack') packFields(own)
          else own.delete(key)
        }
        const expected = new Map<string, string>()
        for (const key of keys) if (own.has(key)) expected.set(key, own.get(key) ?? '')
        for (let again = 0; again < 2; again++) expect([...pickFields(own, keys)]).toEqual([...expected])
      }),
    )
  })
})
