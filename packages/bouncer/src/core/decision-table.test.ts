import { type Cidr, formatCidr, type Ip, maskIp } from '@tocsin/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DecisionTable, none } from './decision-table.ts'

const ipArbitrary = fc.oneof(
  fc.integer({ min: 0, max: 40 }).map((w3): Ip => ({ version: 4, w0: 0, w1: 0, w2: 0, w3 })),
  fc.integer({ min: 0, max: 40 }).map((w3): Ip => ({ version: 6, w0: 0, w1: 0, w2: 0, w3 })),
  fc.integer({ min: 0, max: 40 }).map((w1): Ip => ({ version: 6, w0: 0x20010db8, w1, w2: 0, w3: 0 })),
)
const blockArbitrary = fc
  .tuple(ipArbitrary, fc.constantFrom(24, 31, 32, 64, 128))
  .map(([ip, bits]): Cidr => maskIp(ip, bits))
const stepArbitrary = fc.record({ block: blockArbitrary, kill: fc.integer({ min: 0, max: 2 }) })

describe('DecisionTable', () => {
  it('keeps the same slots on the same blocks as a plain map, whatever comes and goes', () => {
    fc.assert(
      fc.property(fc.array(stepArbitrary, { maxLength: 300 }), (steps) => {
        const table = new DecisionTable()
        const reference = new Map<string, Set<number>>()
        for (const { block, kill } of steps) {
          const key = formatCidr(block)
          const slots = reference.get(key) ?? new Set()
          if (kill === 0) {
            slots.add(table.add(block))
            reference.set(key, slots)
            continue
          }
          const doomed = Array.from(slots).slice(0, kill)
          for (const slot of doomed) table.kill(slot)
          const head = table.find(block)
          if (head !== none) table.sweep(head, (slot) => table.release(slot))
          for (const slot of doomed) slots.delete(slot)
          if (slots.size === 0) reference.delete(key)
        }
        expect(table.blockCount).toBe(reference.size)
        for (const { block } of steps) {
          const found = new Set<number>()
          for (let slot = table.find(block); slot !== none; slot = table.next[slot] ?? none) found.add(slot)
          expect(found).toEqual(reference.get(formatCidr(block)) ?? new Set())
        }
      }),
      { numRuns: 300 },
    )
  })
})
