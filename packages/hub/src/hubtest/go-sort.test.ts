import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { goSort } from './go-sort.ts'

const element = fc.record({ key: fc.integer({ min: 0, max: 20 }), id: fc.nat() })

describe('goSort', () => {
  it('sorts lists of any length and keeps every element', () => {
    fc.assert(
      fc.property(fc.array(element, { maxLength: 300, size: 'max' }), (list) => {
        const sorted = [...list]
        goSort(sorted, (a, b) => a.key < b.key)
        expect(sorted.map(({ key }) => key)).toEqual(list.map(({ key }) => key).sort((a, b) => a - b))
        expect(new Set(sorted)).toEqual(new Set(list))
      }),
    )
  })

  it('sorts what is sorted, reversed or made to be slow', () => {
    for (const length of [13, 50, 1000, 5000]) {
      const shapes = [
        Array.from({ length }, (_, index) => index),
        Array.from({ length }, (_, index) => -index),
        Array.from({ length }, (_, index) => (index % 2 === 0 ? index : -index)),
        Array.from({ length }, (_, index) => Math.abs(index - length / 2)),
      ]
      for (const list of shapes) {
        const expected = list.toSorted((a, b) => a - b)
        goSort(list, (a, b) => a < b)
        expect(list).toEqual(expected)
      }
    }
  })

  it('is stable up to 12 elements', () => {
    fc.assert(
      fc.property(fc.array(element, { maxLength: 12 }), (list) => {
        const sorted = [...list]
        goSort(sorted, (a, b) => a.key < b.key)
        expect(sorted).toEqual(list.toSorted((a, b) => a.key - b.key))
      }),
    )
  })
})
