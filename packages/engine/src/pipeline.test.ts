import type { TocsinErrors } from '@tocsin/model'
import { describe, expect, it } from 'vitest'
import type { Alert } from './overflow.ts'
import type { Event, Line } from './event.ts'
import type { ItemFile, ItemType } from './item/item-file.ts'
import { createEngine } from './create-engine.ts'
import type { EngineOptions } from './pipeline.ts'
import { toWireAlert } from './alert/wire.ts'

const nowMs = Date.parse('2026-03-14T12:00:00Z')

function item(type: ItemType, name: string, text: string, stage?: string): ItemFile {
  const base = { type, name: `test/${name}`, path: `${type}/${name}.yaml`, text, version: '0.1', hash: 'abc' }
  return stage === undefined ? base : { ...base, stage }
}

const parser = item(
  'parsers',
  'logs',
  `
name: test/logs
onsuccess: next_stage
filter: evt.Line.Labels.type == 'test'
grok: { pattern: '%{NOTSPACE:time} %{WORD:word} %{IP:ip}', apply_on: Line.Raw }
statics:
- { target: evt.StrTime, expression: evt.Parsed.time }
- { meta: word, expression: evt.Parsed.word }
- { meta: source_ip, expression: evt.Parsed.ip }
- { method: ParseDate, expression: evt.StrTime }
- { target: MarshaledTime, expression: evt.Enriched.MarshaledTime }
`,
  's01-parse',
)

const whitelist = item(
  'parsers',
  'whitelist',
  `
name: test/whitelist
whitelist: { reason: ours, ip: [192.0.2.200] }
`,
  's02-enrich',
)

const scenario = item(
  'scenarios',
  'bf',
  `
type: leaky
name: test/bf
description: two failures
filter: evt.Meta.word == 'failed'
groupby: evt.Meta.source_ip
capacity: 1
leakspeed: 10s
labels: { remediation: true }
`,
)

function run(items: ItemFile[], lines: string[], options: Partial<EngineOptions> = {}) {
  const alerts: Alert[] = []
  const overflows: Event[] = []
  const engine = createEngine(items, {
    mode: 'replay',
    clock: () => nowMs,
    onAlert: (alert) => alerts.push(alert),
    onOverflow: (event) => overflows.push(event),
    ...options,
  })
  const events = lines.map((raw) => engine.process(line(raw)))
  return { engine, events, alerts, overflows, counters: engine.counters() }
}

function line(raw: string): Line {
  return { raw, src: '/var/log/test', timeMs: nowMs, labels: new Map([['type', 'test']]), module: 'file' }
}

const attack = ['2026-03-14T10:00:00Z failed 192.0.2.1', '2026-03-14T10:00:01.5Z failed 192.0.2.1']

describe('an engine', () => {
  it('turns lines into alerts as an agent posts them', () => {
    const { alerts, counters } = run([parser, whitelist, scenario], attack)
    expect(alerts.map(toWireAlert)).toEqual([
      {
        scenario: 'test/bf',
        scenario_hash: 'abc',
        scenario_version: '0.1',
        message: "Ip 192.0.2.1 performed 'test/bf' (2 events over 1.5s) at 2026-03-14 10:00:01.5 +0000 UTC",
        events_count: 2,
        start_at: '2026-03-14T10:00:00Z',
        stop_at: '2026-03-14T10:00:01Z',
        capacity: 1,
        leakspeed: '10s',
        simulated: false,
        remediation: true,
        kind: 'crowdsec',
        events: ['2026-03-14T10:00:00Z', '2026-03-14T10:00:01.5Z'].map((timestamp) => ({
          timestamp,
          meta: [
            { key: 'source_ip', value: '192.0.2.1' },
            { key: 'word', value: 'failed' },
          ],
        })),
        meta: [],
        source: { scope: 'Ip', value: '192.0.2.1', ip: '192.0.2.1' },
      },
    ])
    expect(counters).toMatchObject({ lines: 2, parsed: 2, poured: 2, overflows: 1, alerts: 1 })
  })

  it('counts lines that no parser knows and lines that are let off', () => {
    const { counters, events } = run(
      [parser, whitelist, scenario],
      ['garbage', '2026-03-14T10:00:00Z failed 192.0.2.200'],
    )
    expect(counters).toMatchObject({ lines: 2, parsed: 1, unparsed: 1, whitelisted: 1, poured: 0 })
    expect(events.map(({ whitelistReason }) => whitelistReason)).toEqual(['', 'ours'])
  })

  it('simulates what it is told to', () => {
    const simulation = { enabled: false, exclusions: ['test/bf'] }
    expect(run([parser, scenario], attack, { simulation }).alerts[0]?.simulated).toBe(true)
  })

  it('forgets its buckets on reset', () => {
    const { engine, alerts } = run([parser, scenario], attack.slice(0, 1))
    engine.reset()
    for (const raw of attack.slice(1)) engine.process(line(raw))
    expect(alerts).toEqual([])
    expect(engine.counters().buckets.count).toBe(1)
  })

  it('tells who refused a line, and why', () => {
    const { engine, events } = run([parser, scenario], ['2026-03-14T10:00:00Z accepted 192.0.2.1'])
    const [refusal] = events[0] ? engine.refusals(events[0]) : []
    expect(refusal?.scenario).toBe('test/bf')
    expect(refusal?.why[0]?.source).toContain('evt.Meta.word')
  })

  it('reports every bad item at once, or runs without them when told to', () => {
    const bad = item('scenarios', 'bad', scenario.text.replace('evt.Meta.word', 'evt.Mata.word'))
    const worse = item('parsers', 'worse', 'nam: x', 's01-parse')
    const odd = item('contexts', 'odd', 'context: { k: ["evt.("] }')
    const items = [parser, scenario, bad, worse, odd]
    expect(() => createEngine(items, { mode: 'replay' })).toThrow(
      expect.objectContaining({ code: 'ITEMS_UNREADABLE' }),
    )
    try {
      createEngine(items, { mode: 'replay' })
    } catch (error) {
      const files = (error as TocsinErrors).errors.map(({ where }) => where?.file)
      expect(new Set(files)).toEqual(
        new Set(['contexts/odd.yaml', 'parsers/worse.yaml', 'scenarios/bad.yaml']),
      )
    }
    const { engine, alerts } = run(items, attack, { tolerant: true })
    expect(engine.errors.length).toBeGreaterThanOrEqual(3)
    expect(alerts).toHaveLength(1)
  })
})

const nameWhitelist = item(
  'postoverflows',
  'names',
  `
name: test/names
whitelist: { reason: friends, expression: ["evt.Enriched.reverse_dns endsWith '.friend.example.'"] }
`,
  's01-whitelist',
)

const names = item(
  'postoverflows',
  'rdns',
  `
name: test/rdns
onsuccess: next_stage
filter: evt.Overflow.Alert.Remediation == true
statics:
- { method: reverse_dns, expression: evt.Overflow.Alert.Source.IP }
`,
  's00-enrich',
)

describe('postoverflows', () => {
  it('let off what they know by name, beside the path, and keep the order of alerts', async () => {
    const slow = new Map([
      ['192.0.2.1', { name: 'a.friend.example', ms: 30 }],
      ['192.0.2.2', { name: 'b.example', ms: 20 }],
      ['192.0.2.3', { name: 'c.example', ms: 1 }],
    ])
    const lines = [...slow.keys()].flatMap((ip) => attack.map((raw) => raw.replace('192.0.2.1', ip)))
    const { engine, alerts, overflows } = run([parser, scenario, names, nameWhitelist], lines, {
      reverseLookup: async (address) => {
        const answer = slow.get(address)
        await new Promise((resolve) => setTimeout(resolve, answer?.ms))
        return [answer?.name ?? '']
      },
    })
    expect(alerts).toEqual([])
    expect(engine.waiting).toBe(3)
    await engine.drain()
    expect(engine.waiting).toBe(0)
    expect(alerts.map(({ source }) => source.value)).toEqual(['192.0.2.2', '192.0.2.3'])
    expect(overflows.map(({ whitelisted }) => whitelisted)).toEqual([true, false, false])
    expect(engine.counters().dropped.whitelisted).toBe(1)
  })
})

describe('reprocessed overflows', () => {
  const again = item('scenarios', 'bf-again', scenario.text.replace('capacity', 'reprocess: true\ncapacity'))
  const range = item(
    'scenarios',
    'range',
    `
type: leaky
name: test/range
description: many of one network
filter: evt.GetType() == 'overflow' && evt.Overflow.Alert.GetScenario() == 'test/bf'
distinct: evt.Overflow.Alert.Source.IP
capacity: 1
leakspeed: 1m
`,
  )

  it('are poured on the wall clock, whatever the clock of the lines', () => {
    const lines = ['192.0.2.1', '192.0.2.1', '192.0.2.2'].flatMap((ip) =>
      attack.map((raw) => raw.replace('192.0.2.1', ip)),
    )
    const { alerts } = run([parser, again, range], lines)
    expect(alerts.map(({ scenario: name, startAt }) => [name, startAt])).toEqual([
      ['test/bf', '2026-03-14T10:00:00Z'],
      ['test/bf', '2026-03-14T10:00:00Z'],
      ['test/bf', '2026-03-14T10:00:00Z'],
      ['test/range', '2026-03-14T12:00:00Z'],
      ['test/range', '2026-03-14T12:00:00Z'],
    ])
    expect(alerts[4]?.message).toContain('Ip 2 sources performed')
  })

  it('end where a scenario takes its own overflows', () => {
    const text = 'type: trigger\nname: test/loop\ndescription: d\nfilter: "true"\nreprocess: true'
    const { alerts, counters } = run([parser, item('scenarios', 'loop', text)], attack.slice(0, 1))
    expect(alerts).toHaveLength(8)
    expect(counters.endless).toBe(1)
  })
})

describe('a live engine that catches up with lines of a downtime', () => {
  it('fills their buckets by their own time, and ends them by the clock like all others', () => {
    let now = nowMs
    const alerts: Alert[] = []
    const engine = createEngine([parser, scenario], {
      mode: 'live',
      clock: () => now,
      onAlert: (alert) => alerts.push(alert),
    })
    engine.process(line('2026-03-14T10:00:00Z failed 192.0.2.1'), 'replay')
    engine.process(line('2026-03-14T10:10:00Z failed 192.0.2.1'), 'replay')
    expect(alerts).toEqual([])
    expect(engine.oldestLiveMs()).toBe(nowMs)
    now += 21_000
    engine.tick(now)
    expect(engine.counters().buckets.count).toBe(0)
    expect(engine.oldestLiveMs()).toBeNull()
  })
})
