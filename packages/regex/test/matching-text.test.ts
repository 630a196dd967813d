import { describe, expect, it } from 'vitest'
import { compileRegex } from '../src/index.ts'
import { parseRegex } from '../src/syntax/parse.ts'
import { inflatedLines, randomNumbers } from './hostile.ts'
import { countOpenRepeats, matchingText } from './matching-text.ts'

const sources = [
  'abc',
  'a|bc|',
  '(?i)user (?P<name>\\S+) from (\\d{1,3}\\.){3}\\d+',
  '[^a-z]{3,}x?',
  '(?:a*b|c+(?:d|e*)){2,5}f+',
  '\\p{Greek}+\\x{1F600}',
  '"(?:[^"\\\\]|\\\\.)*"',
]

describe('texts made from expressions', () => {
  it.each(sources)('match %s, whatever the seed', (source) => {
    const regex = compileRegex(`\\A(?:${source})\\z`)
    for (let seed = 0; seed < 50; seed++) {
      const text = matchingText(parseRegex(source).root, randomNumbers(seed))
      expect([text, regex.test(text)]).toEqual([text, true])
    }
  })

  it.each(sources)('match %s with any of its repeats blown up', (source) => {
    const regex = compileRegex(`\\A(?:${source})\\z`)
    const { root } = parseRegex(source)
    for (let repeat = 0; repeat < countOpenRepeats(root); repeat++) {
      const text = matchingText(root, randomNumbers(repeat), { repeat, length: 500 })
      expect([text, text.length >= 500, regex.test(text)]).toEqual([text, true, true])
    }
  })

  it('count the repeats without a limit', () => {
    expect(countOpenRepeats(parseRegex('a*(b+|c{2,}){3}d?[^e]{0,9}').root)).toBe(3)
  })

  it('fill a line, one for each repeat up to the most', () => {
    const lines = inflatedLines('a+b+c+d+e+', 300, 4)
    expect(lines.map((line) => line.length)).toEqual([300, 300, 300, 300])
    expect(lines[0]).toBe('a'.repeat(300))
    expect(inflatedLines('abc', 300)).toEqual([])
  })
})
