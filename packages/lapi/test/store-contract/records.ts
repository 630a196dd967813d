import { randomUUID } from 'node:crypto'
import { parseAddress } from '../../src/decision/address.ts'
import type { NewDecision } from '../../src/decision/decision.ts'
import type { NewAlert } from '../../src/store/store.ts'

export const now = 1_800_000_000_000

export function newDecision(value: string, more: Partial<NewDecision> = {}): NewDecision {
  const cidr = parseAddress(value)
  return {
    uuid: randomUUID(),
    origin: 'crowdsec',
    scenario: 'tocsin/ssh-bf',
    scope: value.includes('/') ? 'Range' : 'Ip',
    type: 'ban',
    value,
    cidr,
    simulated: false,
    until: now + 3_600_000,
    ...more,
  }
}

export function newAlert(value: string, more: Partial<NewAlert> = {}): NewAlert {
  return {
    uuid: randomUUID(),
    kind: '',
    scenario: 'tocsin/ssh-bf',
    scenarioVersion: '1',
    scenarioHash: 'h',
    message: `${value} did it`,
    eventsCount: 6,
    capacity: 5,
    leakspeed: '10s',
    simulated: false,
    remediation: true,
    source: {
      scope: 'Ip',
      value,
      ip: value,
      range: '',
      asNumber: '64500',
      asName: 'Example',
      country: 'FR',
      latitude: 1.5,
      longitude: -2.25,
    },
    startedAt: now - 60_000,
    stoppedAt: now,
    createdAt: now,
    events: [{ timestamp: 't', meta: [{ key: 'k', value: 'v' }] }],
    meta: [{ key: 'm', value: '["x"]' }],
    machine: null,
    decisions: [],
    ...more,
  }
}
