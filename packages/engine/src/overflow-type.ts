import { structType, structTypeOf, types } from '@tocsin/expr'
import { type Alert, type AlertEvent, type Overflow, Source } from './overflow.ts'

const { array, bool, float, int, map, pointer, string, struct } = types

/** Who an alert is about, as expressions see it. Source: the original's models.Source. */
export const sourceType = structType('Source', {
  fields: {
    Scope: { type: string, get: 'scope' },
    Value: { type: string, get: 'value' },
    IP: { type: string, get: 'ip' },
    Range: { type: string, get: 'range' },
    AsNumber: { type: string, get: 'asNumber' },
    AsName: { type: string, get: 'asName' },
    Cn: { type: string, get: 'cn' },
    Latitude: { type: float, get: 'latitude' },
    Longitude: { type: float, get: 'longitude' },
  },
  methods: {
    GetScope: { params: [], result: string, call: (source: Source) => source.scope },
    GetValue: { params: [], result: string, call: (source: Source) => source.value },
  },
})

Object.defineProperty(Source.prototype, structTypeOf, { value: sourceType })

const metaItemType = structType('MetaItem', {
  fields: {
    Key: { type: string, get: (item: readonly [string, string]) => item[0] },
    Value: { type: string, get: (item: readonly [string, string]) => item[1] },
  },
})

/** An event of an alert, as expressions see it. Source: the original's models.Event. */
export const alertEventType = structType('AlertEvent', {
  fields: {
    Timestamp: { type: string, get: 'timestamp' },
    Meta: { type: array(struct(metaItemType)), get: 'meta' },
  },
  methods: {
    GetMeta: {
      params: [string],
      result: string,
      call: (event: AlertEvent, key: string) => event.meta.find((entry) => entry[0] === key)?.[1] ?? '',
    },
  },
})

const contextItemType = structType('MetaItem', {
  fields: { Key: { type: string, get: 'key' }, Value: { type: string, get: 'value' } },
})

/** An alert, as expressions see it. Source: the original's models.Alert. */
export const alertType = structType('Alert', {
  fields: {
    Scenario: { type: string, get: 'scenario' },
    ScenarioHash: { type: string, get: 'scenarioHash' },
    ScenarioVersion: { type: string, get: 'scenarioVersion' },
    Message: { type: string, get: 'message' },
    EventsCount: { type: int, get: (alert: Alert) => BigInt(alert.eventsCount) },
    Capacity: { type: int, get: (alert: Alert) => BigInt(alert.capacity) },
    Leakspeed: { type: string, get: 'leakspeed' },
    StartAt: { type: string, get: 'startAt' },
    StopAt: { type: string, get: 'stopAt' },
    Simulated: { type: bool, get: 'simulated' },
    Remediation: { type: bool, get: 'remediation' },
    Kind: { type: string, get: 'kind' },
    Events: { type: array(struct(alertEventType)), get: 'events' },
    Meta: { type: array(struct(contextItemType)), get: 'meta' },
    Source: { type: pointer(sourceType), get: 'source' },
  },
  methods: {
    GetScenario: { params: [], result: string, call: (alert: Alert) => alert.scenario },
    GetScope: { params: [], result: string, call: (alert: Alert) => alert.source.scope },
    GetValue: { params: [], result: string, call: (alert: Alert) => alert.source.value },
    GetEventsCount: { params: [], result: int, call: (alert: Alert) => BigInt(alert.eventsCount) },
    GetMeta: {
      params: [string],
      result: string,
      call: (alert: Alert, key: string) => alert.meta.find((entry) => entry.key === key)?.value ?? '',
    },
  },
})

/** `evt.Overflow` of expressions. Source: the original's pipeline.RuntimeAlert. */
export const overflowType = structType('Overflow', {
  fields: {
    Mapkey: { type: string, get: 'partition' },
    Whitelisted: { type: bool, get: 'whitelisted' },
    Reprocess: { type: bool, get: 'reprocess' },
    Sources: { type: map(struct(sourceType)), get: 'sources' },
    Alert: { type: pointer(alertType), get: (overflow: Overflow) => overflow.alerts[0] ?? null },
    APIAlerts: { type: array(struct(alertType)), get: 'alerts' },
  },
  methods: {
    GetSources: {
      params: [],
      result: array(string),
      call: (overflow: Overflow) => [...overflow.sources.keys()],
    },
  },
})

/** What `evt.Overflow` is on a line. */
export const noOverflow: Overflow = {
  partition: '',
  scenario: '',
  whitelisted: false,
  reprocess: false,
  sources: new Map(),
  alerts: [],
}
