import { parseGoDuration } from '@tocsin/model'
import { Duration } from '../go/duration.ts'
import { textOf } from '../go/text-of.ts'
import { type FuncType, type Type, types } from '../type/type.ts'
import type { HelperFunction } from '../type/environment.ts'
import type { Value } from '../value.ts'
import { type Capabilities, helper, type HelperFamily, needing } from './capability.ts'

const { any, bool, duration, int, string } = types
const of = (result: Type): FuncType => types.func([string], result)

/** Helpers that ask the world outside of the event: each needs a capability. */
export const worldHelpers: HelperFamily = (capabilities) => ({
  ...decisionHelpers(capabilities),
  ...geoHelpers(capabilities),
  ...httpHelpers(capabilities),
  Hostname: needing(
    'Hostname',
    'the name of this machine',
    capabilities.hostname,
    types.func([], string),
    (name) => () => name,
  ),
  LookupHost: needing(
    'LookupHost',
    'a name service',
    capabilities.dns,
    of(types.array(string)),
    (dns) => (name: string) => dns.addressesOf(name),
  ),
  CrowdsecCTI: needing(
    'CrowdsecCTI',
    'a threat intelligence service',
    capabilities.cti,
    of(capabilities.cti?.type ?? any),
    (cti) => (address: string) => cti.lookup(address),
  ),
  // Events made from lines have no request, and of none the fingerprint is empty.
  JA4H: helper(types.func([any], string), () => ''),
  LibInjectionIsSQLI: notYet('LibInjectionIsSQLI'),
  LibInjectionIsXSS: notYet('LibInjectionIsXSS'),
})

function notYet(name: string): HelperFunction {
  const reason = `"${name}" belongs to the web application firewall and is not available`
  return { overloads: [of(bool)], call: () => null, refused: { code: 'EXPR_UNSUPPORTED_HELPER', reason } }
}

function decisionHelpers({ decisions, clock }: Capabilities): Record<string, HelperFunction> {
  const what = 'the decisions of a Local API'
  return {
    GetDecisionsCount: needing(
      'GetDecisionsCount',
      what,
      decisions,
      of(int),
      (known) => (value: string) => BigInt(known.count(value)),
    ),
    GetDecisionsSinceCount: needing(
      'GetDecisionsSinceCount',
      what,
      decisions,
      types.func([string, string], int),
      (known) => (value: string, since: string) => {
        const ns = parseGoDuration(since)
        return ns === null ? 0n : BigInt(known.countSince(value, clock() - Number(ns / 1_000_000n)))
      },
    ),
    GetActiveDecisionsCount: needing(
      'GetActiveDecisionsCount',
      what,
      decisions,
      of(int),
      (known) => (value: string) => BigInt(known.countActive(value)),
    ),
    GetActiveDecisionsTimeLeft: needing(
      'GetActiveDecisionsTimeLeft',
      what,
      decisions,
      of(duration),
      (known) => (value: string) =>
        new Duration(BigInt(Math.trunc(known.activeTimeLeftMs(value))) * 1_000_000n),
    ),
  }
}

function geoHelpers({ geo }: Capabilities): Record<string, HelperFunction> {
  const what = 'a geographic database'
  const resultTypes = geo?.types
  return {
    GeoIPEnrich: needing(
      'GeoIPEnrich',
      what,
      geo,
      of(resultTypes?.city ?? any),
      (known) => (address: string) => known.city(address),
    ),
    GeoIPASNEnrich: needing(
      'GeoIPASNEnrich',
      what,
      geo,
      of(resultTypes?.autonomousSystem ?? any),
      (known) => (address: string) => known.autonomousSystem(address),
    ),
    GeoIPRangeEnrich: needing(
      'GeoIPRangeEnrich',
      what,
      geo,
      of(resultTypes?.range ?? any),
      (known) => (address: string) => known.range(address),
    ),
    IPToCountry: needing(
      'IPToCountry',
      what,
      geo,
      of(string),
      (known) => (address: string) => known.country(address),
    ),
  }
}

const noHeaders: ReadonlyMap<string, string> = new Map()

function httpHelpers({ http }: Capabilities): Record<string, HelperFunction> {
  const what = 'requests over HTTP'
  const result = http?.type ?? any
  return {
    HTTPGet: needing(
      'HTTPGet',
      what,
      http,
      of(result),
      (service) => (url: string) => service.request('GET', url, noHeaders, ''),
    ),
    HTTPHead: needing(
      'HTTPHead',
      what,
      http,
      of(result),
      (service) => (url: string) => service.request('HEAD', url, noHeaders, ''),
    ),
    HTTPPost: needing(
      'HTTPPost',
      what,
      http,
      types.func([string, string, string], result),
      (service) => (url: string, contentType: string, body: string) =>
        service.request('POST', url, new Map([['Content-Type', contentType]]), body),
    ),
    HTTPRequest: needing(
      'HTTPRequest',
      what,
      http,
      types.func([string, string, types.map(any), string], result),
      (service) => (method: string, url: string, headers: ReadonlyMap<string, Value>, body: string) => {
        const texts = new Map([...headers].map(([name, value]) => [name, textOf(value)]))
        return service.request(method, url, texts, body)
      },
    ),
  }
}
