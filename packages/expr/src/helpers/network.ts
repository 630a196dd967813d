import { parseIp } from '@tocsin/model'
import { types } from '../type/type.ts'
import { type HelperFamily, type NameService, needing } from './capability.ts'

const { any, string } = types

/** Helpers that ask others: for names and addresses, and what a service knows of an address. */
export const networkHelpers: HelperFamily = ({ hostname, dns, cti }) => ({
  Hostname: needing(
    'Hostname',
    'the name of this host',
    hostname,
    types.func([], string),
    (name) => () => name,
  ),
  LookupHost: needing(
    'LookupHost',
    'a name service',
    dns,
    types.func([string], types.array(string)),
    (names) => (name: string) => addressesOf(names, name),
  ),
  CrowdsecCTI: needing(
    'CrowdsecCTI',
    'a threat intelligence service',
    cti,
    types.func([string], cti?.type ?? any),
    (service) => (address: string) => service.lookup(address),
  ),
})

/** The addresses of a name; an address, with or without a zone, is its own. */
function addressesOf(names: NameService, name: string): readonly string[] {
  return parseIp(name.replace(/%.+$/, '')) ? [name] : names.addressesOf(name)
}
