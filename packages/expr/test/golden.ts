import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { compileExpr, type Environment, ExprError, ExprRuntimeError, type Scope } from '../src/index.ts'
import { eventEnvironment, eventScope } from './event-environment.ts'
import { type GoldenValue, isGolden, toGolden } from './golden-value.ts'
import { plainEnvironment, plainScope } from './plain-environment.ts'

interface Case {
  readonly expr: string
  readonly value?: GoldenValue
  readonly error?: 'compile' | 'run'
  readonly line?: number
  readonly column?: number
}

export interface Failure {
  readonly expr: string
  readonly wanted: string
  readonly got: string
}

export interface Judgement {
  readonly file: string
  readonly passed: number
  readonly failures: readonly Failure[]
  /** Failures that agree in kind and differ from the recorded place. */
  readonly misplaced: readonly Failure[]
}

/** What came of an expression, in words. */
interface Outcome {
  readonly text: string
  readonly matches: boolean
  readonly place?: string
}

/**
 * Judges a file of recorded answers (JSON lines): every value, and every failure by when it comes. Places are
 * compared where the reference gives one. Files named crowdsec and helper want the environment of events.
 */
export function judgeFile(path: string): Judgement {
  const cases = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Case)
  const [environment, scope] = environmentFor(basename(path))
  const failures: Failure[] = []
  const misplaced: Failure[] = []
  for (const wanted of cases) {
    const outcome = evaluate(wanted, environment, scope())
    const failure = { expr: wanted.expr, wanted: describe(wanted), got: outcome.text }
    const place = wanted.line === undefined ? undefined : `${wanted.line}:${wanted.column ?? 0}`
    if (!outcome.matches) failures.push(failure)
    else if (wanted.error && place !== outcome.place) misplaced.push(failure)
  }
  return { file: basename(path), passed: cases.length - failures.length, failures, misplaced }
}

function environmentFor(name: string): [Environment, () => Scope] {
  const isOfEvents = name.startsWith('crowdsec') || name.startsWith('helper')
  return isOfEvents ? [eventEnvironment, eventScope] : [plainEnvironment, plainScope]
}

function describe({ value, error, line, column }: Case): string {
  return error ? `error at ${error} ${line}:${column}` : JSON.stringify(value)
}

function evaluate(wanted: Case, environment: Environment, scope: Scope): Outcome {
  try {
    const value = compileExpr(wanted.expr, environment).run(scope)
    const matches = wanted.error === undefined && isGolden(value, wanted.value ?? null)
    return { text: JSON.stringify(toGolden(value)), matches }
  } catch (error) {
    const kind = error instanceof ExprRuntimeError ? 'run' : error instanceof ExprError ? 'compile' : 'crash'
    const where = error instanceof ExprError || error instanceof ExprRuntimeError ? error.where : undefined
    const place = where ? `${where.line}:${(where.column ?? 1) - 1}` : ''
    const message = error instanceof Error ? error.message : String(error)
    return { text: `error at ${kind} ${place}: ${message}`, matches: kind === wanted.error, place }
  }
}
