import fc from 'fast-check'
import { expect, test } from 'vitest'
import { angleOf, cosine, sine } from './trigonometry.ts'

const angle = fc.double({ min: -1000, max: 1000, noNaN: true })
const side = fc.double({ min: 0, max: 1e9, noNaN: true })

/** Far closer than any mistake in a coefficient or an octant leaves it. */
function expectNear(value: number, exact: number): void {
  expect(Math.abs(value - exact)).toBeLessThanOrEqual(1e-13 * Math.max(1, Math.abs(exact)))
}

test('sine and cosine of every octant', () => {
  fc.assert(
    fc.property(angle, (x) => {
      expectNear(sine(x), Math.sin(x))
      expectNear(cosine(x), Math.cos(x))
    }),
  )
})

test('angles of points', () => {
  fc.assert(fc.property(side, side, (y, x) => expectNear(angleOf(y, x), Math.atan2(y, x))))
})

test.each([
  [0, 0],
  [-0, -0],
  [Number.NaN, Number.NaN],
  [Infinity, Number.NaN],
  [1e300, Math.sin(1e300)],
])('sine(%d) is %d', (x, expected) => {
  expect(sine(x)).toBe(expected)
})
