import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseRegex } from '../syntax/parse.ts'
import { printRegex } from '../syntax/print.ts'
import { factorChoices } from './factor.ts'
import { translateRegex } from './translate.ts'

const cases: readonly [source: string, factored: string][] = [
  ['ab|ac', 'a(?:b|c)'],
  [
    '(?:[0-9]{1,4}:){3}x|(?:[0-9]{1,4}:){2}y|(?:[0-9]{1,4}:)z',
    '[0-9]{1,4}:(?:[0-9]{1,4}:(?:[0-9]{1,4}:x|y)|z)',
  ],
  ['ab|a|ac', 'a(?:b||c)'],
  ['x(?:\\bfoo|\\bbar)', 'x\\b(?:foo|bar)'],
  ['[ab]{1,2}b|[ab]{1,2}c', '[ab](?:[ab]?b|[ab]?c)'],
  ['a{2}b|a{1,3}?c', 'a(?:ab|a{0,2}?c)'],
]

/** What may match in several ways at one place, is captured, or is not next to its like, stays where it is. */
const kept: readonly string[] = ['a*b|a*c', '(a)b|(a)c', 'ab|c|ad', '(?:a|b*)c|(?:a|b*)d']

const shown = (source: string): string => printRegex(parseRegex(source).root)

describe('factorChoices', () => {
  it.each(cases)('%s is %s', (source, factored) => {
    expect(printRegex(factorChoices(parseRegex(source).root))).toBe(shown(factored))
  })

  it.each(kept)('%s stays', (source) => {
    const { root } = parseRegex(source)
    expect(factorChoices(root)).toBe(root)
  })

  it('keeps what matches, and the groups', () => {
    const atom = fc.constantFrom(
      'a',
      'b',
      '[ab]',
      'a{2}',
      '(?:ab){1,2}',
      '(a)',
      '(b?)',
      'a*?',
      '[^a]',
      '\\b',
      '(?:a?:){2}',
    )
    const item = fc.array(atom, { maxLength: 4 }).map((atoms) => atoms.join(''))
    const choice = fc.array(item, { minLength: 2, maxLength: 4 }).map((items) => `(?:${items.join('|')})`)
    const pattern = fc
      .array(fc.oneof(choice, item), { minLength: 1, maxLength: 3 })
      .map((parts) => parts.join(''))
    const text = fc.string({ unit: fc.constantFrom('a', 'b', ':', ' '), maxLength: 8 })
    fc.assert(
      fc.property(pattern, text, (source, searched) => {
        const { root } = parseRegex(source)
        const before = translateRegex(root)
        const after = translateRegex(factorChoices(root))
        if (!('pattern' in before) || !('pattern' in after)) return
        expect([...(new RegExp(after.pattern).exec(searched) ?? [])]).toEqual([
          ...(new RegExp(before.pattern).exec(searched) ?? []),
        ])
      }),
      { numRuns: 3000 },
    )
  })
})
