// Exponential and logarithm as Go computes them on 64-bit Intel machines, to the last bit: the answers of the original
// were computed there, and JavaScript's own differ in the last place.
// Source: the amd64 versions of math.Exp (N. Shibata's reduction and a Taylor series, with fused multiply-add) and
// math.Log (the usual rational approximation).

const ln2High = 0.693147180559663
const ln2Low = 2.8235290563031577e-13
const taylor = [
  0.0001984126984126984, 0.001388888888888889, 0.008333333333333333, 0.041666666666666664,
  0.16666666666666666, 0.5, 1,
]

/** e to a finite power. */
export function exponential(x: number): number {
  if (x > 709.782712893384) return Infinity
  const power = roundToEven(x * Math.LOG2E)
  if (power < -1075) return 0
  let rest = multiplyAdd(-power, ln2High, x)
  rest = multiplyAdd(-power, ln2Low, rest) * 0.0625
  let sum = 2.48015873015873e-5
  for (const coefficient of taylor) sum = multiplyAdd(sum, rest, coefficient)
  // Four times (e^r - 1) doubled, to make up for the sixteenth.
  let result = rest * sum
  for (let round = 0; round < 3; round++) result *= result + 2
  result = multiplyAdd(result, result + 2, 1)
  return power > -1022 ? result * 2 ** (power - 1) * 2 : result * 2 ** (power + 1022) * 2 ** -1022
}

function roundToEven(x: number): number {
  const floor = Math.floor(x)
  const rest = x - floor
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1
  return floor % 2 === 0 ? floor : floor + 1
}

const odd = [0.6666666666666735, 0.2857142874366239, 0.1818357216161805, 0.14798198605116586] as const
const even = [0.3999999999940942, 0.22222198432149784, 0.15313837699209373] as const
const ln2 = { high: 0.6931471803691238, low: 1.9082149292705877e-10 }

/** The natural logarithm of a positive finite number. */
export function logarithm(x: number): number {
  let power = Math.floor(Math.log2(x)) + 1
  let fraction = x * 2 ** -power
  while (fraction < 0.5) [fraction, power] = [fraction * 2, power - 1]
  while (fraction >= 1) [fraction, power] = [fraction / 2, power + 1]
  if (fraction < Math.SQRT1_2) [fraction, power] = [fraction * 2, power - 1]
  const f = fraction - 1
  const s = f / (2 + f)
  const s2 = s * s
  const s4 = s2 * s2
  const t1 = s2 * (odd[0] + s4 * (odd[1] + s4 * (odd[2] + s4 * odd[3])))
  const t2 = s4 * (even[0] + s4 * (even[1] + s4 * even[2]))
  const half = 0.5 * f * f
  return power * ln2.high - (half - (s * (half + (t1 + t2)) + power * ln2.low) - f)
}

/** a * b + c rounded once. Exact integers do it: speed does not matter for powers of fractions. */
function multiplyAdd(a: number, b: number, c: number): number {
  if (a === 0 || b === 0) return c
  const [x, y, z] = [exact(a), exact(b), exact(c)]
  const power = Math.min(x.power + y.power, z.power)
  const product = (x.mantissa * y.mantissa) << BigInt(x.power + y.power - power)
  const sum = product + (z.mantissa << BigInt(z.power - power))
  return scaled(sum, power)
}

function scaled(sum: bigint, power: number): number {
  const magnitude = sum < 0n ? -sum : sum
  const excess = magnitude.toString(16).length * 4 - 128
  if (excess > 0) {
    // What is cut off leaves a mark, so that it still decides how the rest is rounded.
    const cut = magnitude >> BigInt(excess)
    const marked = cut << BigInt(excess) === magnitude ? cut : cut | 1n
    return scaled(sum < 0n ? -marked : marked, power + excess)
  }
  const half = Math.trunc(power / 2)
  return Number(sum) * 2 ** half * 2 ** (power - half)
}

function exact(value: number): { mantissa: bigint; power: number } {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value)
  const bits = view.getBigUint64(0)
  const biased = Number((bits >> 52n) & 0x7ffn)
  const fraction = bits & 0xfffffffffffffn
  const magnitude = biased === 0 ? fraction : fraction | (1n << 52n)
  return { mantissa: bits >> 63n === 1n ? -magnitude : magnitude, power: (biased || 1) - 1075 }
}
