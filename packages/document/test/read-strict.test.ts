import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeNeeding, needShared, sharedFolder } from '../../testkit/src/index.ts'
import { readStrict } from '../src/strict/read-strict.ts'
import { asLibrary, inSameWords } from './as-library.ts'

/** What the strict reader must do with a text: answer what the library answers, or leave it to the library. */
function expectAgreement(text: string): 'read' | 'left' {
  const documents = readStrict(text)
  if (!documents) return 'left'
  expect(inSameWords(text, documents)).toEqual(asLibrary(text))
  return 'read'
}

describe('readStrict', () => {
  it.each([
    'a: 1\nb: -2.50\nc: yes\nd: ~\ne:\nf: 192.0.2.7\ng: v1.0\n"404": x\n',
    'a:\n- b: c\n  d:\n    - e\n    - - f\n      - g\n-h: i\n',
    'a: one\n   two\n\n   three # comment\nb: "x\n  y"\n',
    "a: 'it''s'\nb: \"tab\\t \\x41 \\u00e9\"\nc: 'one\n\n  two'\n",
    'a: |\n  one\n   two\n\n  three\n\nb: >-\n  one\n  two\n\n  three\n    four\n  five\n# end\n',
    'a: [b, "c", {d: e}, [f]]\ng: {h: [i,\n  j], k: l}\nm: []\n',
    '# one\n---\na: b\n---\n---\n- c\n',
  ])('reads %j as the library does', (text) => expect(expectAgreement(text)).toBe('read'))

  it.each([
    'a: &x b',
    'a: *x',
    'a: !!str b',
    '? a\n: b',
    'a: b: c',
    'a: [b',
    'a: "b',
    'a: b\na: c',
    '<<: {a: b}',
    'a:\tb',
    'a: b\r\n',
    'a: 0x1f',
    'a: 2020-01-01',
    'a: 1_000',
    'a: |2\n   b',
    '%YAML 1.1\n---\na: b',
    'a: @b',
    ' a: b\nc: d',
    'a: b\n c: d',
    `a: ${'['.repeat(40)}${']'.repeat(40)}`,
    `${'k'.repeat(1025)}: b`,
  ])('leaves %j to the library', (text) => expect(expectAgreement(text)).toBe('left'))

  it('agrees with the library on what is put together from the pieces of YAML', () => {
    const read = fc.sample(fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 14 }), {
      numRuns: 4000,
      seed: 7,
    })
    const answers = read.map((parts) => expectAgreement(parts.join('')))
    expect(answers).toContain('read')
    expect(answers).toContain('left')
  })
})

const pieces = [
  'a: ',
  'b:\n',
  'c: d\n',
  '- ',
  '-\n',
  '"e": ',
  "'f'",
  'g',
  '1',
  '1.5',
  '~',
  'no',
  '.5',
  '08',
  '-',
  ':',
  '#',
  ' #',
  '\n',
  '\n',
  '\n  ',
  '\n    ',
  '\n\n',
  ' ',
  '  ',
  '---\n',
  '...\n',
  '\n# h\n',
  '|\n',
  '|-\n',
  '>\n',
  '>-\n',
  '? ',
  '[',
  ']',
  '{',
  '}',
  ', ',
  '[i, j]',
  '{k: l}',
  '"m\\tn"',
  "'o''p'",
  '"',
  "'",
  '\\',
  '&q ',
  '*q',
  '!',
  '@',
  '\u00e9',
]

describeNeeding([needShared('hub')], 'files of the public hub', () => {
  const folder = join(sharedFolder, 'hub')
  const files = ['parsers', 'scenarios', 'postoverflows', 'contexts', 'collections'].flatMap((kind) =>
    readdirSync(join(folder, kind), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.ya?ml$/.test(name))
      .map((name) => join(folder, kind, name)),
  )
  const texts = files.map((file) => readFileSync(file, 'utf8'))

  it('need no library, and agree with it', () => {
    const left = files.filter((_, index) => expectAgreement(texts[index] ?? '') === 'left')
    expect(left).toEqual([])
  })

  it('agree with the library when they are damaged', () => {
    const property = fc.property(
      fc.nat(),
      fc.nat(),
      fc.nat(8),
      fc.constantFrom(...pieces, ''),
      (pick, at, cut, piece) => {
        const lines = (texts[pick % texts.length] ?? '').split('\n')
        const from = at % lines.length
        const text = lines.slice(from, from + 30).join('\n')
        const place = (at >> 8) % (text.length + 1)
        expectAgreement(text.slice(0, place) + piece + text.slice(place + cut))
      },
    )
    fc.assert(property, { numRuns: 3000, seed: 7 })
  })
})
