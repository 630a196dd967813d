import { cidrContains, type Cidr, formatCidr, maskIp, parseCidr } from '@tocsin/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { disjointIntervals, formatInterval, ipToNumber, numberToIp } from './interval.ts'

function intervals(blocks: Record<string, number>): string[] {
  const timed = Object.entries(blocks).map(([text, until]) => {
    const block = parseCidr(text)
    if (!block) throw new Error(`${text} is no block`)
    return { block, until: until * 1000 }
  })
  const version = timed[0]?.block.ip.version ?? 4
  return disjointIntervals(timed).map(
    (interval) => `${formatInterval(version, interval)} ${interval.until / 1000}`,
  )
}

describe('disjointIntervals', () => {
  it('cuts a range round one inside it that lasts longer', () => {
    expect(intervals({ '10.0.0.0/8': 60, '10.1.0.0/16': 90, '10.1.2.3/32': 120 })).toEqual([
      '10.0.0.0-10.0.255.255 60',
      '10.1.0.0-10.1.2.2 90',
      '10.1.2.3 120',
      '10.1.2.4-10.1.255.255 90',
      '10.2.0.0-10.255.255.255 60',
    ])
  })

  it('swallows a range inside one that lasts longer, and joins neighbours of the same end', () => {
    expect(intervals({ '10.0.0.0/8': 60, '10.1.0.0/16': 30, '11.0.0.0/8': 60, '12.0.0.0/8': 61 })).toEqual([
      '10.0.0.0-11.255.255.255 60',
      '12.0.0.0-12.255.255.255 61',
    ])
  })

  it('holds the edges of both families', () => {
    expect(intervals({ '0.0.0.0/0': 5, '255.255.255.255/32': 9, '0.0.0.0/32': 9 })).toEqual([
      '0.0.0.0 9',
      '0.0.0.1-255.255.255.254 5',
      '255.255.255.255 9',
    ])
    expect(intervals({ '::/0': 5, 'ff00::/8': 9 })).toEqual([
      '::-feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 5',
      'ff00::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 9',
    ])
  })

  it('gives every address the longest end of the blocks around it, and no address two', () => {
    const blockArbitrary = fc
      .tuple(fc.integer({ min: 0, max: 63 }), fc.integer({ min: 26, max: 32 }), fc.constantFrom(1, 2, 3))
      .map(([low, bits, until]): { block: Cidr; until: number } => {
        return {
          block: maskIp({ version: 4, w0: 0, w1: 0, w2: 0, w3: 0x0a000000 + low }, bits),
          until: until * 1000,
        }
      })
    const unique = { selector: ({ block }: { block: Cidr }) => formatCidr(block) }
    fc.assert(
      fc.property(fc.uniqueArray(blockArbitrary, unique), (blocks) => {
        const cut = disjointIntervals(blocks)
        for (let low = 0; low < 64; low++) {
          const ip = numberToIp(4, BigInt(0x0a000000 + low))
          const number = ipToNumber(ip)
          const holding = cut.filter(({ first, last }) => first <= number && number <= last)
          const wanted = blocks.filter(({ block }) => cidrContains(block, ip)).map(({ until }) => until)
          expect(holding.map(({ until }) => until)).toEqual(wanted.length === 0 ? [] : [Math.max(...wanted)])
        }
        expect(cut.length).toBeLessThanOrEqual(2 * blocks.length)
        for (const [at, interval] of cut.entries()) {
          expect(
            interval.first <= interval.last && (at === 0 || (cut[at - 1]?.last ?? 0n) < interval.first),
          ).toBe(true)
        }
      }),
      { numRuns: 500 },
    )
  })
})
