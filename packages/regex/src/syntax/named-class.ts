import type { CodeRanges } from './code-ranges.ts'

const digits = [0x30, 0x39]
const upperLetters = [0x41, 0x5a]
const lowerLetters = [0x61, 0x7a]
const underscore = [0x5f, 0x5f]
/** Tab, line feed, form feed, carriage return and space: no vertical tab, nothing outside ASCII. */
const perlSpace = [0x09, 0x0a, 0x0c, 0x0d, 0x20, 0x20]

/** The characters of a word, as `\w` and `\b` see them: ASCII letters, digits and underscore. */
export const wordRanges: CodeRanges = [...digits, ...upperLetters, ...underscore, ...lowerLetters]

/** What `\d`, `\s` and `\w` stand for, by their letter. */
export const perlClasses: ReadonlyMap<string, CodeRanges> = new Map([
  ['d', digits],
  ['s', perlSpace],
  ['w', wordRanges],
])

/** What `[:name:]` stands for. */
export const posixClasses: ReadonlyMap<string, CodeRanges> = new Map([
  ['alnum', [...digits, ...upperLetters, ...lowerLetters]],
  ['alpha', [...upperLetters, ...lowerLetters]],
  ['ascii', [0x00, 0x7f]],
  ['blank', [0x09, 0x09, 0x20, 0x20]],
  ['cntrl', [0x00, 0x1f, 0x7f, 0x7f]],
  ['digit', digits],
  ['graph', [0x21, 0x7e]],
  ['lower', lowerLetters],
  ['print', [0x20, 0x7e]],
  ['punct', [0x21, 0x2f, 0x3a, 0x40, 0x5b, 0x60, 0x7b, 0x7e]],
  ['space', [0x09, 0x0d, 0x20, 0x20]],
  ['upper', upperLetters],
  ['word', wordRanges],
  ['xdigit', [...digits, 0x41, 0x46, 0x61, 0x66]],
])
