import { type TSchema, Type } from 'typebox'

const text = Type.String()
const count = Type.Integer({ minimum: 0 })
const flag = Type.Boolean()
const duration = Type.String({ description: 'as Go writes durations: 4h0m0s' })

const Decision = Type.Object({
  duration,
  id: count,
  origin: text,
  scenario: text,
  scope: text,
  type: text,
  value: text,
  uuid: Type.Optional(text),
  simulated: Type.Optional(flag),
})
const DecisionList = Type.Array(Decision)

const Alert = Type.Object({
  id: count,
  uuid: text,
  created_at: text,
  start_at: text,
  stop_at: text,
  scenario: text,
  scenario_hash: text,
  scenario_version: text,
  message: text,
  events_count: Type.Integer(),
  capacity: Type.Integer(),
  leakspeed: text,
  simulated: flag,
  remediation: Type.Optional(flag),
  kind: Type.Optional(text),
  machine_id: text,
  labels: Type.Null(),
  decisions: Type.Union([DecisionList, Type.Null()]),
  events: Type.Union([
    Type.Array(Type.Object({ timestamp: text, meta: Type.Array(Type.Object({})) })),
    Type.Null(),
  ]),
  source: Type.Object({ scope: text, value: text }),
})

/** What answers hold, by the name that `routeTexts` uses. */
export const answers: Readonly<Record<string, TSchema>> = {
  Health: Type.Object({ status: Type.Literal('up') }),
  Token: Type.Object({ code: Type.Literal(200), expire: text, token: text }),
  Ids: Type.Array(text),
  Alert,
  Alerts: Type.Union([Type.Array(Alert), Type.Null()]),
  Decisions: Type.Union([DecisionList, Type.Null()]),
  Stream: Type.Object({ new: DecisionList, deleted: DecisionList }),
  Deleted: Type.Object({ nbDeleted: Type.String({ description: 'a number, as a text' }) }),
}

/** The parameters of queries. */
export const queryParameters: Readonly<Record<string, TSchema>> = {
  ip: Type.String({ description: 'an address' }),
  range: Type.String({ description: 'a block in CIDR notation' }),
  contains: Type.Boolean({ description: 'decisions around the address (default), or within it' }),
  value: text,
  type: text,
  kind: text,
  name: text,
  scope: text,
  scopes: Type.String({ description: 'separated by commas' }),
  origin: text,
  origins: Type.String({ description: 'separated by commas' }),
  scenario: text,
  scenarios_containing: Type.String({ description: 'separated by commas' }),
  scenarios_not_containing: Type.String({ description: 'separated by commas' }),
  decision_type: text,
  simulated: flag,
  include_capi: flag,
  has_active_decision: flag,
  since: duration,
  until: duration,
  created_before: duration,
  limit: count,
  offset: count,
  id_gt: count,
  before: count,
  sort: Type.Union([Type.Literal('ASC'), Type.Literal('DESC')]),
  with_decisions: flag,
  with_content: flag,
  startup: flag,
  dedup: flag,
  push: flag,
  cursor: Type.String({ description: 'where a push goes on, or the name of an instance that pulls' }),
  uuid: text,
}
