import { describe, expect, it } from 'vitest'
import { compileRegex, type Engine, RegexSyntaxError } from './index.ts'

type Groups = readonly (string | undefined)[] | null

/** What RE2 finds where JavaScript, read naively, finds something else. */
const cases: readonly [source: string, text: string, groups: Groups][] = [
  ['a.c', 'a\rc', ['a\rc']],
  ['a.c', 'a\u2028c', ['a\u2028c']],
  ['a.c', 'a\nc', null],
  ['a\\sc', 'a\vc', null],
  ['a\\sc', 'a\u00a0c', null],
  ['a$', 'a\n', null],
  ['^b', 'a\nb', null],
  ['(?m)^b$', 'a\nb\nc', ['b']],
  ['(?m)^b', 'a\rb', null],
  ['[^a]', '\n', ['\n']],
  ['(?i)straße', 'STRAßE', ['STRAßE']],
  ['(?i)k', '\u212a', ['\u212a']],
  ['^.$', '😀', ['😀']],
  ['^..$', '😀', null],
  ['(.)(.)', '😀x', ['😀x', '😀', 'x']],
  ['a.+?', 'a😀b', ['a😀']],
  ['[^a]{2}', '😀😀', ['😀😀']],
  ['\\B', 'x😀', ['']],
  ['(?:(a)|(b))*', 'ab', ['ab', 'a', 'b']],
  ['(?:(a)|b)*', 'ab', ['ab', 'a']],
  ['(?:(\\w)(\\d)?)+', 'a1b', ['a1b', 'b', '1']],
  ['(a*)+', 'b', ['', '']],
  ['(a*)*', 'b', ['', '']],
  ['(a|b)*', 'abc', ['ab', 'b']],
  ['(|a)*', 'aa', ['', '']],
  ['(|a)+', 'aa', ['', '']],
  ['(a*)+', 'aab', ['aa', 'aa']],
  ['(a?)*b', 'aab', ['aab', 'a']],
  ['(a|ab)(c|bcd)(d*)', 'abcd', ['abcd', 'a', 'bcd', '']],
  ['\\bfoo\\b', 'éfooé', ['foo']],
  ['x{2,17}', 'x'.repeat(30), ['x'.repeat(17)]],
  ['\\C\\C', 'é', ['é']],
  ['a\\C*?é', 'aßé', ['aßé']],
]

describe('compileRegex', () => {
  it.each(cases)('finds what RE2 finds: %s in %j', (source, text, groups) => {
    const regex = compileRegex(source)
    const found = regex.exec(text)
    expect(found && [...found]).toEqual(groups)
    expect(regex.test(text)).toBe(groups !== null)
    // Padded, the same text is answered by the automaton.
    const places = regex.search(text)
    expect(places && places.length).toBe(groups && groups.length * 2)
    expect(places && text.slice(places[0], places[1])).toBe(groups && groups[0])
  })

  it('gives the places of groups', () => {
    expect(compileRegex('(a)|(b)').search('xb')).toEqual([1, 2, -1, -1, 1, 2])
  })

  it('answers long texts as it answers short ones', () => {
    const regex = compileRegex('user=(\\S+) ip=((?:\\d+\\.){3}\\d+)$')
    const line = 'user=ann ip=1.2.3.4'
    const long = `${'x'.repeat(5000)} ${line}`
    expect(regex.answererFor(line)).toBe('v8')
    expect(regex.answererFor(long)).toBe('automaton')
    expect(regex.answererFor('x'.repeat(5000))).toBe('literals')
    expect([...(regex.exec(long) ?? [])]).toEqual([...(regex.exec(line) ?? [])])
    expect(regex.search(long)?.map((place) => place - 5001)).toEqual(regex.search(line))
  })

  it.each<[string, Engine]>([
    ['a+b', 'v8'],
    ['(?:(a)|b)+', 'automaton'],
    ['(?:[a-z]{1000}[0-9]{1000}){1}'.repeat(40), 're2js'],
  ])('chooses an engine for %s', (source, engine) => {
    const regex = compileRegex(source)
    expect(regex.engine).toBe(engine)
    expect(regex.exec('xyz')).toBeNull()
  })

  it('gives names by index and the literals that every match has', () => {
    const regex = compileRegex('(\\d+) Failed (?P<what>\\w+)')
    expect(regex.groupNames).toEqual(['', '', 'what'])
    expect(regex.requiredLiterals).toEqual([' Failed '])
    expect(compileRegex('\\w+').requiredLiterals).toBeUndefined()
  })

  it('throws at once for a bad expression', () => {
    expect(() => compileRegex('a(')).toThrow(RegexSyntaxError)
  })
})
