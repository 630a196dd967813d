import type { HelperFunction } from '../type/environment.ts'
import type { Capabilities, HelperFamily } from './capability.ts'
import { fileHelpers } from './file.ts'
import { stashHelpers } from './stash.ts'

/** Every helper function, by subject. A new subject is a file of this folder and a line here. */
const families: readonly HelperFamily[] = [fileHelpers, stashHelpers]

/**
 * The helper functions that items may call. One whose capability is missing is there, but an expression that calls
 * it is refused when it is compiled (EXPR_MISSING_CAPABILITY). Source: the original's helper functions.
 */
export function helperFunctions(capabilities: Capabilities): Record<string, HelperFunction> {
  return Object.assign({}, ...families.map((family) => family(capabilities))) as Record<
    string,
    HelperFunction
  >
}
