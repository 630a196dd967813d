import { Automaton } from './automaton/automaton.ts'
import { AutomatonMatcher } from './automaton/automaton-matcher.ts'
import { compileProgram } from './automaton/program.ts'
import { Prefilter } from './literal/prefilter.ts'
import { requiredLiterals } from './literal/required-literals.ts'
import { Re2jsMatcher } from './re2js-matcher.ts'
import type { Answerer, Engine, Matcher, Regex } from './regex.ts'
import { type ParsedRegex, parseRegex } from './syntax/parse.ts'
import { translateRegex } from './v8/translate.ts'
import { V8Matcher } from './v8/v8-matcher.ts'

/** Largest automaton, in states, that is built for one expression. */
const maxAutomatonStates = 1 << 16
/** What makes a literal worth looking for before the expression. */
const prefilterLimits = { most: 4, shortest: 2 }

export interface RegexOptions {
  /**
   * Indexes of the groups to report, ascending, from 1; all groups by default. The others only group, which
   * makes matching faster and spares the automaton many expressions.
   */
  readonly groups?: readonly number[]
}

/**
 * Compiles an expression of the RE2/Go syntax with RE2's meaning: leftmost-first, code points, linear time.
 * Texts are taken as well-formed UTF-16. All errors are found here (throws RegexSyntaxError, and RangeError for
 * a group to report that is not there); the rest of the work waits for the first text.
 */
export function compileRegex(source: string, { groups }: RegexOptions = {}): Regex {
  const { groupNames } = parseCached({ source, groups })
  if (groups) checkGroups(groups, groupNames.length)
  const names = groups ? ['', ...groups.map((group) => groupNames[group] ?? '')] : groupNames
  return new LazyRegex({ source, groups }, names)
}

function checkGroups(groups: readonly number[], end: number): void {
  groups.forEach((group, place) => {
    if (group > (groups[place - 1] ?? 0) && group < end) return
    throw new RangeError(`cannot report group ${group}: not after the one before it and below ${end}`)
  })
}

/** An expression and the groups to report. */
interface Request {
  readonly source: string
  readonly groups: readonly number[] | undefined
}

let last: { request: Request; parsed: ParsedRegex } | undefined

/** The expression parsed; the last one is kept, so that one used at once is not parsed again. */
function parseCached(request: Request): ParsedRegex {
  const { source, groups } = request
  if (last?.request.source !== source || last.request.groups !== groups) {
    last = { request, parsed: parseRegex(source, groups) }
  }
  return last.parsed
}

/** Keeps only the source until it meets its first text: most installed expressions never do. */
class LazyRegex implements Regex {
  readonly groupNames: readonly string[]
  private readonly request: Request
  private plan: Plan | undefined

  constructor(request: Request, groupNames: readonly string[]) {
    this.request = request
    this.groupNames = groupNames
  }

  private get ready(): Plan {
    return (this.plan ??= makePlan(this.request, this.groupNames.length))
  }

  get source(): string {
    return this.request.source
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

function makePlan(request: Request, groupCount: number): Plan {
  const { root } = parseCached(request)
  const literals = requiredLiterals(root, prefilterLimits)
  const prefilter = literals && new Prefilter(literals)
  const translation = translateRegex(root)
  if ('pattern' in translation) {
    const matcher = new V8Matcher(translation.pattern, prefilter, () => makeLinear(request, groupCount))
    return { engine: 'v8', literals, matcher }
  }
  const engine = root.size <= maxAutomatonStates ? 'automaton' : 're2js'
  return { engine, literals, matcher: makeLinear(request, groupCount, prefilter) }
}

/** The automaton, backed by re2js; re2js alone where the automaton would be too large. */
function makeLinear(request: Request, groupCount: number, prefilter?: Prefilter): Matcher {
  const { root } = parseCached(request)
  const makeRe2js = (): Matcher => new Re2jsMatcher(request.source, request.groups)
  if (root.size > maxAutomatonStates) return makeRe2js()
  return new AutomatonMatcher(new Automaton(compileProgram(root, groupCount)), prefilter, makeRe2js)
}
