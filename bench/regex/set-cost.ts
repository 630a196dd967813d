import { compileRegex, compileRegexSet, literalSet } from '../../packages/regex/src/index.ts'
import { parseRegex } from '../../packages/regex/src/syntax/parse.ts'
import { translateRegex } from '../../packages/regex/src/v8/translate.ts'
import { median, type Sample } from '../bench.ts'
import { generateLog } from '../logs/generate.ts'
import { readPatterns } from './corpus.ts'
import type { HubPatternList } from './hub-patterns.ts'

const logLines = 2000
const turns = 5

/** The longest list of expressions and the longest of texts, each asked at once and one by one: microseconds a text. */
export function setCosts(own: boolean): Sample {
  const { lists, literals } = readPatterns(own)
  const log = [...generateLog('nginx', logLines, 7)]
  const agents = [...new Set(log.map((line) => line.split('"')[5] ?? ''))]
  const paths = [...new Set(log.map((line) => line.split(' ')[6] ?? ''))]
  return { ...regexCosts(longest(lists), agents), ...literalCosts(longest(literals), paths) }
}

function regexCosts(sources: readonly string[], texts: readonly string[]): Sample {
  const set = compileRegexSet(sources)
  const singles = sources.map(compileRegex)
  const patterns = sources.flatMap((source) => {
    const translation = translateRegex(parseRegex(source).root)
    return 'pattern' in translation ? [`(?:${translation.pattern})`] : []
  })
  const joined = new RegExp(patterns.join('|'))
  return {
    expressions: sources.length,
    set: cost(texts, 50, (text) => set.matchesAny(text)),
    singles: cost(texts, 1, (text) => singles.some((regex) => regex.test(text))),
    joined: cost(texts, 5, (text) => joined.test(text)),
  }
}

function literalCosts(literals: readonly string[], texts: readonly string[]): Sample {
  const set = literalSet(literals)
  return {
    literals: literals.length,
    literalSet: cost(texts, 20, (text) => set.find(text)),
    includes: cost(texts, 5, (text) => literals.some((literal) => text.includes(literal))),
  }
}

function longest(lists: readonly HubPatternList[]): readonly string[] {
  const [first] = lists.toSorted((a, b) => b.sources.length - a.sources.length)
  if (!first) throw new Error('there is no list to measure')
  return first.sources
}

/** Microseconds for each text. */
function cost(texts: readonly string[], passes: number, ask: (text: string) => unknown): number {
  const measured: number[] = []
  for (let turn = 0; turn <= turns; turn++) {
    const start = performance.now()
    for (let pass = 0; pass < passes; pass++) for (const text of texts) ask(text)
    if (turn > 0) measured.push(((performance.now() - start) * 1000) / (texts.length * passes))
  }
  return median(measured)
}
