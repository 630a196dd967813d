import { normalizeScope } from '@tocsin/model'
import { Refusal } from '../server/refusal.ts'
import type { AlertFilter } from '../store/store.ts'
import { addressParam, booleanParam, countParam, durationParam } from './query.ts'

export interface AlertQuery {
  readonly filter: AlertFilter
  /** Null: no limit. */
  readonly limit: number | null
  readonly order: 'asc' | 'desc'
  readonly withDecisions: boolean
}

/** Parameters that choose alerts, and those that say how many are listed and how. */
export const alertFilters: readonly string[] = [
  'scope',
  'value',
  'scenario',
  'ip',
  'range',
  'contains',
  'since',
  'until',
  'created_before',
  'decision_type',
  'origin',
  'include_capi',
  'has_active_decision',
  'kind',
  'simulated',
]
export const alertListShape: readonly string[] = ['limit', 'sort', 'with_decisions']

const known = new Set([...alertFilters, ...alertListShape])
const defaultLimit = 100

/** Reads the filters of a list or a deletion of alerts. Throws a Refusal for an unknown or malformed one. */
export function readAlertQuery(params: URLSearchParams, now: number): AlertQuery {
  for (const [name, value] of params) {
    if (!known.has(name))
      throw new Refusal(400, `filter parameter '${name}' is unknown (=${value}): invalid filter`)
  }
  const limit = countParam('limit', params.get('limit') ?? String(defaultLimit))
  return {
    filter: readFilter(params, now),
    limit: limit === 0 ? null : limit,
    order: params.get('sort') === 'ASC' ? 'asc' : 'desc',
    withDecisions: params.get('with_decisions') !== 'false',
  }
}

function readFilter(params: URLSearchParams, now: number): AlertFilter {
  const texts = textFilters(params)
  const ago = (name: string) => {
    const text = params.get(name)
    return text === null ? undefined : now - durationParam(name, text)
  }
  const startedSince = ago('since')
  const startedUntil = ago('until')
  const createdUntil = ago('created_before')
  const contains = booleanParam('contains', params.get('contains') ?? 'true')
  const cidr = addressParam(params)
  const active = params.get('has_active_decision')
  return {
    ...texts,
    ...(startedSince === undefined ? {} : { startedSince }),
    ...(startedUntil === undefined ? {} : { startedUntil }),
    ...(createdUntil === undefined ? {} : { createdUntil }),
    ...(cidr ? { address: { cidr, contains } } : {}),
    ...(active === null
      ? {}
      : { activeDecision: { wanted: booleanParam('has_active_decision', active), at: now } }),
    // Who asks for an origin wants to see it, whichever it is.
    withoutCommunity: params.get('include_capi') === 'false' && !params.has('origin'),
    withoutSimulated: params.get('simulated') === 'false',
  }
}

function textFilters(params: URLSearchParams): AlertFilter {
  const scope = params.get('scope')
  const value = params.get('value')
  const scenario = params.get('scenario')
  const decisionType = params.get('decision_type')
  const origin = params.get('origin')
  const kind = params.get('kind')
  return {
    ...(scope === null ? {} : { scope: normalizeScope(scope) }),
    ...(value === null ? {} : { value }),
    ...(scenario === null ? {} : { scenario }),
    ...(decisionType === null ? {} : { decisionType }),
    ...(origin === null ? {} : { origin }),
    ...(kind === null ? {} : { kind }),
  }
}
