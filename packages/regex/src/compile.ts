import { Automaton } from './automaton/automaton.ts'
import { AutomatonMatcher } from './automaton/automaton-matcher.ts'
import { compileProgram } from './automaton/program.ts'
import { ByteMatcher } from './byte-matcher.ts'
import { Prefilter } from './literal/prefilter.ts'
import { requiredLiterals } from './literal/required-literals.ts'
import { Re2jsMatcher } from './re2js-matcher.ts'
import type { Answerer, Engine, Matcher, Regex } from './regex.ts'
import { type ParsedRegex, parseRegex } from './syntax/parse.ts'
import { factorChoices } from './v8/factor.ts'
import { translateRegex } from './v8/translate.ts'
import { V8Matcher } from './v8/v8-matcher.ts'

/** What makes a literal worth looking for before the expression. */
const prefilterLimits = { most: 4, shortest: 2 }

/**
 * Compiles an expression of the RE2/Go syntax with RE2's meaning: leftmost-first, code points, linear time.
 * Texts are taken as well-formed UTF-16. All errors are found here (throws RegexSyntaxError); the rest of the
 * work waits for the first text.
 */
export function compileRegex(source: string): Regex {
  return new LazyRegex(source, parseCached(source).groupNames)
}

let last: { source: string; parsed: ParsedRegex } | undefined

/** The expression parsed; the last one is kept, so that one used at once is not parsed again. */
function parseCached(source: string): ParsedRegex {
  if (last?.source !== source) last = { source, parsed: parseRegex(source) }
  return last.parsed
}

/** Keeps only the source until it meets its first text: most installed expressions never do. */
class LazyRegex implements Regex {
  readonly source: string
  readonly groupNames: readonly string[]
  private plan: Plan | undefined

  constructor(source: string, groupNames: readonly string[]) {
    this.source = source
    this.groupNames = groupNames
  }

  private get ready(): Plan {
    return (this.plan ??= makePlan(this.source, this.groupNames.length))
  }

  get engine(): Engine {
    return this.ready.engine
  }

  get requiredLiterals(): readonly string[] | undefined {
    return this.ready.literals
  }

  test(text: string): boolean {
    return this.ready.matcher.test(text)
  }

  exec(text: string): (string | undefined)[] | null {
    return this.ready.matcher.exec(text)
  }

  search(text: string): number[] | null {
    return this.ready.matcher.search(text)
  }

  answererFor(text: string): Answerer {
    return this.ready.matcher.answererFor(text)
  }
}

interface Plan {
  readonly engine: Engine
  readonly literals: readonly string[] | undefined
  readonly matcher: Matcher
}

function makePlan(source: string, groupCount: number): Plan {
  const plan = planFor(source, groupCount)
  // Literals found among bytes are of no use to those who have the text.
  return parseCached(source).bytes
    ? { engine: plan.engine, literals: undefined, matcher: new ByteMatcher(plan.matcher) }
    : plan
}

function planFor(source: string, groupCount: number): Plan {
  const { root } = parseCached(source)
  const literals = requiredLiterals(root, prefilterLimits)
  const prefilter = literals && isTelling(literals) ? new Prefilter(literals) : undefined
  const translation = translateRegex(factorChoices(root))
  if ('refusal' in translation) return { ...planLinear(source, groupCount, prefilter), literals }
  const makeLinear = (): Matcher => planLinear(source, groupCount, undefined).matcher
  return { engine: 'v8', literals, matcher: new V8Matcher(translation.pattern, prefilter, makeLinear) }
}

/** Whether looking for the literals is likely to save more than it costs: many short ones are in most texts. */
function isTelling(literals: readonly string[]): boolean {
  return literals.length <= 2 || literals.every((literal) => literal.length >= 4)
}

/** The automaton, backed by re2js; re2js alone where the automaton would be too large. */
function planLinear(
  source: string,
  groupCount: number,
  prefilter: Prefilter | undefined,
): { engine: Engine; matcher: Matcher } {
  const makeRe2js = (): Matcher => new Re2jsMatcher(parseCached(source).root)
  const program = compileProgram([parseCached(source).root])
  if (!program) return { engine: 're2js', matcher: makeRe2js() }
  const automaton = new Automaton(program, groupCount)
  return { engine: 'automaton', matcher: new AutomatonMatcher(automaton, prefilter, makeRe2js) }
}
