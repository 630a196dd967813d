import { describe, expect, test } from 'vitest'
import { call } from '../../test/call-helper.ts'

describe('Distance', () => {
  test.each([
    ['48.85', '2.35', '40.71', '-74.0', 5837.140561075903],
    ['0', '0', '40', '1', 0],
    ['40', '1', '0.0', '-0', 0],
    ['10', '20', '10', '20', 0],
  ])('from %s,%s to %s,%s: %d km', (a, b, c, d, expected) => {
    expect(call('Distance', a, b, c, d)).toBe(expected)
  })

  test('half around the globe', () => {
    expect(call('Distance', '90', '0', '-90', '0')).toBeCloseTo(Math.PI * 6371, 6)
  })

  test('from nowhere is an error', () => {
    expect(() => call('Distance', '', '1', '1', '1')).toThrow('no coordinate')
  })
})
