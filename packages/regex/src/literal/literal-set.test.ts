import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { literalSet } from './literal-set.ts'
import { StepTable } from './step-table.ts'
import { buildTrie } from './trie.ts'

function findNaively(
  literals: readonly string[],
  text: string,
): { index: number; start: number; end: number } | null {
  for (let start = 0; start <= text.length; start++) {
    const index = literals.findIndex((literal) => text.startsWith(literal, start))
    if (index >= 0) return { index, start, end: start + (literals[index] ?? '').length }
  }
  return null
}

const words = fc
  .array(fc.constantFrom('a', 'b', 'c', 'é', '☃'), { maxLength: 5 })
  .map((parts) => parts.join(''))
const lists = fc.array(words, { maxLength: 8 })
const texts = fc
  .array(fc.constantFrom('a', 'b', 'c', 'é', '☃', 'x'), { maxLength: 30 })
  .map((parts) => parts.join(''))

describe('literalSet', () => {
  it('finds the first to start, then the first in the list', () => {
    const set = literalSet(['bcd', 'abcx', 'ab', 'abc'])
    expect(set.find('xabcd')).toEqual({ index: 2, start: 1, end: 3 })
    expect(set.find('xbcd')).toEqual({ index: 0, start: 1, end: 4 })
    expect(set.find('abcx')).toEqual({ index: 1, start: 0, end: 4 })
    expect(set.find('xyz')).toBeNull()
    expect(set.test('xyzab')).toBe(true)
    expect(set.test('xyz')).toBe(false)
  })

  it('holds nothing, or the empty literal', () => {
    expect(literalSet([]).test('a')).toBe(false)
    expect(literalSet(['b', '']).find('ab')).toEqual({ index: 1, start: 0, end: 0 })
    expect(literalSet(['a', '']).find('ab')).toEqual({ index: 0, start: 0, end: 1 })
  })

  it('finds what a search for one after another finds', () => {
    fc.assert(
      fc.property(lists, texts, (literals, text) => {
        const expected = findNaively(literals, text)
        expect(literalSet(literals).find(text)).toEqual(expected)
        expect(literalSet(literals).test(text)).toBe(expected !== null)
      }),
    )
  })

  it('walks a list too long for a table along its links, to the same ends', () => {
    const many = Array.from({ length: 30_000 }, (_, index) => `entry-${index}-${(index * 7919) % 10_007}é☃`)
    const trie = buildTrie(many)
    expect(new StepTable(trie).isTable).toBe(false)
    const set = literalSet(many)
    expect(set.test(`x${many[20_000]}y`)).toBe(true)
    expect(set.test('entry-20000-')).toBe(false)
    expect(set.find(`x${many[123]} ${many[5]}`)?.index).toBe(123)
  })
})
