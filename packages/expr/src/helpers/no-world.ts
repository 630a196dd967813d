import { systemClock } from '@tocsin/model'
import { DataFiles } from '../data/data-files.ts'
import { StashCaches } from '../data/stash-caches.ts'
import type { Capabilities } from './capability.ts'

/**
 * Capabilities of a world in which there is nothing: no decisions, no names, no geographic data, and every request
 * fails. For replays, explanations and tests, where expressions must compile and answers must not depend on the
 * machine; what is given replaces its part.
 */
export function noWorld(given: Partial<Capabilities> = {}): Capabilities {
  const clock = given.clock ?? systemClock
  return {
    files: new DataFiles(),
    stash: new StashCaches(clock),
    clock,
    hostname: 'localhost',
    decisions: { count: () => 0, countSince: () => 0, countActive: () => 0, activeTimeLeftMs: () => 0 },
    dns: { addressesOf: () => [], confirmedNamesOf: () => [] },
    geo: { city: () => null, autonomousSystem: () => null, range: () => null, country: () => '' },
    cti: { lookup: () => fail('no threat intelligence service') },
    http: { request: () => fail('no network') },
    ...given,
  }
}

function fail(what: string): never {
  throw new Error(`there is ${what} here`)
}
