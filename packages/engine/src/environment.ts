import {
  type Capabilities,
  createEnvironment,
  type Environment,
  helperFunctions,
  type Type,
  types,
} from '@tocsin/expr'
import { eventType } from './event-type.ts'

/**
 * What the expressions of items see: `evt`, the variables of the place they stand in (such as `queue`), and every
 * helper function. A helper whose capability is missing makes the compilation of its caller fail. Build it once
 * for each set of extra variables: thousands of expressions share it.
 */
export function eventEnvironment(
  capabilities: Capabilities,
  extraVariables: Readonly<Record<string, Type>> = {},
): Environment {
  return createEnvironment({
    variables: { evt: types.struct(eventType), ...extraVariables },
    functions: helperFunctions(capabilities),
  })
}
