import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DistinctValues } from './distinct-values.ts'

describe('DistinctValues', () => {
  it('tells new values from others, for each bucket, however many there are', () => {
    const step = fc.record({ bucket: fc.nat(5), value: fc.nat(30), forget: fc.nat(40) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const values = new DistinctValues()
        const model = new Map<number, Set<string>>()
        for (const { bucket, value, forget } of steps) {
          const seen = model.get(bucket) ?? new Set<string>()
          model.set(bucket, seen)
          const text = `value ${value}`
          expect(values.isNew(bucket, text)).toBe(!seen.has(text))
          seen.add(text)
          if (forget > 5) continue
          values.forget(forget)
          model.delete(forget)
        }
        for (const bucket of model.keys()) values.forget(bucket)
        expect(values.bytes).toBe(0)
      }),
    )
  })
})
