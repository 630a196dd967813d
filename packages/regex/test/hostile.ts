import { parseRegex } from '../src/syntax/parse.ts'
import { countOpenRepeats, matchingText } from './matching-text.ts'

/** Units whose repetition makes backtracking engines try the most ways. */
const repeatedUnits = ['a', 'a.', '1.', '1.2.3.4 ', ' ', '"', '[a] ', 'a=b ', '/a', '::']

/** Damaged lines made of each matching line. */
const damagedPerLine = 2

/**
 * Lines of `length` characters that make an expression work hard: repeated units, each of the given matching lines
 * repeated, each with a run of one letter put into its middle, and each taken apart at random and strung together
 * again. The same seed gives the same lines.
 */
export function hostileLines(matching: readonly string[], length: number, seed = 1): string[] {
  const whole = matching.filter((line) => line !== '')
  const random = randomNumbers(seed)
  return [
    ...[...repeatedUnits, ...whole].map((unit) => unit.repeat(Math.ceil(length / unit.length))),
    ...whole.map((line) => withRun(line, length)),
    ...whole.flatMap((line) =>
      Array.from({ length: damagedPerLine }, () => strungTogether(line, length, random)),
    ),
  ].map((line) => line.slice(0, length))
}

function withRun(line: string, length: number): string {
  const middle = line.length >> 1
  return line.slice(0, middle) + 'a'.repeat(Math.max(0, length - line.length)) + line.slice(middle)
}

/** Pieces of the line, some of them over and over, from its beginning and then from anywhere. */
function strungTogether(line: string, length: number, random: () => number): string {
  const below = (end: number): number => Math.floor(random() * end)
  let text = line.slice(0, below(line.length) + 1)
  while (text.length < length) {
    const start = below(line.length)
    const piece = line.slice(start, start + 1 + below(20))
    text += piece.repeat(1 + below(below(8) + 1))
  }
  return text
}

/**
 * Lines of `length` characters made for one expression: each of its repeats without a limit, up to `most` of them,
 * goes round until the line is full, what stands before it being as it should be and what stands behind it missing.
 */
export function inflatedLines(source: string, length: number, most = 4, seed = 1): string[] {
  const { root } = parseRegex(source)
  const repeats = countOpenRepeats(root)
  const random = randomNumbers(seed)
  return Array.from({ length: Math.min(repeats, most) }, (_, index) => {
    const repeat = Math.floor((index * repeats) / Math.min(repeats, most))
    const text = matchingText(root, random, { repeat, length })
    return text
      .repeat(Math.ceil(length / Math.max(1, text.length)))
      .slice(0, length)
      .toWellFormed()
  })
}

/** An expression known to take backtracking engines exponential or high polynomial time. */
export interface RegexBomb {
  readonly source: string
  /** A text of about that length that sets it off. */
  readonly text: (length: number) => string
}

const run =
  (unit: string, end = '') =>
  (length: number): string =>
    unit.repeat(Math.max(1, Math.floor(length / unit.length))) + end

/** Expressions as they are found in lists of denial-of-service bugs, by their shape. */
export const regexBombs: readonly RegexBomb[] = [
  { source: '(a+)+$', text: run('a', '!') },
  { source: '^(a+)+$', text: run('a', '!') },
  { source: '^(a|a)*$', text: run('a', '!') },
  { source: '^(a|aa)+$', text: run('a', '!') },
  { source: '^(([a-z])+.)+[A-Z]([a-z])+$', text: run('a') },
  { source: '(.*a){20}$', text: run('a', '!') },
  { source: '(x+x+)+y', text: run('x') },
  { source: '^(\\w+\\s?)*$', text: run('aa ', '!') },
  { source: '^((ab)*)+$', text: run('ab', '!') },
  { source: '^(a?){25}a{25}$', text: run('a', '!') },
  {
    source:
      '^([a-zA-Z0-9])(([\\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+[.]{1}(([a-z]{2,3})|([a-z]{2,3}[.]{1}[a-z]{2,3}))$',
    text: run('a', '!'),
  },
  { source: "(?:/[A-Za-z0-9$.+!*'(){},~:;=@#%_-]*)+\\?x", text: run('/a') },
  { source: '"(?:[^"\\\\]+|\\\\.)*"!', text: run('"\\\\') },
  { source: '\\s+$', text: run(' ', 'x') },
  { source: '.*.*.*=.*', text: run('x') },
  { source: '^(?:.?.?.?.?.?.?.?.?)*\\d$', text: run('é') },
  { source: '(\\d+[-.]?)*\\s*\\(\\d+\\)', text: run('1') },
  { source: '<script[^>]*>.*?</script[^>]*>', text: run('<script>') },
  { source: '(?i)(union|select|\\s|/\\*.*?\\*/)+from', text: run('select /**/ ') },
  { source: '^(.*?,){11}P', text: run('1,') },
]

/** Numbers from 0 up to 1, the same ones for the same seed. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x100000000
  }
}
