import type { Located } from '@tocsin/document'
import type { Environment, Program, Value } from '@tocsin/expr'
import { compileExpr, ExprError, ExprRuntimeError } from '@tocsin/expr'
import { writesEvents } from '../demand/effects.ts'
import { type EventReader, eventReader } from '../event-reader.ts'
import { compileField } from '../bucket/compile-field.ts'
import type { FaultKind, Run } from './run.ts'

/** What Expression.value gives for an expression that failed. */
export const failed: unique symbol = Symbol('failed')

/** An expression of a node; its failures are counted by where it stands. */
export class Expression {
  readonly program: Program
  private readonly kind: FaultKind
  private readonly read: EventReader

  constructor(program: Program, kind: FaultKind) {
    this.program = program
    this.kind = kind
    this.read = eventReader(program)
  }

  /** Whether it may write fields of the event that filters look at. */
  get writes(): boolean {
    return writesEvents(this.program.source)
  }

  /** Its value, or `failed` where it has none. */
  value(run: Run): Value | typeof failed {
    try {
      return this.read(run.event)
    } catch (error) {
      if (!(error instanceof ExprRuntimeError)) throw error
      run.fault(this.kind)
      return failed
    }
  }

  /** Whether it is true; `failed` for an error and for a value that is neither true nor false. */
  test(run: Run): boolean | typeof failed {
    const value = this.value(run)
    if (typeof value === 'boolean' || value === failed) return value
    run.fault(this.kind)
    return failed
  }
}

/** Compiles the expression of a field of a node. Throws a TocsinError with its place in the file. */
export function compileExpression(
  kind: FaultKind,
  source: Located<string>,
  environment: Environment,
  expect: 'bool' | 'string' | 'any' = 'any',
): Expression {
  return new Expression(compileField(kind, source, environment, expect), kind)
}

/**
 * One expression that is true where one of several is, and fails where the first that is not false fails: a single
 * program runs faster than a list. The list itself where they do not make one expression.
 */
export function joinAlternatives(
  expressions: readonly Expression[],
  kind: FaultKind,
  environment: Environment,
): readonly Expression[] {
  if (expressions.length < 2) return expressions
  // The line break ends a comment.
  const source = expressions.map(({ program }) => `(${program.source}\n)`).join(' || ')
  try {
    return [new Expression(compileExpr(source, environment, { expect: 'bool' }), kind)]
  } catch (error) {
    if (!(error instanceof ExprError)) throw error
    return expressions
  }
}
