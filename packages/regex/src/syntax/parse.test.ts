import { describe, expect, it } from 'vitest'
import { RegexSyntaxError } from './error.ts'
import { maxHeight, maxSourceLength, parseRegex } from './parse.ts'
import { printRegex } from './print.ts'

function errorOf(source: string): RegexSyntaxError {
  try {
    parseRegex(source)
  } catch (error) {
    if (error instanceof RegexSyntaxError) return error
    throw error
  }
  throw new Error(`parsed ${source}`)
}

/** Expressions that Go refuses: offset of the fault and a word of the reason. */
const refused: readonly [source: string, offset: number, reason: string][] = [
  ['*', 0, 'nothing to repeat'],
  ['a|*', 2, 'nothing to repeat'],
  ['(+)', 1, 'nothing to repeat'],
  ['(?i)*', 4, 'nothing to repeat'],
  ['{2}', 0, 'nothing to repeat'],
  ['a**', 2, 'follows another repeat'],
  ['a*?*', 3, 'follows another repeat'],
  ['a{1}{2}', 4, 'follows another repeat'],
  ['a++', 2, 'follows another repeat'],
  ['x{1001}', 1, 'over 1000'],
  ['x{2,1001}', 1, 'over 1000'],
  ['x{2,1}', 1, 'wrong way round'],
  ['(?:a{2}){501}', 8, 'over 1000'],
  ['(?:x{1000}|y){2}', 13, 'over 1000'],
  ['(?:a{2,}){501}', 9, 'over 1000'],
  ['(?:(?:a{0}){999}){999}', 17, 'over 1000'],
  ['(a', 0, 'no closing )'],
  ['a(b(c)', 1, 'no closing )'],
  ['a)', 1, 'closes no group'],
  ['[a', 0, 'no closing ]'],
  ['[]', 0, 'no closing ]'],
  ['[^]', 0, 'no closing ]'],
  ['[[:alpha:', 0, 'no closing ]'],
  ['[z-a]', 1, 'upside down'],
  ['[[:foo:]]', 1, 'no class [:foo:]'],
  ['[a-\\d]', 3, 'not valid'],
  ['[\\b]', 1, 'not valid'],
  ['a\\', 1, 'escapes nothing'],
  ['\\1', 0, 'back-reference'],
  ['\\8', 0, 'not valid'],
  ['\\Z', 0, 'not valid'],
  ['\\é', 0, 'not valid'],
  ['\\xZ', 0, 'not valid'],
  ['\\x{}', 0, 'not valid'],
  ['\\x{110000}', 0, 'not valid'],
  ['\\pX', 0, 'no character class named "X"'],
  ['\\p{Grek}', 0, 'no character class named "Grek"'],
  ['\\p{Greek', 0, 'missing'],
  ['(?=a)', 0, 'look-ahead'],
  ['(?!a)', 0, 'look-ahead'],
  ['(?<=a)', 0, 'look-behind'],
  ['(?<!a)', 0, 'look-behind'],
  ['(?>a)', 0, 'not supported'],
  ['(?P=n)', 0, 'not supported'],
  ['(?P<>a)', 0, 'name of the group'],
  ['(?P<a-b>a)', 0, 'name of the group'],
  ['(?<n', 0, 'name of the group'],
  ['(?-)', 0, 'not supported'],
  ['(?i-)', 0, 'not supported'],
  ['(?-:a)', 0, 'not supported'],
  ['(?i', 0, 'no closing )'],
]

/** Expressions that Go takes, and how they read. */
const taken: readonly [source: string, meaning: string][] = [
  ['', '(?:)'],
  ['a{', 'a\\x{7b}'],
  ['a{,2}', 'a\\x{7b}\\x{2c}2\\x{7d}'],
  ['a{01}', 'a\\x{7b}01\\x{7d}'],
  ['a{1}', 'a'],
  ['a{0}', '(?:)'],
  ['a{2,3}?', '(?:a){2,3}?'],
  ['(?i)k', '[Kk\\x{212a}]'],
  ['(?i:s)s', '[Ss\\x{17f}]s'],
  ['a(?i)b|c', '(?:a[Bb]|[Cc])'],
  ['(a(?i)b)c', '(a[Bb])c'],
  ['(?U)a*b*?', '(?:a)*?(?:b)*'],
  ['(?s).', '[\\x{0}-\\x{10ffff}]'],
  ['.', '[\\x{0}-\\x{9}\\x{b}-\\x{10ffff}]'],
  ['(?m)^$', '(?m:^)(?m:$)'],
  ['^$\\A\\z', '\\A\\z\\A\\z'],
  ['\\b\\b', '\\b'],
  ['(?:\\b)*a', '(?:)a'],
  ['a|', '(?:a|(?:))'],
  ['\\Q*+?\\Eb*', '\\x{2a}\\x{2b}\\x{3f}(?:b)*'],
  ['\\Qa', 'a'],
  ['a*(?i)*', '(?:(?:a)*)*'],
  ['[]a]', '[\\x{5d}a]'],
  ['[^\\n]', '[\\x{0}-\\x{9}\\x{b}-\\x{10ffff}]'],
  ['[a-]', '[\\x{2d}a]'],
  ['[[=a=]]', '[\\x{3d}\\x{5b}a]\\x{5d}'],
  ['[[:^ascii:]]', '[\\x{80}-\\x{10ffff}]'],
  ['[\\d\\-x]', '[\\x{2d}0-9x]'],
  ['[^\\x00-\\x{10FFFF}]', '[^\\x{0}-\\x{10ffff}]'],
  ['\\s', '[\\x{9}-\\x{a}\\x{c}-\\x{d}\\x{20}]'],
  ['\\07\\x41\\_', '\\x{7}A_'],
  ['\\p{^ascii}', '[\\x{80}-\\x{10ffff}]'],
  [
    '(?i)\\W',
    '[\\x{0}-\\x{2f}\\x{3a}-\\x{40}\\x{5b}-\\x{5e}\\x{60}\\x{7b}-\\x{17e}\\x{180}-\\x{2129}\\x{212b}-\\x{10ffff}]',
  ],
  ['é\\C', '\\x{c3}\\x{a9}[\\x{0}-\\x{ff}]'],
]

describe('parseRegex', () => {
  it.each(refused)('refuses %s', (source, offset, reason) => {
    const error = errorOf(source)
    expect(error).toMatchObject({ code: 'REGEX_SYNTAX', source, offset })
    expect(error.reason).toContain(reason)
    expect(error.message).toBe(`cannot compile regex: ${error.reason} at offset ${offset}`)
  })

  it.each(taken)('reads %s', (source, meaning) => {
    expect(printRegex(parseRegex(source).root)).toBe(meaning)
  })

  it('names groups by both ways to write a name', () => {
    expect(parseRegex('(a)(?P<one>b)(?:c)(?<two>d)').groupNames).toEqual(['', '', 'one', 'two'])
  })

  it('shows the place of a fault', () => {
    expect(errorOf('user=(\\w+').excerpt).toBe(' | user=(\\w+\n | .....^')
  })

  it('bounds length, nesting and size', () => {
    const nested = (depth: number): string => '('.repeat(depth) + ')'.repeat(depth)
    expect(parseRegex(nested(maxHeight - 1)).groupNames).toHaveLength(maxHeight)
    expect(errorOf(nested(maxHeight + 1))).toMatchObject({ code: 'REGEX_TOO_LARGE', offset: maxHeight })
    expect(errorOf('a'.repeat(maxSourceLength + 1)).code).toBe('REGEX_TOO_LARGE')
    expect(errorOf('(?:abcdefghij){1000}'.repeat(30)).code).toBe('REGEX_TOO_LARGE')
    expect(errorOf(`${'(?:a'.repeat(900)}${')*'.repeat(900)}`).code).toBe('REGEX_TOO_LARGE')
  })
})
