/** Filters of a list of alerts; every one narrows it. Durations are Go's, days allowed: `1h30m`, `7d`. */
export interface AlertQuery {
  /** Scope of the source. */
  scope?: string
  /** Value of the source, exact. */
  value?: string
  /** Scenario of the alert or of one of its decisions. */
  scenario?: string
  /** Alerts with a decision on this address. */
  ip?: string
  /** Alerts with a decision on this range. */
  range?: string
  /** False turns ip and range round: decisions inside them instead of around them. */
  contains?: boolean
  /** Started at most this long ago. */
  since?: string
  /** Started at least this long ago. */
  until?: string
  /** Stored at least this long ago. */
  createdBefore?: string
  decisionType?: string
  origin?: string
  kind?: string
  /** False hides alerts of the community blocklists. */
  includeCapi?: boolean
  /** True: with a decision in force. False: without any decision. */
  hasActiveDecision?: boolean
  /** False hides simulated alerts. */
  simulated?: boolean
  /** False leaves out the alerts' decisions. */
  withDecisions?: boolean
  /** Default of the server 100; 0 asks for all. */
  limit?: number
  sort?: 'ASC' | 'DESC'
}

/** Filters of a list of decisions in force. */
export interface DecisionQuery {
  ip?: string
  range?: string
  contains?: boolean
  scopes?: readonly string[]
  value?: string
  type?: string
  origins?: readonly string[]
  scenariosContaining?: readonly string[]
  scenariosNotContaining?: readonly string[]
  /** True shows simulated decisions too. */
  simulated?: boolean
  limit?: number
  offset?: number
  idAbove?: number
}

/** Filters of a pull of the decision stream. */
export interface StreamQuery extends Omit<DecisionQuery, 'limit' | 'offset' | 'idAbove'> {
  /** True asks for everything in force; otherwise what changed since this bouncer's last pull. */
  startup?: boolean
  /** False shows every decision on a value, not only the longest. */
  dedup?: boolean
}

/** Which decisions to end. No filter at all means every decision. */
export interface DecisionDeletion {
  ip?: string
  range?: string
  contains?: boolean
  /** One scope, exact. */
  scope?: string
  value?: string
  type?: string
  origin?: string
  scenario?: string
  uuids?: readonly string[]
}

type QueryValue = string | number | boolean | readonly string[] | undefined

export function alertParams(query: AlertQuery): URLSearchParams {
  return params({
    scope: query.scope,
    value: query.value,
    scenario: query.scenario,
    ip: query.ip,
    range: query.range,
    contains: query.contains,
    since: query.since,
    until: query.until,
    created_before: query.createdBefore,
    decision_type: query.decisionType,
    origin: query.origin,
    kind: query.kind,
    include_capi: query.includeCapi,
    has_active_decision: query.hasActiveDecision,
    simulated: query.simulated,
    with_decisions: query.withDecisions,
    limit: query.limit,
    sort: query.sort,
  })
}

export function decisionParams(query: DecisionQuery): URLSearchParams {
  return params({ ...matchParams(query), limit: query.limit, offset: query.offset, id_gt: query.idAbove })
}

export function streamParams(query: StreamQuery): URLSearchParams {
  return params({ ...matchParams(query), startup: query.startup, dedup: query.dedup })
}

export function deletionParams(query: DecisionDeletion): URLSearchParams {
  const result = params({
    ip: query.ip,
    range: query.range,
    contains: query.contains,
    scopes: query.scope,
    value: query.value,
    type: query.type,
    origin: query.origin,
    scenario: query.scenario,
  })
  for (const uuid of query.uuids ?? []) result.append('uuid', uuid)
  return result
}

function matchParams(query: DecisionQuery): Record<string, QueryValue> {
  return {
    ip: query.ip,
    range: query.range,
    contains: query.contains,
    scopes: query.scopes,
    value: query.value,
    type: query.type,
    origins: query.origins,
    scenarios_containing: query.scenariosContaining,
    scenarios_not_containing: query.scenariosNotContaining,
    simulated: query.simulated,
  }
}

function params(values: Record<string, QueryValue>): URLSearchParams {
  const result = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) result.set(name, String(value))
  }
  return result
}
