import { describe, expect, it } from 'vitest'
import { bench, lineEvent, scenarioItem, scenarioText } from '../bucket/pour-fixture.ts'
import type { Event } from '../event.ts'
import { type Overflow, Source } from '../overflow.ts'

const pair = { type: 'leaky', capacity: 1, leakspeed: '1h' }
const one = (fields: Record<string, unknown>) => [scenarioItem(scenarioText({ ...pair, ...fields }))]

describe('the sources of an alert', () => {
  it('carry what parsers found out about the address', () => {
    const own = bench('replay', one({}))
    for (let count = 0; count < 2; count++) {
      const event = lineEvent('replay', { SourceRange: '192.0.2.77/24' }, 0)
      event.enriched = new Map([
        ['IsoCode', 'FR'],
        ['ASNNumber', '64500'],
        ['ASNOrg', 'Example'],
        ['Latitude', '48.1'],
        ['Longitude', 'x'],
      ])
      own.pourEvent(event)
    }
    expect(own.overflows[0]?.alerts[0]?.source).toEqual({
      scope: 'Ip',
      value: '192.0.2.1',
      ip: '192.0.2.1',
      range: '192.0.2.0/24',
      cn: 'FR',
      asNumber: '64500',
      asName: 'Example',
      latitude: Math.fround(48.1),
      longitude: 0,
    })
  })

  it('are several where the events name several addresses: one alert each, with all events', () => {
    const own = bench('replay', one({}))
    own.pour({ source_ip: '192.0.2.1' })
    own.pour({ source_ip: '2001:db8::1' })
    const [overflow] = own.overflows
    expect([...(overflow?.sources.keys() ?? [])]).toEqual(['192.0.2.1', '2001:db8::1'])
    expect(overflow?.alerts.map(({ source, events }) => [source.value, events.length])).toEqual([
      ['192.0.2.1', 2],
      ['2001:db8::1', 2],
    ])
    expect(overflow?.alerts[0]?.message).toContain("Ip 2 sources performed 'test/scenario' (2 events")
    expect(overflow?.alerts[0]?.source).toBe(overflow?.sources.get('192.0.2.1'))
  })

  it.each<Record<string, string>>([{ source_ip: 'nobody' }, { source_ip: '' }, { SourceRange: 'wide' }])(
    'are refused where one event has %j, and the alert with them',
    (meta) => {
      const own = bench('replay', one({}))
      own.pour({})
      own.pour(meta)
      expect(own.overflows).toEqual([])
      expect(own.dropped.sourceless).toBe(1)
    },
  )

  it('are of the scope that the scenario names, with the value of its expression', () => {
    const own = bench('replay', one({ scope: { type: 'username', expression: 'evt.Meta.user' } }))
    own.pour({ user: 'ann', source_ip: 'none' })
    own.pour({ user: 'ann' })
    expect(own.overflows[0]?.alerts[0]?.source).toMatchObject({ scope: 'username', value: 'ann', ip: '' })
  })

  it('are the range of the address in scope Range', () => {
    const own = bench('replay', one({ scope: { type: 'Range' } }))
    for (let count = 0; count < 2; count++) own.pour({ SourceRange: '192.0.2.0/24' })
    expect(own.overflows[0]?.alerts[0]?.source).toMatchObject({
      scope: 'Range',
      value: '192.0.2.0/24',
      ip: '192.0.2.1',
    })
  })
})

function overflowEvent(sources: Source[]): Event {
  const overflow: Overflow = {
    partition: 'p',
    scenario: 'test/first',
    whitelisted: false,
    reprocess: true,
    sources: new Map(sources.map((source) => [source.value, source])),
    alerts: [],
  }
  const event = lineEvent('live', {}, 0)
  return Object.assign(event, { overflow })
}

function source(scope: string, value: string, range = ''): Source {
  return Object.assign(new Source(scope, value), { range, cn: 'FR' })
}

describe('the sources of reprocessed overflows', () => {
  it('become their ranges in scope Range; those without are left out', () => {
    const own = bench('live', one({ scope: { type: 'Range' } }))
    own.pourEvent(overflowEvent([source('Ip', '192.0.2.1', '192.0.2.0/24'), source('Ip', '192.0.2.2')]))
    own.pourEvent(overflowEvent([source('username', 'ann', '10.0.0.0/8')]))
    expect(own.overflows[0]?.alerts.map((alert) => alert.source)).toEqual([
      expect.objectContaining({ scope: 'Range', value: '192.0.2.0/24', ip: '', cn: 'FR' }),
    ])
  })

  it('are left out where their scope is another one; without any there is no alert', () => {
    const own = bench('live', one({}))
    own.pourEvent(overflowEvent([source('username', 'ann')]))
    own.pourEvent(overflowEvent([source('username', 'bob')]))
    expect(own.overflows).toEqual([])
    expect(own.dropped.sourceless).toBe(1)
  })
})

describe('the rules of an overflow', () => {
  it('hide it in a blackhole by the time of the lines', () => {
    const own = bench('replay', one({ blackhole: '5m' }))
    for (const at of [0, 0, 299, 299, 300, 300]) own.pour({}, at)
    expect(own.summary()).toEqual(['2/2', '2/2'])
    expect(own.dropped.blackholed).toBe(1)
  })

  it('refuse it by overflow_filter, which starts no blackhole', () => {
    const filter = "any(queue.Queue, .Meta.bad == 'yes') && signal.Alert.Source.IP != ''"
    const own = bench('replay', one({ blackhole: '5m', overflow_filter: filter }))
    for (let count = 0; count < 2; count++) own.pour({}, 0)
    for (let count = 0; count < 2; count++) own.pour({ bad: 'yes' }, 1)
    expect(own.dropped).toMatchObject({ filtered: 1, blackholed: 0 })
    expect(own.summary()).toEqual(['2/2'])
  })
})
