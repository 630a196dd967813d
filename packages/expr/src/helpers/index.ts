import type { HelperFunction } from '../type/environment.ts'
import { addressHelpers } from './address.ts'
import type { Capabilities } from './capability.ts'
import { collectionHelpers } from './collection.ts'
import { conversionHelpers } from './convert.ts'
import { fileHelpers } from './file.ts'
import { jsonHelpers } from './json.ts'
import { keyValueHelpers } from './key-value.ts'
import { stashHelpers } from './stash.ts'
import { textHelpers } from './text.ts'
import { timeHelpers } from './time.ts'
import { urlHelpers } from './url.ts'
import { worldHelpers } from './world.ts'
import { xmlHelpers } from './xml.ts'

const families = [
  textHelpers,
  conversionHelpers,
  collectionHelpers,
  urlHelpers,
  addressHelpers,
  jsonHelpers,
  keyValueHelpers,
  xmlHelpers,
  fileHelpers,
  stashHelpers,
  timeHelpers,
  worldHelpers,
]

/**
 * All helper functions by name, for `createEnvironment`. Those that need a capability that is missing make the
 * compilation of their caller fail (EXPR_MISSING_CAPABILITY), those of the firewall always (EXPR_UNSUPPORTED_HELPER).
 */
export function helperFunctions(capabilities: Capabilities): Record<string, HelperFunction> {
  return Object.assign({}, ...families.map((family) => family(capabilities))) as Record<
    string,
    HelperFunction
  >
}
