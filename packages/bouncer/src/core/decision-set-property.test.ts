import { type Cidr, cidrContains, cidrCovers, formatCidr, parseIp, parseIpOrCidr } from '@tocsin/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { setAt, wire } from '../../test/decision-set-at.ts'
import type { DecisionSet } from './decision-set.ts'
import type { Changes } from './remediation.ts'

const blocks = [
  '10.0.0.1',
  '10.0.0.2',
  '10.0.0.0/24',
  '10.0.0.0/8',
  '0.0.0.0/0',
  '127.0.0.1',
  '2001:db8::1',
  '2001:db8::/32',
]
const allowable = ['10.0.0.0/24', '10.0.0.2', '2001:db8::/16', '10.0.0.0/9']
const types = ['ban', 'captcha', 'odd']
const decisionArbitrary = fc.record({
  id: fc.integer({ min: 1, max: 12 }),
  type: fc.constantFrom(...types),
  seconds: fc.integer({ min: 3, max: 60 }).map((tens) => tens * 10),
})
const stepArbitrary = fc.oneof(
  fc.record({ do: fc.constant('new' as const), decisions: fc.array(decisionArbitrary, { maxLength: 5 }) }),
  fc.record({
    do: fc.constant('deleted' as const),
    decisions: fc.array(decisionArbitrary, { maxLength: 5 }),
  }),
  fc.record({
    do: fc.constant('startup' as const),
    decisions: fc.array(decisionArbitrary, { maxLength: 8 }),
  }),
  fc.record({ do: fc.constant('allow' as const), values: fc.subarray(allowable) }),
  fc.record({
    do: fc.constant('pass' as const),
    seconds: fc.integer({ min: 0, max: 30 }).map((tens) => tens * 10),
  }),
)

interface Known {
  value: string
  type: string
  until: number
}

/** One decision a number, each number on a block of its own choice: what the set is, without any cleverness. */
class Reference {
  readonly known = new Map<number, Known>()
  allow: Cidr[] = []

  isAllowed(value: string): boolean {
    const block = parseIpOrCidr(value)
    return block !== null && this.allow.some((outer) => cidrCovers(outer, block))
  }

  best(now: number, of: (value: string) => boolean): Known | undefined {
    const bits = (value: string) => parseIpOrCidr(value)?.bits ?? 0
    return Array.from(this.known.values())
      .filter(({ value, until }) => until > now && of(value))
      .sort(
        (a, b) =>
          types.indexOf(a.type) - types.indexOf(b.type) || bits(b.value) - bits(a.value) || b.until - a.until,
      )[0]
  }
}

describe('DecisionSet against a plain reference', () => {
  it('agrees after any history', () => {
    fc.assert(
      fc.property(fc.array(stepArbitrary, { maxLength: 30 }), (steps) => {
        const { set, time, pull, lookup } = setAt({ types: ['ban', 'captcha'], toleranceMs: 0 })
        const reference = new Reference()
        const host = new Map<string, string>()
        const apply = (changes: Changes) => {
          for (const { block } of changes.removed) expect(host.delete(formatCidr(block))).toBe(true)
          for (const { block, remediation, previous } of changes.added) {
            expect(host.has(formatCidr(block))).toBe(previous !== null)
            host.set(formatCidr(block), `${remediation.type} ${remediation.until}`)
          }
        }
        for (const step of steps) {
          if (step.do === 'allow') {
            reference.allow = step.values.map(parseIpOrCidr).filter((block) => block !== null)
            set.setAllow(reference.allow)
            apply(set.commit())
          } else if (step.do === 'pass') {
            time.now += step.seconds * 1000
            set.expire()
            apply(set.commit())
          } else {
            const decisions = step.decisions.map(({ id, type, seconds }) =>
              wire(blocks[id % blocks.length] ?? '', { id, type, duration: `${seconds}s` }),
            )
            if (step.do === 'startup') reference.known.clear()
            for (const { id = 0, value, type, duration } of decisions) {
              const until = time.now + Number.parseInt(duration, 10) * 1000
              const usable = type !== 'odd' && value !== '127.0.0.1'
              if (step.do === 'deleted') reference.known.delete(id)
              else if (usable) reference.known.set(id, { value, type, until })
            }
            apply(
              pull(
                step.do === 'deleted' ? { deleted: decisions } : { new: decisions },
                step.do === 'startup',
              ),
            )
          }
          compare(reference, time.now, host, set, lookup)
        }
      }),
      { numRuns: 300 },
    )
  })
})

function compare(
  reference: Reference,
  now: number,
  host: Map<string, string>,
  set: DecisionSet,
  lookup: (text: string) => { type: string; until: number } | null,
): void {
  for (const value of blocks) {
    const block = parseIpOrCidr(value)
    if (!block) continue
    const held = (candidate: string) => candidate === value && !reference.isAllowed(value)
    const best = reference.best(now, held)
    expect(host.get(formatCidr(block))).toBe(best && `${best.type} ${best.until}`)
    expect(set.get(block)?.until).toBe(best?.until)
  }
  expect(set.size).toBe(host.size)
  expect(Array.from(set.entries(), ({ block }) => formatCidr(block)).sort()).toEqual(
    Array.from(host.keys()).sort(),
  )
  for (const text of ['10.0.0.1', '10.0.0.9', '10.9.9.9', '11.0.0.0', '2001:db8::1', '2001:db8::2', '::2']) {
    const ip = parseIp(text)
    const around = (value: string) => {
      const block = parseIpOrCidr(value)
      return (
        !reference.isAllowed(text) &&
        block !== null &&
        ip !== null &&
        cidrContains(block, ip) &&
        cidrCovers(block, { ip, bits: block.bits })
      )
    }
    const best = reference.best(now, around)
    const found = lookup(text)
    expect(found && `${found.type} ${found.until}`).toBe(best ? `${best.type} ${best.until}` : null)
  }
}
