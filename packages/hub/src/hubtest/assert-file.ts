import {
  compileExpr,
  createEnvironment,
  type Environment,
  explainFalse,
  type Program,
  type Type,
  types,
  type Value,
} from '@tocsin/expr'
import { show } from '../show.ts'
import { maxLiterals, shapeOf } from './assert-shape.ts'

/** An assert that does not hold, with what its parts were. */
export interface AssertFailure {
  readonly line: number
  readonly assert: string
  /** What is wrong with it: the values that were found, or the error. */
  readonly reason: string
  /** Whether it could not be evaluated, so that the rest of the file was not. */
  readonly ends: boolean
}

/** Compiles the asserts of one environment, each shape once. Made for many files and many tests. */
export class AssertRunner {
  readonly #plain: Environment
  readonly #shaped: Environment
  readonly #programs = new Map<string, Program | null>()

  constructor(environment: Environment) {
    const variables: Record<string, Type> = Object.fromEntries(environment.variables)
    for (let at = 0; at < maxLiterals; at++) {
      variables[`text${at}`] = types.string
      variables[`number${at}`] = types.int
    }
    this.#plain = environment
    this.#shaped = createEnvironment({ variables, functions: Object.fromEntries(environment.functions) })
  }

  /**
   * Evaluates every non-empty line; gives those that do not hold. An assert that cannot be evaluated ends the file,
   * as in the original.
   */
  run(text: string, results: Value): AssertFailure[] {
    const failures: AssertFailure[] = []
    for (const [index, written] of text.split('\n').entries()) {
      const assert = written.trim()
      if (assert === '') continue
      const outcome = this.#evaluate(wrapPath(assert), results)
      if (outcome === true) continue
      failures.push({ line: index + 1, assert, ...outcome })
      if (outcome.ends) break
    }
    return failures
  }

  #evaluate(assert: string, results: Value): true | { reason: string; ends: boolean } {
    const { source, literals } = shapeOf(assert)
    const program = this.#compiled(source)
    try {
      const value = program
        ? program.run({ results, ...literals })
        : compileExpr(assert, this.#plain).run({ results })
      if (value === true) return true
      if (value !== false) return { reason: `it gives ${show(value)}, not true or false`, ends: true }
    } catch (error) {
      return { reason: error instanceof Error ? error.message : String(error), ends: true }
    }
    return { reason: this.#whyFalse(assert, results), ends: false }
  }

  #compiled(source: string): Program | null {
    const known = this.#programs.get(source)
    if (known !== undefined) return known
    let program: Program | null
    try {
      program = compileExpr(source, this.#shaped)
    } catch {
      program = null
    }
    if (this.#programs.size >= maxPrograms) this.#programs.clear()
    this.#programs.set(source, program)
    return program
  }

  #whyFalse(assert: string, results: Value): string {
    const program = compileExpr(assert, this.#plain)
    const parts = explainFalse(program, { results }).map(({ source, value }) =>
      value instanceof Error ? `${source} failed: ${value.message}` : `${source} is ${show(value)}`,
    )
    return [...leftSide(assert, this.#plain, results), ...parts].join('; ')
  }
}

const maxPrograms = 5000

/** What the left side of a comparison was, which is what a reader wants to know first. */
function leftSide(assert: string, environment: Environment, results: Value): string[] {
  const at = assert.indexOf(' == ')
  if (at < 0) return []
  try {
    return [`it is ${show(compileExpr(assert.slice(0, at), environment).run({ results }))}`]
  } catch {
    return []
  }
}

/** Paths of the log differ from machine to machine: only their last part is compared. */
function wrapPath(assert: string): string {
  if (!assert.includes('datasource_path') || assert.includes('basename(')) return assert
  const at = assert.indexOf(' == ')
  return at < 0 ? assert : `basename(${assert.slice(0, at)})${assert.slice(at)}`
}
