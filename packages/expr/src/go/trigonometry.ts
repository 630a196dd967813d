// Go computes these in software, and other machines differ from it in the last bit.
// Source: math.Sin, math.Cos and math.Atan2 of Go, after the Cephes library of S. Moshier.

const sinePolynomial = [
  1.5896230157654656e-10, -2.5050747762857807e-8, 2.7557313621385722e-6, -0.0001984126982958954,
  0.008333333333322118, -0.1666666666666663,
]
const cosinePolynomial = [
  -1.1358536521387682e-11, 2.087570084197473e-9, -2.755731417929674e-7, 2.4801587288851704e-5,
  -0.0013888888888873056, 0.041666666666666595,
]
// Parts of a quarter of pi, largest first.
const [quarterA, quarterB, quarterC] = [0.7853981256484985, 3.774894707930798e-8, 2.6951514290790595e-15]
/** From here on Go reduces in another way; no angle on a globe is that large. */
const maxReduced = 2 ** 29

/** The sine of an angle in radians. */
export function sine(x: number): number {
  if (!(Math.abs(x) < maxReduced) || x === 0) return Math.sin(x)
  const { octant, rest } = reduce(Math.abs(x))
  const isNegative = x < 0 !== octant > 3
  const value = octant % 4 === 1 || octant % 4 === 2 ? cosineNearZero(rest) : sineNearZero(rest)
  return isNegative ? -value : value
}

/** The cosine of an angle in radians. */
export function cosine(x: number): number {
  if (!(Math.abs(x) < maxReduced)) return Math.cos(x)
  const { octant, rest } = reduce(Math.abs(x))
  const isNegative = octant > 3 !== octant % 4 > 1
  const value = octant % 4 === 1 || octant % 4 === 2 ? sineNearZero(rest) : cosineNearZero(rest)
  return isNegative ? -value : value
}

/** Which eighth of the circle an angle is nearest to, made even, and how far it is from there. */
function reduce(x: number): { octant: number; rest: number } {
  let eighths = Math.floor(x * (4 / Math.PI))
  if (eighths % 2 === 1) eighths++
  return { octant: eighths % 8, rest: x - eighths * quarterA - eighths * quarterB - eighths * quarterC }
}

function sineNearZero(z: number): number {
  const square = z * z
  return z + z * square * polynomial(sinePolynomial, square)
}

function cosineNearZero(z: number): number {
  const square = z * z
  return 1 - 0.5 * square + square * square * polynomial(cosinePolynomial, square)
}

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0)
}

/** The angle of a point whose coordinates are zero or more, in radians. */
export function angleOf(y: number, x: number): number {
  if (!Number.isFinite(y) || !Number.isFinite(x) || y === 0 || x === 0) return Math.atan2(y, x)
  return arcTangent(y / x)
}

const numerator = [
  -0.8750608600031904, -16.157537187333652, -75.00855792314705, -122.88666844901361, -64.85021904942025,
]
const denominator = [
  1, 24.858464901423062, 165.02700983169885, 432.88106049129027, 485.3903996359137, 194.5506571482614,
]
/** What pi/2 has beyond a float. */
const moreBits = 6.123233995736766e-17
const tangentOf67Degrees = 2.414213562373095

function arcTangent(x: number): number {
  if (x <= 0.66) return arcTangentNearZero(x)
  if (x > tangentOf67Degrees) return Math.PI / 2 - arcTangentNearZero(1 / x) + moreBits
  return Math.PI / 4 + arcTangentNearZero((x - 1) / (x + 1)) + 0.5 * moreBits
}

function arcTangentNearZero(x: number): number {
  const square = x * x
  const quotient = (square * polynomial(numerator, square)) / polynomial(denominator, square)
  return x * quotient + x
}
