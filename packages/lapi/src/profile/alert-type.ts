import { structType, structTypeOf, types } from '@tocsin/expr'
import type { NewAlert } from '../store/store.ts'
import { formatSecond } from '../wire/time.ts'

const { array, bool, float, int, pointer, string, struct } = types

interface Item {
  readonly key: string
  readonly value: string
}

interface AlertEvent {
  readonly timestamp: string
  readonly meta: readonly Item[]
}

const itemType = structType('MetaItem', {
  fields: { Key: { type: string, get: 'key' }, Value: { type: string, get: 'value' } },
})

const eventType = structType('Event', {
  fields: {
    Timestamp: { type: string, get: 'timestamp' },
    Meta: { type: array(struct(itemType)), get: 'meta' },
  },
  methods: {
    GetMeta: {
      params: [string],
      result: string,
      call: (event: AlertEvent, key: string) => metaValue(event.meta, key),
    },
  },
})

type Source = NewAlert['source']

const sourceType = structType('Source', {
  fields: {
    Scope: { type: string, get: 'scope' },
    Value: { type: string, get: 'value' },
    IP: { type: string, get: 'ip' },
    Range: { type: string, get: 'range' },
    AsNumber: { type: string, get: 'asNumber' },
    AsName: { type: string, get: 'asName' },
    Cn: { type: string, get: 'country' },
    Latitude: { type: float, get: 'latitude' },
    Longitude: { type: float, get: 'longitude' },
  },
  methods: {
    GetScope: { params: [], result: string, call: (source: Source) => source.scope },
    GetValue: { params: [], result: string, call: (source: Source) => source.value },
    GetAsNumberName: {
      params: [],
      result: string,
      call: ({ asNumber, asName }: Source) => [asNumber, asName].filter((part) => part !== '').join(' '),
    },
  },
})

/** `Alert` as the expressions of profiles see it. Source: the original's models.Alert. */
export const alertType = structType('Alert', {
  fields: {
    Capacity: { type: int, get: ({ alert }: ProfileAlert) => BigInt(alert.capacity) },
    CreatedAt: { type: string, get: ({ alert }: ProfileAlert) => formatSecond(alert.createdAt) },
    Events: { type: array(struct(eventType)), get: ({ alert }: ProfileAlert) => alert.events },
    EventsCount: { type: int, get: ({ alert }: ProfileAlert) => BigInt(alert.eventsCount) },
    Kind: { type: string, get: ({ alert }: ProfileAlert) => alert.kind },
    Leakspeed: { type: string, get: ({ alert }: ProfileAlert) => alert.leakspeed },
    MachineID: { type: string, get: ({ alert }: ProfileAlert) => alert.machine ?? '' },
    Message: { type: string, get: ({ alert }: ProfileAlert) => alert.message },
    Meta: { type: array(struct(itemType)), get: ({ alert }: ProfileAlert) => alert.meta },
    Remediation: { type: bool, get: ({ alert }: ProfileAlert) => alert.remediation },
    Scenario: { type: string, get: ({ alert }: ProfileAlert) => alert.scenario },
    ScenarioHash: { type: string, get: ({ alert }: ProfileAlert) => alert.scenarioHash },
    ScenarioVersion: { type: string, get: ({ alert }: ProfileAlert) => alert.scenarioVersion },
    Simulated: { type: bool, get: ({ alert }: ProfileAlert) => alert.simulated },
    Source: { type: pointer(sourceType), get: ({ alert }: ProfileAlert) => alert.source },
    StartAt: { type: string, get: ({ alert }: ProfileAlert) => formatSecond(alert.startedAt) },
    StopAt: { type: string, get: ({ alert }: ProfileAlert) => formatSecond(alert.stoppedAt) },
    UUID: { type: string, get: ({ alert }: ProfileAlert) => alert.uuid },
  },
  methods: {
    HasRemediation: { params: [], result: bool, call: () => true },
    GetScope: { params: [], result: string, call: ({ alert }: ProfileAlert) => alert.source.scope },
    GetValue: { params: [], result: string, call: ({ alert }: ProfileAlert) => alert.source.value },
    GetScenario: { params: [], result: string, call: ({ alert }: ProfileAlert) => alert.scenario },
    GetEventsCount: { params: [], result: int, call: ({ alert }: ProfileAlert) => BigInt(alert.eventsCount) },
    GetMeta: {
      params: [string],
      result: string,
      call: ({ alert }: ProfileAlert, key: string) => metaValue(alert.meta, key),
    },
  },
})

/** What `Alert` names while a profile's expressions run. */
export class ProfileAlert {
  readonly alert: NewAlert

  constructor(alert: NewAlert) {
    this.alert = alert
  }
}

Object.defineProperty(ProfileAlert.prototype, structTypeOf, { value: alertType })

function metaValue(meta: readonly Item[], key: string): string {
  return meta.find((item) => item.key === key)?.value ?? ''
}
