import fc from 'fast-check'
import { expect, it } from 'vitest'
import { RecentMap } from './recent-map.ts'

it('keeps the last entries that were set or read', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9), { maxLength: 60 }), (keys) => {
      const map = new RecentMap<number>(3)
      const used: number[] = []
      for (const key of keys) {
        const recent = new Set(used.toReversed().slice(0, 3))
        if (recent.has(key)) expect(map.get(`${key}`)).toBe(key)
        else if (map.get(`${key}`) === undefined) map.set(`${key}`, key)
        used.push(key)
      }
    }),
  )
})
