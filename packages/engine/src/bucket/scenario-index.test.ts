import { describe, expect, it } from 'vitest'
import { bench, lineEvent, scenarioItem, scenarioText } from './pour-fixture.ts'

const filters = {
  any: 'len(evt.Meta.service) > 0',
  ssh: "evt.Meta.service == 'ssh'",
  failed: "evt.Meta.service == 'ssh' && evt.Meta.kind in ['failed', 'refused'] && evt.Meta.user != ''",
  web: "evt.Parsed.verb == 'GET' && evt.Meta.service == 'http'",
  blank: "evt.Meta.kind == ''",
  either: "evt.Meta.service == 'ssh' || evt.Meta.service == 'http'",
}

const items = Object.entries(filters).map(([name, filter]) =>
  scenarioItem(scenarioText({ type: 'trigger', name, filter }), `test/${name}`),
)

function candidates(meta: Record<string, string>, parsed: Record<string, string> = {}): string[] {
  const event = lineEvent('replay', meta, 0)
  event.parsed = new Map(Object.entries(parsed))
  const { index } = bench('replay', items).buckets
  index.candidates(event)
  return index.candidates(event).map(({ scenario }) => scenario.name)
}

describe('ScenarioIndex', () => {
  it('leaves out scenarios whose constant tests fail, and keeps the order', () => {
    expect(candidates({ service: 'ssh', kind: 'failed' })).toEqual(['any', 'either', 'failed', 'ssh'])
    expect(candidates({ service: 'ssh', kind: 'odd' })).toEqual(['any', 'either', 'ssh'])
    expect(candidates({ service: 'http', kind: 'x' }, { verb: 'GET' })).toEqual(['any', 'either', 'web'])
    expect(candidates({ service: 'http', kind: 'x' }, { verb: 'PUT' })).toEqual(['any', 'either'])
  })

  it('takes a missing field as empty', () => {
    expect(candidates({ service: 'other' })).toEqual(['any', 'blank'])
  })
})
