import { Time, types } from '@tocsin/expr'
import { describe, expect, it } from 'vitest'
import { grokText, staticText } from './value-text.ts'

describe('staticText', () => {
  it.each([
    ['a', 'a'],
    [-7n, '-7'],
    [401, '401.000000'],
    [0.1234567, '0.123457'],
    [1e21, '1000000000000000000000.000000'],
    [Number.NaN, 'NaN'],
    [-Infinity, '-Inf'],
    [null, ''],
    [[1], ''],
    [new Map(), ''],
    [true, null],
    [Time.fromMs(0), null],
  ])('gives text %# as it should', (value, text) => {
    expect(staticText(value, types.any)).toBe(text)
  })

  it('refuses lists and maps that are known to hold text', () => {
    expect(staticText([], types.array(types.string))).toBeNull()
    expect(staticText(new Map(), types.map(types.string))).toBeNull()
    expect(staticText([], types.array(types.any))).toBe('')
  })
})

describe('grokText', () => {
  it('takes what has no text for ""', () => {
    expect([grokText(7n), grokText(0.5), grokText(true), grokText(null)]).toEqual(['7', '0.500000', '', ''])
  })
})
