import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compileRegex } from '@tocsin/regex'
import { textsOfPattern, textsOfPatterns } from './pattern-texts.ts'

it.each<[source: string, texts: string[] | undefined]>([
  ['(?i)\\bsqlmap/1\\.2\\b', ['sqlmap/1.2']],
  ['^Mozilla/5\\.0 .*zgrab', ['Mozilla/5.0 ']],
  ['xx[]a]+abcdefg?hij', ['abcdef']],
  ['xxxxxx{2,3}yyyy', ['xxxxx']],
  ['^http[s]?://', ['https://', 'http://']],
  ['(?i)kiss', ['kiss']],
  ['(?:curl|wget)/', ['curl/', 'wget/']],
  ['abcdefgh|x', undefined],
  ['(?:ab|c[)]d)?/index[.]cgi', ['/index']],
  ['abcdefgh(?i)', ['abcdefgh']],
  ['abcdef(x{)ghijklm', ['ghijklm']],
  ['\\Qab(c\\Edefghi', ['ab(cdefghi']],
  ['\\x41\\pLabcdef', ['abcdef']],
  ['[0-9]+', undefined],
])('every match of %s has one of %j', (source, texts) => {
  expect(textsOfPattern(source)).toEqual(texts)
})

it('knows nothing of a list with one pattern that has nothing', () => {
  expect(textsOfPatterns(['abcdef', '.*'])).toBeUndefined()
  expect(textsOfPatterns(['abcdef', 'ghi', 'abcdef'])).toEqual(['abcdef', 'ghi'])
})

it('tells no text that a match may lack', () => {
  const atom = fc.constantFrom(
    '(ab)',
    '(?:c|b)',
    '([)]1|\\))',
    '(?i)',
    '(?i:b)',

    'ab',
    'c',
    '\\.',
    '\\d',
    '.',
    '[ab]',
    '[^]c]',
    '\\b',
    '1',
    'AB',
    '\\\\',
    '{',
    '}',
  )
  const piece = fc
    .tuple(atom, fc.constantFrom('', '', '', '*', '+', '?', '??', '{2}', '{0,1}'))
    .map((parts) => parts.join(''))
  const sources = fc
    .tuple(fc.constantFrom('', '(?i)', '^'), fc.array(piece, { minLength: 1, maxLength: 6 }))
    .map(([head, pieces]) => head + pieces.join(''))
    .filter(isExpression)
  const text = fc.array(fc.constantFrom('ab', 'c', '.', '1', 'A', 'b', '\\', '{', '}', ']'), { maxLength: 8 })
  fc.assert(
    fc.property(sources, fc.array(text, { minLength: 10, maxLength: 10 }), (source, texts) => {
      const regex = compileRegex(source)
      const needed = textsOfPattern(source)?.map((each) => each.toLowerCase())
      for (const each of texts.map((parts) => parts.join(''))) {
        if (regex.test(each))
          expect(needed?.some((part) => each.toLowerCase().includes(part)) ?? true).toBe(true)
      }
    }),
    { numRuns: 2000, seed: 7 },
  )
})

function isExpression(source: string): boolean {
  try {
    compileRegex(source)
    return true
  } catch {
    return false
  }
}
