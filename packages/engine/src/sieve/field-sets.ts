import type { Event } from '../event.ts'
import { pickFields } from '../field-map.ts'
import type { KeptParts } from '../bucket/kept.ts'
import type { SiftedFields } from './sifted.ts'

/** How many of the last sets a new one is compared with. */
const compared = 8

/** The fields that conditions read of the events of a batch: those that are equal once. */
export class FieldSets {
  readonly sets: SiftedFields[] = []
  readonly #kept: KeptParts

  constructor(kept: KeptParts) {
    this.#kept = kept
  }

  /** The place of an event's fields; of none where no condition will ask. */
  placeOf(event: Event, isAsked: boolean): number {
    const { meta, parsed, enriched } = this.#kept
    const fields = isAsked
      ? {
          meta: pairsOf(event.meta, meta),
          parsed: pairsOf(event.parsed, parsed),
          enriched: pairsOf(event.enriched, enriched),
        }
      : noFields
    const { sets } = this
    for (let at = sets.length - 1; at >= 0 && at >= sets.length - compared; at--) {
      if (isEqual(sets[at]!, fields)) return at
    }
    return sets.push(fields) - 1
  }
}

const noPairs: readonly string[] = []
const noFields: SiftedFields = { meta: noPairs, parsed: noPairs, enriched: noPairs }

function pairsOf(map: Map<string, string>, keys: readonly string[] | null): readonly string[] {
  if (keys === null) return [...pickFields(map, keys)].flat()
  let pairs: string[] | null = null
  for (let at = 0; at < keys.length; at++) {
    const value = map.get(keys[at]!)
    if (value !== undefined) (pairs ??= []).push(keys[at]!, value)
  }
  return pairs ?? noPairs
}

function isEqual(one: SiftedFields, other: SiftedFields): boolean {
  return (
    areEqual(one.meta, other.meta) &&
    areEqual(one.parsed, other.parsed) &&
    areEqual(one.enriched, other.enriched)
  )
}

function areEqual(some: readonly string[], others: readonly string[]): boolean {
  if (some.length !== others.length) return false
  for (let at = 0; at < some.length; at++) if (some[at] !== others[at]) return false
  return true
}
