import { type Static, Type } from 'typebox'

const word = { maxLength: 255 }

const Item = Type.Object({
  name: Type.String(word),
  unit: Type.String(word),
  value: Type.Number(),
  labels: Type.Optional(Type.Record(Type.String(), Type.String(word))),
})

const Detailed = Type.Object({
  meta: Type.Object({ utc_now_timestamp: Type.Integer(), window_size_seconds: Type.Integer() }),
  items: Type.Array(Item),
})

const base = {
  version: Type.String(word),
  utc_startup_timestamp: Type.Integer(),
  os: Type.Optional(Type.Object({ name: Type.String(word), version: Type.String(word) })),
  feature_flags: Type.Optional(Type.Array(Type.String(word))),
  metrics: Type.Optional(Type.Array(Detailed)),
}

const RemediationComponent = Type.Object({
  ...base,
  type: Type.Optional(Type.String(word)),
  name: Type.Optional(Type.String(word)),
  last_pull: Type.Optional(Type.Integer()),
})

const HubItem = Type.Object({
  name: Type.Optional(Type.String(word)),
  version: Type.Optional(Type.String(word)),
  status: Type.Optional(Type.String(word)),
})

const LogProcessor = Type.Object({
  ...base,
  datasources: Type.Record(Type.String(), Type.Integer()),
  hub_items: Type.Record(Type.String(), Type.Array(HubItem)),
})

/** The body of POST /v1/usage-metrics. */
export const MetricsBody = Type.Object({
  remediation_components: Type.Optional(Type.Array(RemediationComponent)),
  log_processors: Type.Optional(Type.Array(LogProcessor)),
})

export type PostedComponent = Static<typeof RemediationComponent>
export type PostedProcessor = Static<typeof LogProcessor>
