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

/**
 * The longest run of plain characters in an expression without groups and alternatives, which every match has as it is
 * but for its case: found without parsing the expression. Undefined where the expression has more in it.
 */
function longestRun(source: string): string | undefined {
  const runs = ['']
  let at = source.startsWith('(?i)') ? 4 : 0
  while (at < source.length) {
    const character = source.charAt(at)
    const run = runs.at(-1) ?? ''
    if ('|()'.includes(character)) return undefined
    if ('*?{'.includes(character)) runs.splice(-1, 1, run.slice(0, -1), '')
    else if ('.+['.includes(character)) runs.push('')
    else if (character === '\\') {
      const escaped = source.charAt(at + 1)
      if (classes.has(escaped)) runs.push('')
      else if (/[!-/:-@[-`{-~]/.test(escaped)) runs.splice(-1, 1, run + escaped)
      else if (!assertions.has(escaped)) return undefined
    } else if (!'^$'.includes(character)) runs.splice(-1, 1, run + character)
    const end = endOf(source, at)
    if (end === undefined) return undefined
    at = end
  }
  return runs.reduce((longest, run) => (run.length > longest.length ? run : longest))
}

/** A class without classes inside. */
const plainClass = /^\[\^?\]?(?:[^\]\\[]|\\[^pPQ])*\]/

/** Where what begins at an offset ends: an escape, a class, a count, or a character. */
function endOf(source: string, at: number): number | undefined {
  switch (source.charAt(at)) {
    case '\\':
      return at + 2
    case '{': {
      const close = source.indexOf('}', at)
      return close < 0 ? undefined : close + 1
    }
    case '[': {
      const found = plainClass.exec(source.slice(at))
      return found ? at + found[0].length : undefined
    }
    default:
      return at + 1
  }
}
