import { describe, expect, it } from 'vitest'
import { parseRegex } from '../syntax/parse.ts'
import { translateRegex } from './translate.ts'
import { isLinearPattern } from './v8-linear.ts'

const translated: readonly [source: string, pattern: string][] = [
  ['a.c', 'a(?:[^\\x0a\\ud800-\\udfff]|[\\ud800-\\udbff][\\udc00-\\udfff])c'],
  ['a.*c', 'a[^\\x0a]*c'],
  ['a.*', 'a[^\\x0a]*'],
  ['a.*?', 'a(?:[^\\x0a\\ud800-\\udfff]|[\\ud800-\\udbff][\\udc00-\\udfff])*?'],
  ['.*.+b', '(?:[^\\x0a\\ud800-\\udfff]|[\\ud800-\\udbff][\\udc00-\\udfff])*[^\\x0a]+b'],
  ['😀+', '(?:\\ud83d\\ude00)+'],
  ['[😀-😂a]', '(?:a|\\ud83d[\\ude00-\\ude02])'],
  ['(?i)sk', '[Ss\\u017f][Kk\\u212a]'],
  ['\\s', '[\\x09\\x0a\\x0c\\x0d ]'],
  ['\\w{16}', '[0-9A-Z_a-z]{16}'],
  ['a{17}', 'a'.repeat(17)],
  ['a{15,17}', `${'a'.repeat(15)}(?:a(?:a)?)?`],
  ['(?:a{4}){5}', '(?:aaaa){5}'],
  ['a{17,}?', `${'a'.repeat(18)}*?`],
  ['(a?)?', '(?:(a?)|)'],
  ['(a?)??', '(?:|(a?))'],
  ['(a){0}(b)', '(a){0}(b)'],
  ['(?:a|b)*\\z', '(?:a|b)*$'],
  ['[^\\x00-\\x{10FFFF}]', '[]'],
  ['(?s).*x', '[^]*x'],
  ['[\\]^-]/', '[\\-\\]\\^]\\/'],
]

const refused: readonly [source: string, reason: string][] = [
  ['(?m)^a', 'ends lines'],
  ['a\\B', 'surrogate pairs'],
  ['(?:(a)|b)*', 'forgets'],
  ['(?:(a)?b)+', 'forgets'],
  ['(a*)+', 'forgets'],
  ['(?:|a)*', 'empty round'],
  ['(?:a*?)*', 'empty round'],
  ['(ab){17}', 'counts a group'],
  ['(?:abcdefghijklmnopqrstuvwxyzabcdefghijk){1000}', 'too long'],
  ['a{0,300}', 'optional copies'],
  ['\\pL', 'too many ranges'],
  [`${'(?:a'.repeat(300)}${')?'.repeat(300)}`, 'nests too deeply'],
]

describe('translateRegex', () => {
  it.each(translated)('writes %s', (source, pattern) => {
    expect(translateRegex(parseRegex(source).root)).toEqual({ pattern })
    expect(isLinearPattern(pattern)).toBe(true)
  })

  it.each(refused)('refuses %s', (source, reason) => {
    expect(translateRegex(parseRegex(source).root)).toEqual({
      refusal: expect.stringContaining(reason) as string,
    })
  })

  it('keeps loops whose empty rounds and groups come out alike', () => {
    for (const source of ['(?:a*b*)*', '(?:a|b?)+', '(?:(a)b)*', '(\\.(\\d|x)){3}', '(?:a*)*']) {
      expect(translateRegex(parseRegex(source).root)).toHaveProperty('pattern')
    }
  })
})

describe('isLinearPattern', () => {
  it("tells what V8's linear engine takes", () => {
    expect(isLinearPattern('(a+)+$')).toBe(true)
    expect(isLinearPattern('a{17}')).toBe(false)
    expect(isLinearPattern('(a)\\1')).toBe(false)
    expect(isLinearPattern('(?=a)')).toBe(false)
  })
})
