import { BackwardScanner } from './automaton/backward-scan.ts'
import { compileProgram, type Program } from './automaton/program.ts'
import { compileRegex } from './compile.ts'
import type { Regex } from './regex.ts'
import { type ParsedRegex, parseRegex } from './syntax/parse.ts'

/** Many expressions that are looked for together, in one pass over a text whatever their number. */
export interface RegexSet {
  /** Whether one of the expressions has a match in the text. */
  matchesAny(text: string): boolean
  /** The place in the list of the first expression that has a match in the text; -1 if none has. */
  firstMatch(text: string): number
}

/** Most states of one automaton; more expressions than fit are spread over several. */
const maxStatesTogether = 1 << 15

/**
 * Compiles expressions of the RE2/Go syntax into a set. Throws the RegexSyntaxError of the first that is not valid;
 * its `source` tells which.
 */
export function compileRegexSet(sources: readonly string[]): RegexSet {
  const parsed = sources.map((source) => ({ source, ...parseRegex(source) }))
  return new PartedSet(splitBySize(parsed).map((part) => new LazyPart(part)))
}

interface Expression extends ParsedRegex {
  readonly source: string
}

/** A run of the expressions, at most `maxStatesTogether` states together unless it is only one. */
function splitBySize(expressions: readonly Expression[]): Expression[][] {
  const parts: Expression[][] = []
  let room = 0
  for (const expression of expressions) {
    const { size } = expression.root
    // One that takes bytes has a reading of texts of its own.
    if (size > room || expression.bytes) {
      parts.push([])
      room = maxStatesTogether
    }
    parts[parts.length - 1]?.push(expression)
    room = expression.bytes ? 0 : room - size
  }
  return parts
}

class PartedSet implements RegexSet {
  private readonly parts: readonly LazyPart[]

  constructor(parts: readonly LazyPart[]) {
    this.parts = parts
  }

  matchesAny(text: string): boolean {
    return this.parts.some((part) => part.ready.matchesAny(text))
  }

  firstMatch(text: string): number {
    let offset = 0
    for (const part of this.parts) {
      const found = part.ready.firstMatch(text)
      if (found >= 0) return offset + found
      offset += part.size
    }
    return -1
  }
}

/** Part of a set that is made ready at its first text. */
class LazyPart {
  readonly size: number
  private expressions: readonly Expression[]
  private set: RegexSet | undefined

  constructor(expressions: readonly Expression[]) {
    this.expressions = expressions
    this.size = expressions.length
  }

  get ready(): RegexSet {
    if (!this.set) {
      this.set = makeReady(this.expressions)
      this.expressions = []
    }
    return this.set
  }
}

function makeReady(expressions: readonly Expression[]): RegexSet {
  const inBytes = expressions.some(({ bytes }) => bytes)
  const program = inBytes ? undefined : compileProgram(expressions.map(({ root }) => root))
  return program
    ? new AutomatonSet(program)
    : new OneByOneSet(expressions.map(({ source }) => compileRegex(source)))
}

class AutomatonSet implements RegexSet {
  private readonly scanner: BackwardScanner

  constructor(program: Program) {
    this.scanner = new BackwardScanner(program)
  }

  matchesAny(text: string): boolean {
    return this.scanner.hasMatch(text)
  }

  firstMatch(text: string): number {
    return this.scanner.firstExpression(text)
  }
}

/** For expressions that one automaton cannot hold. */
class OneByOneSet implements RegexSet {
  private readonly regexes: readonly Regex[]

  constructor(regexes: readonly Regex[]) {
    this.regexes = regexes
  }

  matchesAny(text: string): boolean {
    return this.regexes.some((regex) => regex.test(text))
  }

  firstMatch(text: string): number {
    return this.regexes.findIndex((regex) => regex.test(text))
  }
}
