import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import type { Value } from '../value.ts'
import { formatJson, parseJson } from './json.ts'

/** Values that JSON can hold. */
const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (number === 0 ? 0 : number)),
    fc.string({ unit: 'grapheme' }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(fc.string(), tie('value')), { maxLength: 4 }).map((entries) => new Map(entries)),
  ),
}))

describe('JSON', () => {
  it('reads what it writes', () => {
    fc.assert(
      fc.property(value, fc.constantFrom('', '  '), (given, indent) => {
        expect(parseJson(formatJson(given, indent))).toEqual(given)
      }),
    )
  })

  it('keeps a key that other languages treat as special', () => {
    expect(parseJson('{"__proto__": 1, "constructor": {"a": 2}}')).toEqual(
      new Map<string, Value>([
        ['__proto__', 1],
        ['constructor', new Map([['a', 2]])],
      ]),
    )
  })

  it('may nest by 10,000 levels', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
    expect(parseJson(nested(10_000))).toBeInstanceOf(Array)
    expect(() => parseJson(nested(10_001))).toThrow('the JSON nests too deeply')
    expect(() => parseJson('{"a":'.repeat(200_000))).toThrow('the JSON nests too deeply')
  })

  test.each([
    ['{"a": 1', 'the JSON ends too early'],
    ['[1 2]', 'the JSON is malformed at character 4'],
    ['nope', 'the JSON is malformed'],
    ['1e999', 'a number is too large'],
    ['', 'the JSON ends too early'],
  ])('%s: %s', (text, reason) => expect(() => parseJson(text)).toThrow(reason))

  test.each<[Value, string]>([
    [1n << 62n, '4611686018427387904'],
    [1e21, '1e+21'],
    [1e-7, '1e-7'],
    [100, '100'],
    ['<a & b>\u2028', '"\\u003ca \\u0026 b\\u003e\\u2028"'],
    [new Uint8Array([1, 2, 255]), '"AQL/"'],
    [
      new Map([
        ['b', 1],
        ['a', 2],
      ]),
      '{"a":2,"b":1}',
    ],
  ])('%s is written as %s', (given, expected) => expect(formatJson(given)).toBe(expected))

  it('has no text for floats that are no numbers', () => {
    expect(() => formatJson(Number.NaN)).toThrow('has no JSON')
  })
})
