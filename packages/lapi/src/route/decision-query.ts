import { normalizeScope } from '@tocsin/model'
import type { DecisionFilter } from '../decision/decision-filter.ts'
import { Refusal } from '../server/refusal.ts'
import { addressParam, booleanParam, countParam, listParam } from './query.ts'

export interface DecisionListQuery {
  readonly filter: DecisionFilter
  /** Null: no limit. */
  readonly limit: number | null
  readonly offset: number
  readonly idAbove: number
}

/** Reads the filters of a live list. Unknown ones do not narrow; throws a Refusal for a malformed one. */
export function readDecisionQuery(params: URLSearchParams): DecisionListQuery {
  const limit = countParam('limit', params.get('limit') ?? '0')
  return {
    filter: readFilter(params, []),
    limit: limit === 0 ? null : limit,
    offset: countParam('offset', params.get('offset') ?? '0'),
    idAbove: countParam('id_gt', params.get('id_gt') ?? '0'),
  }
}

export interface StreamQuery {
  readonly filter: DecisionFilter
  readonly startup: boolean
  readonly dedup: boolean
  /** Whether changes shall be told as they come. */
  readonly push: boolean
}

/** Reads the filters of a pull: addresses and ranges unless scopes are named. */
export function readStreamQuery(params: URLSearchParams): StreamQuery {
  return {
    filter: readFilter(params, ['Ip', 'Range']),
    startup: params.get('startup') === 'true',
    dedup: params.get('dedup') !== 'false',
    push: params.get('push') === 'true',
  }
}

function readFilter(params: URLSearchParams, defaultScopes: readonly string[]): DecisionFilter {
  const scopes = ['scopes', 'scope'].flatMap((name) => {
    const text = params.get(name)
    return text === null ? [] : [new Set<string>(listParam(text).map(normalizeScope))]
  })
  if (!params.has('scopes') && defaultScopes.length > 0) scopes.push(new Set(defaultScopes))
  const simulated = params.get('simulated')
  return {
    ...matchFilters(params),
    ...listFilters(params),
    scopes,
    withSimulated: simulated !== null && simulated !== 'false',
  }
}

function matchFilters(params: URLSearchParams): Pick<DecisionFilter, 'cidr' | 'contains' | 'value' | 'type'> {
  const value = params.get('value')
  const type = params.get('type')
  const cidr = addressParam(params)
  return {
    contains: booleanParam('contains', params.get('contains') ?? 'true'),
    ...(cidr ? { cidr } : {}),
    ...(value === null ? {} : { value }),
    ...(type === null ? {} : { type }),
  }
}

function listFilters(
  params: URLSearchParams,
): Pick<DecisionFilter, 'origins' | 'scenariosContaining' | 'scenariosNotContaining'> {
  const origins = params.get('origins')
  const containing = params.get('scenarios_containing')
  const notContaining = params.get('scenarios_not_containing')
  return {
    ...(origins === null ? {} : { origins: new Set(listParam(origins)) }),
    ...(containing === null ? {} : { scenariosContaining: listParam(containing.toLowerCase()) }),
    ...(notContaining === null ? {} : { scenariosNotContaining: listParam(notContaining.toLowerCase()) }),
  }
}

const deletionFilters = new Set([
  'contains',
  'scopes',
  'uuid',
  'origin',
  'value',
  'type',
  'ip',
  'range',
  'scenario',
])

/** Reads what a deletion is narrowed by. Throws a Refusal for an unknown or malformed filter. */
export function readDeletionQuery(params: URLSearchParams): DecisionFilter {
  for (const name of params.keys()) {
    if (!deletionFilters.has(name)) throw new Refusal(400, `'${name}' doesn't exist: invalid filter`)
  }
  const scope = params.get('scopes')
  const origin = params.get('origin')
  const scenario = params.get('scenario')
  return {
    ...matchFilters(params),
    scopes: scope === null ? [] : [new Set([scope])],
    ...(origin === null ? {} : { origins: new Set([origin]) }),
    ...(scenario === null ? {} : { scenario }),
    ...(params.has('uuid') ? { uuids: new Set(params.getAll('uuid')) } : {}),
    withSimulated: true,
  }
}
