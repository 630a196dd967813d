import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Automaton, tooLarge } from '../src/automaton/automaton.ts'
import { textsAt } from '../src/automaton/automaton-matcher.ts'
import { compileProgram } from '../src/automaton/program.ts'
import { compileRegex, compileRegexSet } from '../src/index.ts'
import { Re2jsMatcher } from '../src/re2js-matcher.ts'
import { foldRanges } from '../src/syntax/case-fold.ts'
import { type ParsedRegex, parseRegex } from '../src/syntax/parse.ts'
import { printRegex } from '../src/syntax/print.ts'
import { translateRegex } from '../src/v8/translate.ts'
import { isLinearPattern } from '../src/v8/v8-linear.ts'

const characters = [
  'a',
  'b',
  'c',
  'k',
  's',
  'A',
  'K',
  '1',
  '_',
  '.',
  '-',
  ' ',
  '"',
  '\n',
  '\r',
  '\v',
  'é',
  'ſ',
  '\u212a',
]
const astral = ['😀', '𐐀', '𐐨']
const texts = fc
  .array(fc.constantFrom(...characters, ...astral), { maxLength: 14 })
  .map((parts) => parts.join(''))

const plainAtoms = [
  'a',
  'b',
  'c',
  'k',
  's',
  '1',
  '_',
  '\\.',
  '-',
  ' ',
  'é',
  'ſ',
  '😀',
  '𐐀',
  'ab',
  'a\\.b',
  '',
]
const classAtoms = [
  '.',
  '\\d',
  '\\w',
  '\\s',
  '\\D',
  '\\W',
  '\\S',
  '[a-c]',
  '[^a]',
  '[^"]',
  '[a1_😀]',
  '[^\\W_]',
]
const rareAtoms = [
  '[[:alpha:]é]',
  '\\p{Greek}',
  '[😀-😂]',
  '\\x{10400}',
  '^',
  '$',
  '\\b',
  '\\B',
  '\\A',
  '\\z',
  '(?i)',
  '(?s)',
]
const atoms = fc.constantFrom(...plainAtoms, ...classAtoms, ...rareAtoms, '(?m)', '(?U)')
const operators = fc.constantFrom(
  '*',
  '+',
  '?',
  '*?',
  '+?',
  '??',
  '{2}',
  '{0,2}',
  '{1,3}?',
  '{2,}',
  '{0}',
  '{0,18}',
)

const sources = fc.letrec<{ source: string; group: string; repeat: string }>((tie) => ({
  source: fc
    .array(fc.array(tie('repeat'), { maxLength: 3 }), { minLength: 1, maxLength: 2 })
    .map((alternatives) => alternatives.map((items) => items.join('')).join('|')),
  group: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    atoms,
    tie('source').map((source) => `(${source})`),
    tie('source').map((source) => `(?:${source})`),
    fc
      .tuple(fc.constantFrom('i', 's', 'm', 'U', 'i-s'), tie('source'))
      .map(([flags, source]) => `(?${flags}:${source})`),
  ),
  // A flag group is nothing that could be repeated.
  repeat: fc
    .tuple(tie('group'), fc.option(operators, { nil: '', freq: 1 }))
    .map(([group, operator]) => (group === '' || /^\(\?[a-zA-Z]+\)$/.test(group) ? group : group + operator)),
})).source

const runs = { numRuns: 1000 }

function tryParse(source: string): ParsedRegex | undefined {
  try {
    return parseRegex(source)
  } catch {
    // Counts inside counts may go over the bound.
    return undefined
  }
}

it('finds what re2js finds, whoever answers', () => {
  fc.assert(
    fc.property(sources, fc.array(texts, { minLength: 1, maxLength: 5 }), (source, subjects) => {
      const parsed = tryParse(source)
      fc.pre(parsed !== undefined)
      const peer = new Re2jsMatcher(parsed.root)
      const regex = compileRegex(source)
      const program = compileProgram([parsed.root])
      const automaton = program && new Automaton(program, parsed.groupNames.length)
      for (const text of subjects) {
        const places = peer.search(text)
        expect(automaton?.search(text) ?? null).toEqual(places)
        expect(automaton?.test(text)).toBe(places !== null)
        expect(regex.exec(text)?.map((group) => group) ?? null).toEqual(places && textsAt(text, places))
        expect(regex.test(text)).toBe(places !== null)
        expect(regex.search(text)).toEqual(places)
      }
    }),
    runs,
  )
})

it("translates to what V8's linear engine takes and answers alike", () => {
  fc.assert(
    fc.property(sources, texts, (source, text) => {
      const parsed = tryParse(source)
      const translation = parsed && translateRegex(parsed.root)
      fc.pre(translation !== undefined && 'pattern' in translation)
      expect(isLinearPattern(translation.pattern)).toBe(true)
      // oxlint-disable-next-line no-invalid-regexp -- `l` exists once isLinearPattern has been called
      const inLinear = new RegExp(translation.pattern, 'l').exec(text)
      expect(inLinear?.map((group) => group) ?? null).toEqual(
        compileRegex(source)
          .exec(text)
          ?.map((group) => group) ?? null,
      )
    }),
    runs,
  )
})

it('writes an expression so that it parses back to the same meaning', () => {
  fc.assert(
    fc.property(sources, texts, (source, text) => {
      const parsed = tryParse(source)
      fc.pre(parsed !== undefined)
      const again = compileRegex(printRegex(parsed.root))
      expect(again.exec(text)?.map((group) => group) ?? null).toEqual(
        compileRegex(source)
          .exec(text)
          ?.map((group) => group) ?? null,
      )
    }),
    runs,
  )
})

it('matches sets as it matches their expressions one by one', () => {
  fc.assert(
    fc.property(fc.array(sources, { maxLength: 6 }), fc.array(texts, { maxLength: 4 }), (all, subjects) => {
      const valid = all.filter((source) => tryParse(source) !== undefined)
      const set = compileRegexSet(valid)
      for (const text of subjects) {
        const first = valid.findIndex((source) => compileRegex(source).test(text))
        expect(set.firstMatch(text)).toBe(first)
        expect(set.matchesAny(text)).toBe(first >= 0)
      }
    }),
    runs,
  )
})

it('has every match contain one of its required literals', () => {
  fc.assert(
    fc.property(sources, texts, (source, text) => {
      fc.pre(tryParse(source) !== undefined)
      const { requiredLiterals } = compileRegex(source)
      const whole = compileRegex(source).exec(text)?.[0]
      if (requiredLiterals && whole !== undefined) {
        expect(requiredLiterals.some((literal) => whole.includes(literal))).toBe(true)
      }
    }),
    runs,
  )
})

it('never gives up on a text of ordinary length', () => {
  const root = parseRegex('(a|b)*a(a|b){14}').root
  const program = compileProgram([root])
  const automaton = program && new Automaton(program, 3)
  expect(automaton?.search('abba'.repeat(500))).not.toBe(tooLarge)
})

it('folds a set only by adding to it, and once', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0x1ffff }), fc.integer({ min: 0, max: 200 }), (low, length) => {
      const folded = foldRanges([low, low + length])
      expect(foldRanges(folded)).toEqual(folded)
    }),
    { numRuns: 200 },
  )
})
