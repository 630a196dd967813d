import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createEnvironment, DataFiles, compileExpr, helperFunctions, noWorld, types } from '../index.ts'
import type { Value } from '../index.ts'

const lines = ['admin', '/etc/passwd', '.php', 'ADMIN', 'é', '.env', 'union select']

function environmentOf(texts: readonly string[]) {
  const files = new DataFiles()
  files.load('f', 'string', texts.join('\n'))
  return createEnvironment({
    variables: { x: types.string, y: types.string, any_: types.any, loose: types.array(types.string) },
    functions: helperFunctions({ ...noWorld(), files }),
  })
}

const env = environmentOf(lines)

/** The answer for the lines of a file, and for the same list in a variable, which is gone through one by one. */
function both(body: string, scope: Record<string, Value>): Value[] {
  return ["File('f')", 'loose'].map((list) => {
    const program = compileExpr(`any(${list}, { ${body} })`, env)
    try {
      return program.run({ loose: [...lines], any_: null, y: '', ...scope })
    } catch (error) {
      return String(error).replace(/\n.*/s, '')
    }
  })
}

describe('a list that is searched as a whole', () => {
  const bodies = [
    'x contains #',
    'Upper(x) contains Upper(#)',
    'Lower(x) contains lower(#)',
    'x endsWith #',
    'x startsWith #',
    'x == #',
    '# == x',
    'len(#) > 0 && x endsWith #',
    '# != "" && x contains #',
    'x contains # || y == #',
    'x == # || y endsWith # || Upper(y) startsWith Upper(#)',
  ]

  it.each(bodies)('%s: finds what a loop finds', (body) => {
    const word = fc.oneof(fc.constantFrom(...lines, 'Union Select', 'É'), fc.string({ maxLength: 4 }))
    const text = fc.array(word, { maxLength: 3 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(text, text, (x, y) => {
        const [searched, looped] = both(body, { x, y })
        expect(searched).toBe(looped)
      }),
    )
  })

  it('takes nothing for granted where a text may be no text', () => {
    const [searched, looped] = both('any_ contains #', { x: '', any_: 5n })
    expect(searched).toBe(looped)
    expect(searched).toContain('cannot evaluate')
  })

  it('evaluates nothing for an empty list', () => {
    const empty = environmentOf([])
    expect(compileExpr("any(File('f'), { x contains # || y == # })", empty).run({})).toBe(false)
  })
})

describe('a list of ranges that is searched as a whole', () => {
  const ranges = [
    '10.0.0.0/8',
    '10.1.0.0/16',
    '192.0.2.128/25',
    '0.0.0.0/32',
    '255.255.255.255/32',
    '2001:db8::/32',
    '::ffff:198.51.100.0/120',
    'nonsense',
    '1.2.3.4',
  ]
  const addressed = environmentOf(ranges)
  const bodies = ['IpInRange(x, #)', 'len(#) > 0 && IpInRange(x, #)', 'IpInRange(x, #) || IpInRange(y, #)']
  const addresses = fc.oneof(
    fc.constantFrom('10.255.0.1', '11.0.0.0', '192.0.2.127', '192.0.2.128', '0.0.0.0', '255.255.255.255'),
    fc.constantFrom('::ffff:198.51.100.7', '198.51.100.9', '2001:db8:1::', '2001:db9::', '', 'x', '1.2.3.4'),
    fc.ipV4(),
    fc.ipV6(),
  )

  it.each(bodies)('%s: finds what a loop finds', (body) => {
    const [searched, looped] = ["File('f')", 'loose'].map((list) =>
      compileExpr(`any(${list}, { ${body} })`, addressed),
    )
    fc.assert(
      fc.property(addresses, addresses, (x, y) => {
        expect(searched?.run({ x, y })).toBe(looped?.run({ x, y, loose: ranges }))
      }),
    )
  })
})

describe('what is made of a line', () => {
  it('is the same every time', () => {
    const json = environmentOf(['{"uri": "/a", "cve": "A"}', '{"uri": "/b", "cve": "B"}'])
    const program = compileExpr(
      'map(filter(File("f"), x contains JsonExtract(#, "uri")), JsonExtract(#, "cve"))',
      json,
    )
    for (const [x, expected] of [
      ['/b', ['B']],
      ['/a/b', ['A', 'B']],
      ['/c', []],
    ] as const) {
      expect(program.run({ x })).toEqual(expected)
    }
  })
})

describe('long chains of alternatives', () => {
  const chain = (test: string, count: number) =>
    Array.from({ length: count }, (_, index) => `x ${test} "<${index}>"`).join(' || ')

  it.each(['contains', 'startsWith', 'endsWith', '=='])('%s: finds any of them', (test) => {
    const program = compileExpr(`y == "" && (${chain(test, 40)} || y == "never")`, env)
    expect(program.run({ x: '<39>', y: '' })).toBe(true)
    expect(program.run({ x: '<40>', y: '' })).toBe(false)
    expect(program.run({ x: 'a<7>', y: '' })).toBe(test === 'contains' || test === 'endsWith')
    expect(program.run({ x: '<7>a', y: '' })).toBe(test === 'contains' || test === 'startsWith')
  })

  it('keeps the others around them', () => {
    const program = compileExpr(`y == "1" || ${chain('contains', 9)} || y == "2" || ${chain('==', 12)}`, env)
    const results = ['', '1', '2', '3'].map((y) => program.run({ x: 'none', y }))
    expect(results).toEqual([false, true, true, false])
    expect(program.run({ x: '<11>', y: '' })).toBe(true)
    expect(program.run({ x: '<8>!', y: '' })).toBe(true)
  })
})
