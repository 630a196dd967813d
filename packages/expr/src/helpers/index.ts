import type { HelperFunction } from '../type/environment.ts'
import { addressHelpers } from './address.ts'
import type { Capabilities, HelperFamily } from './capability.ts'
import { collectionHelpers } from './collection.ts'
import { conversionHelpers } from './convert.ts'
import { decisionHelpers } from './decision.ts'
import { fileHelpers } from './file.ts'
import { firewallHelpers } from './firewall.ts'
import { geoHelpers } from './geo.ts'
import { httpHelpers } from './http.ts'
import { jsonHelpers } from './json.ts'
import { keyValueHelpers } from './key-value.ts'
import { networkHelpers } from './network.ts'
import { markPure } from './pure.ts'
import { stashHelpers } from './stash.ts'
import { textHelpers } from './text.ts'
import { timeHelpers } from './time.ts'
import { urlHelpers } from './url.ts'
import { xmlHelpers } from './xml.ts'

/** Every helper function, by subject. A new subject is a file of this folder and a line here. */
const families: readonly HelperFamily[] = [
  textHelpers,
  conversionHelpers,
  collectionHelpers,
  urlHelpers,
  jsonHelpers,
  keyValueHelpers,
  xmlHelpers,
  timeHelpers,
  addressHelpers,
  geoHelpers,
  fileHelpers,
  stashHelpers,
  decisionHelpers,
  networkHelpers,
  httpHelpers,
  firewallHelpers,
]

/**
 * All helper functions by name, for `createEnvironment`. Those that need a capability that is missing make the
 * compilation of their caller fail (EXPR_MISSING_CAPABILITY), two of the firewall always (EXPR_UNSUPPORTED_HELPER).
 * Source: the original's helper functions.
 */
export function helperFunctions(capabilities: Capabilities): Record<string, HelperFunction> {
  const all = Object.assign({}, ...families.map((family) => family(capabilities))) as Record<
    string,
    HelperFunction
  >
  return markPure(all)
}
