import { compileExpr, ExprError, type Value } from '@tocsin/expr'
import { assertEnvironments } from './results.ts'
import type { HubTestRun } from './run-test.ts'

/**
 * The value of an expression over what a test's run left: `results` is what parser.assert sees, or where that does
 * not compile, what scenario.assert sees. Throws the ExprError of the former if neither compiles.
 */
export function evalHubTest(run: HubTestRun, source: string): Value {
  const environments = assertEnvironments()
  try {
    return compileExpr(source, environments.parser).run({ results: run.parserResults })
  } catch (error) {
    if (!(error instanceof ExprError)) throw error
    let program
    try {
      program = compileExpr(source, environments.scenario)
    } catch {
      throw error
    }
    return program.run({ results: run.overflows })
  }
}
