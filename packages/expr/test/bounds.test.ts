import { describe, expect, it } from 'vitest'
import { compileExpr, createEnvironment, ExprError, ExprRuntimeError, types } from '../src/index.ts'
import type { Scope } from '../src/index.ts'

const env = createEnvironment({
  variables: { x: types.string, n: types.int, m: types.map(types.any), list: types.array(types.any) },
})

function refusal(source: string): string {
  try {
    compileExpr(source, env)
  } catch (error) {
    if (error instanceof ExprError) return error.code
    throw error
  }
  return 'none'
}

function failure(source: string, scope: Scope = {}): string {
  try {
    compileExpr(source, env).run(scope)
  } catch (error) {
    if (error instanceof ExprRuntimeError) return error.message
    throw error
  }
  return 'none'
}

describe('sources', () => {
  it('may not be too long', () => expect(refusal(`x == "${'a'.repeat(1_000_000)}"`)).toBe('EXPR_TOO_LARGE'))

  const nests: [string, (depth: number) => string][] = [
    ['parentheses', (depth) => '('.repeat(depth) + '1' + ')'.repeat(depth)],
    ['lists', (depth) => '['.repeat(depth) + ']'.repeat(depth)],
    ['maps', (depth) => '{a:'.repeat(depth) + '1' + '}'.repeat(depth)],
    ['negations', (depth) => '!'.repeat(depth) + 'true'],
    ['signs', (depth) => '- '.repeat(depth) + 'n'],
    ['members', (depth) => 'm' + '.a'.repeat(depth)],
    ['optional members', (depth) => 'm' + '?.a'.repeat(depth)],
    ['indexes', (depth) => 'list' + '[0]'.repeat(depth)],
    ['slices', (depth) => 'list' + '[1:]'.repeat(depth)],
    ['calls', (depth) => 'len('.repeat(depth) + 'x' + ')'.repeat(depth)],
    ['predicates', (depth) => 'all([1], '.repeat(depth) + 'true' + ')'.repeat(depth)],
    ['conditions', (depth) => 'n == 1 ? 1 : '.repeat(depth) + '2'],
    ['ifs', (depth) => 'if n == 1 { 1 } else '.repeat(depth) + '{ 2 }'],
    ['powers', (depth) => '2 ** '.repeat(depth) + '2'],
    ['lets', (depth) => Array.from({ length: depth }, (_, i) => `let v${i} = 1; `).join('') + '1'],
    ['comparisons', (depth) => 'n < ('.repeat(depth) + '1' + ')'.repeat(depth)],
  ]

  it.each(nests)('may nest, %s too, but not without end', (_, nest) => {
    expect(refusal(nest(100_000))).toMatch(/^EXPR_TOO_(DEEP|LARGE)$/)
    // A hundred levels are either right or wrong in themselves, never too deep.
    expect(refusal(nest(100))).not.toMatch(/^EXPR_TOO/)
  })

  it.each(['||', '&&'])('may chain %s by the thousands', (operator) => {
    const source = Array.from({ length: 20_000 }, (_, index) => `n == ${index + 1}`).join(` ${operator} `)
    expect(compileExpr(source, env).run({ n: 20_000n })).toBe(operator === '||')
  })

  it('may add up thousands of texts', () => {
    const source = Array.from({ length: 10_000 }, () => 'x').join(' + ')
    expect(compileExpr(source, env).run({ x: 'ab' })).toBe('ab'.repeat(10_000))
  })

  it('may hold lists of thousands', () => {
    const items = Array.from({ length: 20_000 }, (_, index) => `"${index}"`).join()
    expect(compileExpr(`x in [${items}]`, env).run({ x: '19999' })).toBe(true)
    const sum = Array.from({ length: 5_000 }, () => 'n').join()
    expect(compileExpr(`sum([${sum}])`, env).run({ n: 2n })).toBe(10_000n)
  })

  it('that double at every level are refused, not written out', () => {
    const short = (depth: number): string => (depth === 0 ? 'n' : `(${short(depth - 1)} ?: 1)`)
    expect(refusal(short(60))).toBe('EXPR_TOO_LARGE')
    const chained = (depth: number): string => (depth === 0 ? 'n' : `len([1 < ${chained(depth - 1)} < 3])`)
    expect(refusal(chained(60))).toBe('EXPR_TOO_LARGE')
  })
})

describe('runs', () => {
  it.each([
    ['1..1000001', 'it makes lists of over 1000000 elements'],
    ['0..9223372036854775806', 'it makes lists of over 1000000 elements'],
    ['map(1..2000, map(1..2000, #))', 'it makes lists of over 1000000 elements'],
    ['repeat(repeat("x", 1000), 100000)', 'it makes lists of over 1000000 elements'],
    ['reduce(1..100, #acc + #acc, "x")', 'it makes a text of over 16777216 characters'],
    ['let a = repeat("x", 900000); replace(a, "", a)', 'it makes a text of over 16777216 characters'],
    ['let a = repeat("x", 900000); join(split(a, ""), a)', 'it makes a text of over 16777216 characters'],
    ['let r = 1..900000; all(r, all(r, # > 0))', 'it looks at over 20000000 elements'],
    ['let r = 1..900000; all(r, 0 not in r)', 'it looks at over 20000000 elements'],
  ])('%s: stops', (source, reason) => expect(failure(source)).toContain(reason))

  it('begin their count anew', () => {
    const program = compileExpr('len(filter(1..900000, # > 899999))', env)
    for (let run = 0; run < 3; run++) expect(program.run({})).toBe(1n)
  })

  it('tell numbers apart by their worth, however many', () => {
    expect(compileExpr('len(uniq(1..500000))', env).run({})).toBe(500_000n)
    expect(
      compileExpr('uniq([1, 1.0, 2.5, 2.5, 9007199254740993, 9007199254740992.0])', env).run({}),
    ).toEqual([1n, 2.5, 9007199254740993n])
  })
})
