import { type Static, Type } from 'typebox'

/** Longest texts that are taken; the rest of an alert is bounded by the size of the request. */
const word = { maxLength: 255 }
const phrase = { maxLength: 1024 }
const prose = { maxLength: 65_536 }
const int32 = { minimum: -2_147_483_648, maximum: 2_147_483_647 }

const Meta = Type.Array(
  Type.Object({ key: Type.Optional(Type.String()), value: Type.Optional(Type.String()) }),
)

/** What an alert holds many of, by itself. */
export const EventBody = Type.Object({ timestamp: Type.String(phrase), meta: Meta })

const Source = Type.Object({
  scope: Type.String(word),
  value: Type.String(phrase),
  ip: Type.Optional(Type.String(word)),
  range: Type.Optional(Type.String(word)),
  as_number: Type.Optional(Type.String(word)),
  as_name: Type.Optional(Type.String(phrase)),
  cn: Type.Optional(Type.String(word)),
  latitude: Type.Optional(Type.Number()),
  longitude: Type.Optional(Type.Number()),
})

export const DecisionBody = Type.Object({
  duration: Type.String(word),
  origin: Type.String(word),
  scenario: Type.String(phrase),
  scope: Type.String(word),
  type: Type.String(word),
  value: Type.String(phrase),
  simulated: Type.Optional(Type.Boolean()),
})

export const AlertBody = Type.Object({
  capacity: Type.Integer(int32),
  decisions: Type.Optional(Type.Array(DecisionBody)),
  events: Type.Array(EventBody),
  events_count: Type.Integer(int32),
  kind: Type.Optional(Type.String(word)),
  labels: Type.Optional(Type.Array(Type.String())),
  leakspeed: Type.String(word),
  message: Type.String(prose),
  meta: Type.Optional(Meta),
  remediation: Type.Optional(Type.Boolean()),
  scenario: Type.String(phrase),
  scenario_hash: Type.String(phrase),
  scenario_version: Type.String(word),
  simulated: Type.Boolean(),
  source: Source,
  start_at: Type.String(word),
  stop_at: Type.String(word),
  uuid: Type.Optional(Type.String(word)),
})

/** The body of POST /v1/alerts. Unknown keys are ignored, as older and newer agents send them. */
export const AlertsBody = Type.Array(AlertBody)

export type PostedAlert = Static<typeof AlertBody>
export type PostedDecision = Static<typeof DecisionBody>
