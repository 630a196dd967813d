import { isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  cidrContains,
  cidrCovers,
  compareIp,
  formatCidr,
  formatIp,
  type Ip,
  ipFromBytes,
  ipToBytes,
  isLoopback,
  lastIp,
  maskIp,
  parseCidr,
  parseIp,
  parseIpOrCidr,
  unmapIp,
} from './ip.ts'

const canonical = (text: string) => {
  const ip = parseIp(text)
  return ip && formatIp(ip)
}
const contains = (block: string, address: string) => {
  const cidr = parseCidr(block)
  const ip = parseIp(address)
  return cidr !== null && ip !== null && cidrContains(cidr, ip)
}

describe('parseIp', () => {
  it.each([
    ['1.2.3.4', '1.2.3.4'],
    ['255.255.255.255', '255.255.255.255'],
    ['0.0.0.0', '0.0.0.0'],
    ['::', '::'],
    ['::1', '::1'],
    ['2001:DB8::1', '2001:db8::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['::ffff:1.2.3.4', '::ffff:1.2.3.4'],
    ['64:ff9b::1.2.3.4', '64:ff9b::102:304'],
  ])('reads %s as %s', (text, expected) => expect(canonical(text)).toBe(expected))

  it.each([
    '',
    '1',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.4',
    '1..2.3',
    '1.2.3.',
    '.1.2.3',
    ' 1.2.3.4',
    '1.2.3.4 ',
  ])('refuses %j', (text) => expect(parseIp(text)).toBeNull())

  it.each([
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '12345::',
    'g::',
    'fe80::1%eth0',
    '::1.2.3',
    '1.2.3.4::',
    '1:2:3:4:5:6:7:8::',
  ])('refuses %j', (text) => expect(parseIp(text)).toBeNull())

  it('agrees with the system parser on any text of address characters', () => {
    const character = fc.constantFrom(...'0123456789abcdef:.'.split(''))
    fc.assert(
      fc.property(fc.string({ unit: character, maxLength: 24 }), (text) => {
        expect(parseIp(text)?.version ?? 0).toBe(isIP(text))
      }),
      { numRuns: 3000 },
    )
  })
})

const word = fc.nat({ max: 0xffffffff })
const anyIp: fc.Arbitrary<Ip> = fc.oneof(
  word.map((w3) => ({ version: 4 as const, w0: 0, w1: 0, w2: 0, w3 })),
  fc.tuple(word, word, word, word).map(([w0, w1, w2, w3]) => ({ version: 6 as const, w0, w1, w2, w3 })),
)

describe('addresses', () => {
  it('come back from their text and from their bytes', () => {
    fc.assert(
      fc.property(anyIp, (ip) => {
        expect(parseIp(formatIp(ip))).toEqual(ip)
        expect(ipFromBytes(ipToBytes(ip))).toEqual(unmapIp(ip))
      }),
    )
  })

  it('sort by bytes as they sort by value within a family', () => {
    fc.assert(
      fc.property(anyIp, anyIp, (a, b) => {
        fc.pre(a.version === b.version)
        expect(Math.sign(Buffer.compare(ipToBytes(a), ipToBytes(b)))).toBe(Math.sign(compareIp(a, b)))
      }),
    )
  })

  it('lie inside every block cut from them, between its first and last address', () => {
    fc.assert(
      fc.property(anyIp, fc.nat({ max: 128 }), (ip, bits) => {
        const block = maskIp(ip, bits)
        expect(cidrContains(block, ip)).toBe(true)
        expect(compareIp(block.ip, ip)).toBeLessThanOrEqual(0)
        expect(compareIp(ip, lastIp(block))).toBeLessThanOrEqual(0)
        expect(parseCidr(formatCidr(block))).toEqual(block)
        expect(cidrCovers(maskIp(ip, bits - 1), block)).toBe(true)
      }),
    )
  })
})

describe('blocks', () => {
  it('clear the bits behind the prefix', () =>
    expect(formatCidr(parseCidr('10.1.2.3/8')!)).toBe('10.0.0.0/8'))
  it('hold what they should', () => {
    expect(contains('192.168.0.0/16', '192.168.255.255')).toBe(true)
    expect(contains('192.168.0.0/16', '192.169.0.0')).toBe(false)
    expect(contains('2001:db8::/33', '2001:db8:7fff::1')).toBe(true)
    expect(contains('2001:db8::/33', '2001:db8:8000::1')).toBe(false)
    expect(contains('0.0.0.0/0', '8.8.8.8')).toBe(true)
  })
  it('never mix families: a mapped address is IPv6', () =>
    expect(contains('1.2.3.0/24', '::ffff:1.2.3.4')).toBe(false))
  it.each(['1.2.3.4', '1.2.3.4/33', '1.2.3.4/-1', '1.2.3.4/', '1.2.3.4/08', '::/129', 'x/8'])(
    'refuses %j',
    (text) => expect(parseCidr(text)).toBeNull(),
  )
  it('takes an address as the block of itself', () =>
    expect(formatCidr(parseIpOrCidr('::1')!)).toBe('::1/128'))
})

it('knows the loopback in every form', () => {
  const loopback = (text: string) => isLoopback(parseIp(text)!)
  expect(['127.0.0.1', '127.255.0.9', '::1', '::ffff:127.0.0.1'].every(loopback)).toBe(true)
  expect(['128.0.0.1', '::2', '::7f00:1'].some(loopback)).toBe(false)
})
