import { compileRegex } from '@tocsin/regex'

/**
 * Texts of which one, upper and lower case being the same, is in whatever one of the well-formed expressions matches;
 * undefined where one of them tells none.
 */
export function textsOfPatterns(sources: readonly string[]): readonly string[] | undefined {
  const texts = new Set<string>()
  for (const source of sources) {
    const found = textsOfPattern(source)
    if (!found) return undefined
    for (const text of found) texts.add(text)
  }
  return [...texts]
}

/** From so many characters on there is no need for something better. */
const longRun = 6

/** As textsOfPatterns, for one expression. */
export function textsOfPattern(source: string): readonly string[] | undefined {
  const run = longestRun(source)
  if (run !== undefined && run.length >= longRun) return [run]
  return compileRegex(source).requiredLiterals ?? (run ? [run] : undefined)
}

const assertions = new Set(['b', 'B', 'A', 'z'])
const classes = new Set(['d', 'D', 's', 'S', 'w', 'W'])
const escapedSign = /^\\[!-/:-@[-`{-~]$/

/** An escape, a class without classes inside, a count, flags, or a character. */
const piece = /\\[^]|\[\^?\]?(?:[^\]\\[]|\\[^pPQ])*\]|\{\d+(?:,\d*)?\}|\(\?[a-zA-Z-]+\)|[^]/g

/**
 * The longest run of plain characters outside groups in an expression without alternatives, which every match has as
 * it is but for its case: found without parsing the expression. Undefined where the expression has more in it.
 */
function longestRun(source: string): string | undefined {
  const runs = ['']
  let depth = 0
  for (const [text] of source.replace(/^\(\?i\)/, '').matchAll(piece)) {
    // What is quantified behind flags is what stands before them.
    if (text === '\\Q' || text === '[' || isLong(text, '(')) return undefined
    if (text === '(') depth++
    else if (text === ')') depth--
    if (depth > 0 || text === ')') {
      if (runs.at(-1) !== '') runs.push('')
    } else if (!extend(runs, text)) return undefined
  }
  return runs.reduce((longest, run) => (run.length > longest.length ? run : longest))
}

/** Adds a piece to the last of the runs, or begins another; false where the piece is not known. */
function extend(runs: string[], text: string): boolean {
  const run = runs.at(-1) ?? ''
  if (text === '|') return false
  if (text === '*' || text === '?' || isLong(text, '{')) {
    // The character before it may be missing.
    runs.splice(-1, 1, run.slice(0, -1), '')
  } else if (text === '.' || text === '+' || isLong(text, '[')) runs.push('')
  else if (!isLong(text, '\\')) {
    if (text !== '^' && text !== '$') runs.splice(-1, 1, run + text)
  } else if (escapedSign.test(text)) runs.splice(-1, 1, run + text.charAt(1))
  else if (classes.has(text.charAt(1))) runs.push('')
  else return assertions.has(text.charAt(1))
  return true
}

function isLong(text: string, start: string): boolean {
  return text.length > 1 && text.startsWith(start)
}
