import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileExpr, createEnvironment, types } from '../src/index.ts'
import type { Value } from '../src/index.ts'

const env = createEnvironment({
  variables: {
    a: types.int,
    b: types.int,
    f: types.float,
    x: types.any,
    text: types.string,
    list: types.array(types.any),
  },
})

const run = (source: string, scope: Record<string, Value>) => compileExpr(source, env).run(scope)
const int = fc.oneof(fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }), fc.bigInt(-20n, 20n))
const wrap = (value: bigint) => BigInt.asIntN(64, value)

describe('integers', () => {
  it('have 64 bits and wrap, whether their type is known or not', () => {
    fc.assert(
      fc.property(int, int, (a, b) => {
        const scope = { a, b, x: a }
        for (const left of ['a', 'x']) {
          expect(run(`${left} + b`, scope)).toBe(wrap(a + b))
          expect(run(`${left} - b`, scope)).toBe(wrap(a - b))
          expect(run(`${left} * b`, scope)).toBe(wrap(a * b))
          if (b !== 0n) expect(run(`${left} % b`, scope)).toBe(wrap(a % b))
          expect(run(`${left} < b`, scope)).toBe(a < b)
          expect(run(`${left} == b`, scope)).toBe(a === b)
          expect(run(`-${left}`, scope)).toBe(wrap(-a))
        }
      }),
    )
  })

  it('that are known to be small give the same as any others', () => {
    const amount = fc.integer({ min: -1_000_000, max: 1_000_000 })
    const sign = fc.constantFrom('+', '-', '*')
    fc.assert(
      fc.property(fc.nat(50), amount, amount, sign, sign, (length, m, n, first, second) => {
        const scope = { text: 'x'.repeat(length), a: BigInt(length) }
        const rest = `${first} (${m}) ${second} (${n})`
        expect(run(`len(text) ${rest}`, scope)).toBe(run(`a ${rest}`, scope))
        expect(run(`len(text) ${rest} > a`, scope)).toBe(run(`a ${rest} > a`, scope))
        expect(run(`len(text) ${rest} == ${m}`, scope)).toBe(run(`a ${rest} == ${m}`, scope))
        expect(run(`[len(text) ${rest}]`, scope)).toEqual([run(`a ${rest}`, scope)])
      }),
    )
  })

  it('stay exact where their product is large', () => {
    const factor = 'len(text) * 4000000000 * 4000000000'
    expect(run(factor, { text: 'abc' })).toBe(wrap(3n * 4_000_000_000n ** 2n))
  })
})

describe('floats', () => {
  it('are never ints, nor ints floats', () => {
    fc.assert(
      fc.property(fc.integer(), (n) => {
        expect(run('f + 1', { f: n })).toBe(n + 1)
        expect(run('a / 1', { a: BigInt(n) })).toBe(n)
        expect(run('a == f', { a: BigInt(n), f: n })).toBe(true)
        expect(run('[a, f]', { a: BigInt(n), f: n })).toEqual([BigInt(n), n])
      }),
    )
  })
})
