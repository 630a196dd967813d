import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ActiveSet } from '../decision/active-set.ts'
import { parseAddress } from '../decision/address.ts'
import type { Decision } from '../decision/decision.ts'
import { forever } from '../decision/duration.ts'
import { ByteBuffer } from '../server/byte-buffer.ts'
import { DecisionWriter } from './decision.ts'
import { DecisionBytes } from './decision-bytes.ts'

const now = 1_700_000_000_000

const word = fc.oneof(fc.constantFrom('ban', 'cscli'), fc.string({ unit: 'binary', maxLength: 20 }))
const address = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.ipV4().map((ip) => `${ip}/16`),
  fc.ipV4().map((ip) => `::ffff:${ip}`),
)

const someDecision: fc.Arbitrary<Decision> = fc
  .record({
    id: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    uuid: fc.uuid(),
    alertId: fc.nat(),
    origin: word,
    scenario: word,
    scope: word,
    type: word,
    value: fc.oneof(address, word),
    simulated: fc.boolean(),
    createdAt: fc.nat(),
    until: fc.oneof(
      fc.constant(forever),
      fc.integer({ min: 0, max: 1e9 }).map((ms) => now + ms),
    ),
  })
  .map((decision) => ({ ...decision, cidr: parseAddress(decision.value) }))

describe('decisions in bytes', () => {
  it('are what they are as text', () => {
    fc.assert(
      fc.property(fc.array(someDecision, { maxLength: 8 }), fc.boolean(), (decisions, withUuid) => {
        const set = new ActiveSet(0)
        set.add(decisions, now)
        const bytes = new DecisionBytes(set.rows, now, withUuid)
        const text = new DecisionWriter(now, withUuid)
        // So little room that it has to grow.
        const out = new ByteBuffer(16)
        let expected = ''
        set.scan(0, 100, (slot) => {
          bytes.write(slot, out)
          expected += text.write(set.rows.read(slot))
          return true
        })
        expect(out.copy().toString()).toBe(expected)
      }),
      { numRuns: 500 },
    )
  })
})

describe('a buffer', () => {
  it('leaves a piece alone until the one after it is taken', () => {
    const out = new ByteBuffer(8)
    out.text('ä'.repeat(20))
    const first = out.take()
    out.text('second, longer than the room')
    expect(first.toString()).toBe('ä'.repeat(20))
    const second = out.take()
    out.byte(0x33)
    expect(second.toString()).toBe('second, longer than the room')
    expect([out.length, out.copy().toString()]).toEqual([1, '3'])
  })
})
