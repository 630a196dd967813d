import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely'
import { addressBytes } from '../../decision/address.ts'
import type { Tables } from '../schema.ts'
import type { AddressMatch, AlertFilter } from '../store.ts'

type Build = ExpressionBuilder<Tables, 'alerts'>
type Condition = Expression<SqlBool>

/** Whether all of the alert is stored. */
export const isWhole = sql<SqlBool>`not exists (select 1 from staged_alerts s where s.alert_id = alerts.id)`

/** What an alert must satisfy to match. */
export function alertCondition(build: Build, filter: AlertFilter): Condition {
  const conditions: Condition[] = []
  const need = (condition: Condition | undefined) => {
    if (condition) conditions.push(condition)
  }
  need(isWhole)
  if (filter.scope !== undefined) need(build('source_scope', '=', filter.scope))
  if (filter.value !== undefined) need(build('source_value', '=', filter.value))
  if (filter.kind !== undefined) need(build('kind', '=', filter.kind))
  if (filter.withoutSimulated) need(build('alerts.simulated', '=', 0))
  if (filter.startedSince !== undefined) need(build('started_at', '>=', filter.startedSince))
  if (filter.startedUntil !== undefined) need(build('started_at', '<=', filter.startedUntil))
  if (filter.createdUntil !== undefined) need(build('alerts.created_at', '<=', filter.createdUntil))
  if (filter.scenario !== undefined) {
    const inDecision = hasDecision(build, sql`d.scenario = ${filter.scenario}`)
    need(build.or([build('alerts.scenario', '=', filter.scenario), inDecision]))
  }
  if (filter.decisionType !== undefined) need(hasDecision(build, sql`d.type = ${filter.decisionType}`))
  if (filter.origin !== undefined) need(hasDecision(build, sql`d.origin = ${filter.origin}`))
  if (filter.withoutCommunity) need(withoutCommunity(build))
  need(activeDecision(build, filter))
  if (filter.address) for (const condition of addressConditions(build, filter.address)) need(condition)
  return build.and(conditions)
}

function hasDecision(build: Build, condition: Condition = sql<SqlBool>`1 = 1`): Condition {
  return build.exists(
    build
      .selectFrom('decisions as d')
      .select(sql`1`.as('one'))
      .whereRef('d.alert_id', '=', 'alerts.id')
      .where(condition),
  )
}

function withoutCommunity(build: Build): Condition {
  const pulled = build.or([
    sql<SqlBool>`source_scope like 'lists:%'`,
    build('source_scope', '=', 'crowdsecurity/community-blocklist'),
  ])
  return build.and([
    build.not(hasDecision(build, sql`d.origin in ('CAPI', 'lists')`)),
    build.not(build.and([build.not(hasDecision(build)), pulled])),
  ])
}

function activeDecision(build: Build, filter: AlertFilter): Condition | undefined {
  if (!filter.activeDecision) return undefined
  const { wanted, at } = filter.activeDecision
  return wanted ? hasDecision(build, sql`d.until_at >= ${at}`) : build.not(hasDecision(build))
}

/** Where decisions without an address stand among those with one. */
const middleAddress = Buffer.from('7fffffffffffffff7fffffffffffffff', 'hex')

/**
 * Bounds and family are tested on any decision of the alert, each by itself: an alert matches that has one
 * decision below the address and another one above. That is how the reference answers, and its clients' lists
 * and deletions count on the same sets.
 */
function addressConditions(build: Build, { cidr, contains }: AddressMatch): Condition[] {
  const { family, first, last } = addressBytes(cidr)
  const low = sql<Uint8Array>`coalesce(d.first_address, ${middleAddress})`
  const high = sql<Uint8Array>`coalesce(d.last_address, ${middleAddress})`
  const bounds = contains
    ? [sql<SqlBool>`${low} <= ${first}`, sql<SqlBool>`${high} >= ${last}`]
    : [sql<SqlBool>`${low} >= ${first}`, sql<SqlBool>`${high} <= ${last}`]
  return [...bounds, sql<SqlBool>`d.family = ${family}`].map((bound) => hasDecision(build, bound))
}
