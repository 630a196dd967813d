import { Demand } from '../demand/demand.ts'
import { writtenFields } from '../demand/effects.ts'

/** The parts of an event that are kept of it once it is queued: of maps the keys, null for all. */
export interface KeptParts {
  readonly line: boolean
  readonly meta: readonly string[] | null
  readonly parsed: readonly string[] | null
  readonly enriched: readonly string[] | null
  readonly unmarshaled: boolean
  readonly strTime: boolean
}

/** What is kept of events: of complete ones what is read of them later, of others what is read before they are completed. */
export interface Kept {
  readonly complete: KeptParts
  readonly lean: KeptParts
  /** Whether somebody may write into events that are queued already what conditions read of them. */
  readonly rewritten: boolean
}

/** What alerts read of the enriched fields. */
const ofSources = ['ASNumber', 'ASNNumber', 'ASNOrg', 'IsoCode', 'Latitude', 'Longitude']

/**
 * What has to be kept of queued events: `conditions` are the expressions that run on them while buckets fill, `later`
 * those that run when one has overflowed, `pouring` those that run while events are poured. Alerts show the metas and say
 * who the sources are.
 */
export function keptParts(
  conditions: readonly string[],
  later: readonly string[],
  pouring: readonly string[] = [],
): Kept {
  const filling = demandOf(conditions)
  const all = demandOf([...conditions, ...later])
  for (const key of ofSources) all.add('Enriched', key)
  const asksFor = (name: string, sources: readonly string[]) => sources.some((each) => each.includes(name))
  const sources = [...conditions, ...later]
  const shows = (name: string) => all.keysOf('Meta') === null || asksFor(name, sources)
  return {
    complete: {
      line: shows('Line'),
      meta: null,
      parsed: all.keysOf('Parsed'),
      enriched: all.keysOf('Enriched'),
      unmarshaled: shows('Unmarshaled'),
      strTime: shows('StrTime'),
    },
    lean: {
      line: filling.keysOf('Meta') === null || asksFor('Line', conditions),
      meta: filling.keysOf('Meta'),
      parsed: filling.keysOf('Parsed'),
      enriched: filling.keysOf('Enriched'),
      unmarshaled: filling.keysOf('Meta') === null || asksFor('Unmarshaled', conditions),
      strTime: filling.keysOf('Meta') === null || asksFor('StrTime', conditions),
    },
    rewritten: [...conditions, ...pouring]
      .flatMap(writtenFields)
      .some(({ map, key }) =>
        key === undefined ? filling.keysOf(map)?.length !== 0 : filling.wants(map, key),
      ),
  }
}

function demandOf(sources: readonly string[]): Demand {
  const demand = new Demand()
  for (const source of sources) demand.addBucketExpression(source)
  return demand
}
