import { describe, expect, test } from 'vitest'
import { call } from '../../test/call-helper.ts'

describe('addresses', () => {
  test.each([
    ['1.2.3.4', true, true, false],
    ['::ffff:1.2.3.4', true, true, false],
    ['2001:db8::1', true, false, true],
    ['fe80::1%eth0', false, false, false],
    ['01.2.3.4', false, false, false],
    ['1.2.3.4/32', false, false, false],
    ['', false, false, false],
  ])('%s: IsIP %s, IsIPV4 %s, IsIPV6 %s', (text, any, four, six) => {
    expect(['IsIP', 'IsIPV4', 'IsIPV6'].map((name) => call(name, text))).toEqual([any, four, six])
  })
})

describe('IpInRange', () => {
  test.each([
    ['1.2.3.4', '1.2.3.0/24', true],
    ['1.2.4.4', '1.2.3.0/24', false],
    ['1.2.3.4', '1.2.3.99/024', true],
    ['::ffff:1.2.3.4', '1.2.3.0/24', true],
    ['1.2.3.4', '::ffff:1.2.3.0/120', true],
    ['1.2.4.4', '::ffff:1.2.3.0/120', false],
    ['9.9.9.9', '::ffff:0:0/96', true],
    ['1.2.3.4', '::ffff:1.2.3.0/90', false],
    ['2001:db8::1', '2001:db8::/32', true],
    ['2001:db9::1', '2001:db8::/32', false],
    ['2001:db8::1', '::/0', true],
    ['1.2.3.4', '::/0', false],
    ['1.2.3.4', '0.0.0.0/0', true],
    ['1.2.3.4', '1.2.3.0/33', false],
    ['1.2.3.4', '1.2.3.4', false],
    ['1.2.3.4', '1.2.3.0/', false],
    ['1.2.3.4', '1.2.3.0/-1', false],
    ['1.2.3.4', `1.2.3.0/${'0'.repeat(100)}24`, true],
    ['nothing', '0.0.0.0/0', false],
  ])('%s in %s: %s', (ip, range, expected) => {
    expect(call('IpInRange', ip, range)).toBe(expected)
    // The second answer comes from what was remembered.
    expect(call('IpInRange', ip, range)).toBe(expected)
  })

  test('a range that is none is remembered as that', () => {
    for (let round = 0; round < 3; round++) expect(call('IpInRange', '1.2.3.4', 'none')).toBe(false)
  })

  test('more ranges than are remembered', () => {
    const ranges = Array.from({ length: 20_000 }, (_, part) => `10.${part >> 8}.${part & 255}.0/24`)
    expect(ranges.filter((range) => call('IpInRange', '10.1.2.3', range))).toEqual(['10.1.2.0/24'])
  })
})

describe('IpToRange', () => {
  test.each([
    ['1.2.3.4', '/24', '1.2.3.0/24'],
    ['1.2.3.4', '024', '1.2.3.0/24'],
    ['1.2.3.4', '+8', '1.0.0.0/8'],
    ['::ffff:1.2.3.4', '16', '1.2.0.0/16'],
    ['2001:db8:1:2::1', '/48', '2001:db8:1::/48'],
    ['1.2.3.4', '//24', ''],
    ['1.2.3.4', '-1', ''],
    ['1.2.3.4', '33', ''],
    ['none', '24', ''],
  ])('%s and %s: %s', (ip, bits, expected) => {
    expect(call('IpToRange', ip, bits)).toBe(expected)
  })
})
