import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  compileExpr,
  createEnvironment,
  type Environment,
  ExprError,
  ExprRuntimeError,
  types,
} from '../src/index.ts'
import { plainEnvironment, plainScope } from './plain-environment.ts'
import { randomExpression } from './random-expression.ts'
import { toText } from './value-text.ts'

/** The same names, of which nothing is known before a run. */
const untyped = createEnvironment({
  variables: Object.fromEntries([...plainEnvironment.variables.keys()].map((name) => [name, types.any])),
  functions: Object.fromEntries(plainEnvironment.functions),
})

/** Undefined where the expression is refused. */
function answer(source: string, env: Environment): string | undefined {
  try {
    return toText(compileExpr(source, env).run(plainScope()))
  } catch (error) {
    if (error instanceof ExprError) return undefined
    if (error instanceof ExprRuntimeError) return 'an error'
    throw error
  }
}

it('what is known of types makes no difference to an answer', () => {
  fc.assert(
    fc.property(randomExpression, (source) => {
      const typed = answer(source, plainEnvironment)
      const dynamic = answer(source, untyped)
      if (typed !== undefined && dynamic !== undefined) expect(dynamic).toBe(typed)
    }),
    { numRuns: 5_000 },
  )
})
