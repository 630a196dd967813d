import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { exponentDecimals, fixedDecimals, generalDigits, shortestFixed, shortestGeneral } from './float.ts'

const finite = fc.double({ noNaN: true, noDefaultInfinity: true })

describe('the shortest text of a float', () => {
  it('reads back as the float', () => {
    fc.assert(
      fc.property(finite, (value) => {
        expect(Number(shortestGeneral(value))).toBe(value)
        expect(Number(shortestFixed(value))).toBe(value)
      }),
    )
  })

  test.each([
    [0, '0'],
    [-0, '-0'],
    [1, '1'],
    [0.1, '0.1'],
    [123456789, '1.23456789e+08'],
    [1e20, '1e+20'],
    [1e21, '1e+21'],
    [1e-4, '0.0001'],
    [1e-5, '1e-05'],
    [5e-324, '5e-324'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, '+Inf'],
    [Number.NEGATIVE_INFINITY, '-Inf'],
  ])('of %d is %s', (value, expected) => expect(shortestGeneral(value)).toBe(expected))
})

describe('a number of digits', () => {
  test.each([
    [2.5, 0, '2'],
    [3.5, 0, '4'],
    [0.125, 2, '0.12'],
    [-1.005, 2, '-1.00'],
    [1e22, 1, '10000000000000000000000.0'],
    [0.1, 25, '0.1000000000000000055511151'],
  ])('%d with %d decimals is %s', (value, decimals, expected) => {
    expect(fixedDecimals(value, decimals)).toBe(expected)
  })

  test.each([
    [123456, 2, '1.23e+05'],
    [0, 1, '0.0e+00'],
    [1e100, 0, '1e+100'],
  ])('%d with %d decimals and an exponent is %s', (value, decimals, expected) => {
    expect(exponentDecimals(value, decimals)).toBe(expected)
  })

  test.each([
    [123456, 3, '1.23e+05'],
    [123456, 6, '123456'],
    [0.00001234, 2, '1.2e-05'],
    [100, 3, '100'],
  ])('%d with %d significant ones is %s', (value, digits, expected) => {
    expect(generalDigits(value, digits)).toBe(expected)
  })
})
