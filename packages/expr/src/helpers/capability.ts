import type { Clock, Logger } from '@tocsin/model'
import type { DataFiles } from '../data/data-files.ts'
import type { StashCaches } from '../data/stash-caches.ts'
import type { HelperFunction, TextKnowledge } from '../type/environment.ts'
import type { FuncType, Type } from '../type/type.ts'
import type { Value } from '../value.ts'

/** Decisions that the Local API knows of a value such as an address. */
export interface DecisionCounts {
  /** All of them, past ones included. */
  count(value: string): number
  /** Those made since an instant. */
  countSince(value: string, sinceMs: number): number
  countActive(value: string): number
  /** What remains of the longest, zero if there is none. */
  activeTimeLeftMs(value: string): number
}

/** Names and addresses, as they are known without waiting; unknown ones are empty lists. */
export interface NameService {
  addressesOf(name: string): readonly string[]
  /** Names of an address that lead back to it, in lower case and without a final dot. */
  confirmedNamesOf(address: string): readonly string[]
}

/** Where addresses are; null where nothing is known. */
export interface GeoService {
  /** The types of what `city`, `autonomousSystem` and `range` give. */
  readonly types?: { readonly city?: Type; readonly autonomousSystem?: Type; readonly range?: Type }
  city(address: string): Value
  autonomousSystem(address: string): Value
  range(address: string): Value
  /** ISO code, or ''. */
  country(address: string): string
}

/** What a threat intelligence service says of an address. */
export interface ThreatService {
  readonly type?: Type
  lookup(address: string): Value
}

/** Requests over HTTP, with at most 10 s and 10 MiB each. */
export interface HttpService {
  readonly type?: Type
  request(method: string, url: string, headers: ReadonlyMap<string, string>, body: string): Value
}

/**
 * What helper functions may use of the world. An expression that needs one that is missing is refused when it is
 * compiled.
 */
export interface Capabilities {
  readonly files: DataFiles
  readonly stash: StashCaches
  readonly clock: Clock
  readonly hostname?: string
  readonly log?: Logger
  readonly decisions?: DecisionCounts
  readonly dns?: NameService
  readonly geo?: GeoService
  readonly cti?: ThreatService
  readonly http?: HttpService
}

/** Helper functions of one subject, for the given capabilities. */
export type HelperFamily = (capabilities: Capabilities) => Record<string, HelperFunction>

export function helper(
  overloads: FuncType | readonly FuncType[],
  call: HelperFunction['call'],
  texts?: TextKnowledge,
): HelperFunction {
  const made = { overloads: 'kind' in overloads ? [overloads] : overloads, call }
  return texts ? { ...made, texts } : made
}

/** A helper that needs a capability: without it every call is refused. */
export function needing<T>(
  name: string,
  capability: string,
  given: T | undefined,
  type: FuncType,
  call: (service: T) => HelperFunction['call'],
): HelperFunction {
  if (given !== undefined) return helper(type, call(given))
  const reason = `"${name}" needs ${capability}, which is not available here`
  const refused = { code: 'EXPR_MISSING_CAPABILITY', reason }
  return { overloads: [type], call: () => null, refused }
}
