import type { HelperFunction } from '../type/environment.ts'
import { types } from '../type/type.ts'
import { helper, type HelperFamily } from './capability.ts'

const { any, bool, string } = types

/** Helpers of the web application firewall. */
export const firewallHelpers: HelperFamily = () => ({
  // Events made from lines have no request, and of none the fingerprint is empty.
  JA4H: helper(types.func([any], string), () => ''),
  LibInjectionIsSQLI: unavailable('LibInjectionIsSQLI'),
  LibInjectionIsXSS: unavailable('LibInjectionIsXSS'),
})

function unavailable(name: string): HelperFunction {
  const reason = `"${name}" belongs to the web application firewall and is not available`
  const refused = { code: 'EXPR_UNSUPPORTED_HELPER', reason }
  return { overloads: [types.func([string], bool)], call: () => null, refused }
}
