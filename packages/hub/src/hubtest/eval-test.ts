import { compileExpr, ExprRuntimeError, type Value } from '@tocsin/expr'
import { assertEnvironment } from './results.ts'
import type { HubTestRun } from './run-test.ts'

/**
 * The value of an expression over what a test's run left: `results` is what parser.assert sees, or where that does
 * not work out, what scenario.assert sees. Throws the error of the former if neither does.
 */
export function evalHubTest(run: HubTestRun, source: string): Value {
  const program = compileExpr(source, assertEnvironment())
  try {
    return program.run({ results: run.parserResults })
  } catch (error) {
    if (!(error instanceof ExprRuntimeError)) throw error
    try {
      return program.run({ results: run.overflows })
    } catch {
      throw error
    }
  }
}
