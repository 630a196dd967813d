import { formatError, TocsinErrors } from '@tocsin/model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newAlert, newDecision } from '../../test/store-contract/records.ts'
import { ActiveSet } from '../decision/active-set.ts'
import { openStore } from '../store/open-store.ts'
import type { Store } from '../store/store.ts'
import { DecisionLookup } from './decision-lookup.ts'
import { defaultProfiles } from './default-profiles.ts'
import { type ProfileDecision, Profiles } from './profiles.ts'
import { loadProfiles, type ProfileSpec } from './schema.ts'

const hourMs = 3_600_000

let store: Store
let active: ActiveSet
beforeEach(async () => {
  store = await openStore({ path: ':memory:' })
  active = new ActiveSet(0)
})
afterEach(async () => {
  await store.close()
})

function compiled(specs: readonly ProfileSpec[], log: string[] = []): Profiles {
  const note = (message: string) => void log.push(message)
  const logger = { debug: note, info: note, warn: note, error: note }
  return new Profiles(specs, new DecisionLookup(store.decisions, active), logger)
}

async function decide(
  source: string,
  more: Parameters<typeof newAlert>[1] = {},
): Promise<{ decided: readonly ProfileDecision[]; log: string[] }> {
  const log: string[] = []
  const profiles = compiled(loadProfiles(source, 'profiles.yaml'), log)
  return { decided: (await profiles.decide(newAlert('192.0.2.1', more))).decisions, log }
}

function errorsOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (error instanceof TocsinErrors) return formatError(error)
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('profiles', () => {
  it('by default ban addresses and ranges that ask for it for four hours', async () => {
    const profiles = compiled(defaultProfiles())
    const { source } = newAlert('192.0.2.1')
    const ban = { type: 'ban', origin: 'crowdsec', simulated: false, durationMs: 4 * hourMs }
    expect((await profiles.decide(newAlert('192.0.2.1'))).decisions).toEqual([{ ...ban, scope: 'Ip' }])
    const range = { source: { ...source, scope: 'Range', value: '192.0.2.0/24' } }
    expect((await profiles.decide(newAlert('', range))).decisions).toEqual([{ ...ban, scope: 'Range' }])
    expect(
      (await profiles.decide(newAlert('', { source: { ...source, scope: 'Country' } }))).decisions,
    ).toEqual([])
    expect((await profiles.decide(newAlert('192.0.2.1', { remediation: false }))).decisions).toEqual([])
  })

  it('take alerts by everything that expressions see of them', async () => {
    const seen = [
      'Alert.Scenario == "tocsin/ssh-bf" && Alert.GetScenario() == Alert.Scenario',
      'Alert.GetValue() == "192.0.2.1" && Alert.Source.IP == Alert.GetValue()',
      'Alert.Source.AsNumber == "64500" && Alert.Source.AsName contains "Exam" && Alert.Source.Cn in ["FR", "DE"]',
      'Alert.EventsCount > 5 && Alert.GetEventsCount() == 6 && Alert.Capacity == 5',
      'any(Alert.Events, {.GetMeta("k") == "v"}) && Alert.Events[0].Meta[0].Key == "k"',
      'Alert.GetMeta("m") == "[\\"x\\"]" && Alert.GetMeta("none") == ""',
      'Alert.Remediation && !Alert.Simulated && Alert.Kind == "" && Alert.MachineID == ""',
      'Alert.StartAt < Alert.StopAt && Alert.Leakspeed == "10s" && Alert.Source.Latitude == 1.5',
    ]
    for (const filter of seen) {
      const source = `name: p\nfilters: ['${filter}']\ndecisions: [{type: ban, duration: 1h}]`
      expect([filter, (await decide(source)).decided.length]).toEqual([filter, 1])
    }
  })

  it('decide by the first that matches, once for each filter that holds', async () => {
    const source = `
name: first
filters: ['Alert.Simulated']
decisions: [{type: captcha, duration: 1h}]
---
name: second
filters: ['Alert.Remediation', 'false', 'Alert.Capacity == 5']
decisions: [{type: throttle, duration: 1d2h, scope: Session, origin: mine, simulated: true}, {}]
---
name: third
filters: ['true']
decisions: [{type: ban, duration: 1h}]`
    const throttle = {
      type: 'throttle',
      scope: 'Session',
      origin: 'crowdsec/mine',
      simulated: true,
      durationMs: 26 * hourMs,
    }
    const plain = { type: 'ban', scope: 'Ip', origin: 'crowdsec', simulated: false, durationMs: 4 * hourMs }
    expect((await decide(source)).decided).toEqual([throttle, plain, throttle, plain])
  })

  it('may compute the duration, and fall back to the fixed one', async () => {
    const source = (expression: string) => `
name: p
filters: ['true']
duration_expr: ${expression}
decisions: [{type: ban, duration: 1h}]`
    expect((await decide(source(`string(Alert.EventsCount * 2) + "h"`))).decided[0]?.durationMs).toBe(
      12 * hourMs,
    )
    const bad = await decide(source(`Alert.Scenario`))
    expect(bad.decided[0]?.durationMs).toBe(hourMs)
    expect(bad.log.join()).toContain('which is no duration')
  })

  it('may count the decisions of a value: bans that grow', async () => {
    const source = `
name: p
filters: ['GetDecisionsSinceCount(Alert.GetValue(), "24h") < 5 && GetActiveDecisionsCount(Alert.GetValue()) == 1']
duration_expr: Sprintf('%dh', (GetDecisionsCount(Alert.GetValue()) + 1) * 4)
decisions: [{type: ban, duration: 1h}]`
    const { createdAt } = newAlert('192.0.2.1')
    const old = { createdAt: createdAt - 48 * 3_600_000 }
    const ended = newDecision('192.0.2.1', { until: createdAt - 1 })
    const stored = await store.alerts.insert([
      newAlert('x', { ...old, decisions: [ended, newDecision('192.0.2.0/24'), newDecision('198.51.100.1')] }),
    ])
    expect((await decide(source)).decided).toEqual([])
    active.add(
      stored.flatMap(({ decisions }) => decisions),
      createdAt,
    )
    const { decided, log } = await decide(source)
    expect(log).toEqual([])
    expect(decided[0]?.durationMs).toBe(12 * hourMs)
  })

  it('may name a row of durations, the last of them for ever', async () => {
    const source = (within: string) => `
name: p
filters: ['true']
escalation: {durations: [4h, 1d, permanent]${within}}
decisions: [{type: ban, duration: 1h}]`
    const { createdAt } = newAlert('192.0.2.1')
    const durations: number[] = []
    for (let i = 0; i < 4; i++) {
      durations.push((await decide(source(''))).decided[0]?.durationMs ?? 0)
      await store.alerts.insert([
        newAlert('x', { createdAt: createdAt - 48 * hourMs, decisions: [newDecision('192.0.2.1')] }),
      ])
    }
    expect(durations).toEqual([4 * hourMs, 24 * hourMs, Infinity, Infinity])
    expect((await decide(source(', within: 24h'))).decided[0]?.durationMs).toBe(4 * hourMs)
  })

  it('tell sinks, also those behind the one that decides', async () => {
    const source = `
name: first
filters: ['true']
notifications: [mail]
decisions: [{duration: permanent}]
---
name: second
filters: ['true']
notifications: [chat]
on_success: break
decisions: [{duration: 1h}]
---
name: third
filters: ['true']
notifications: [pager]`
    const specs = loadProfiles(source, 'profiles.yaml')
    const lookup = new DecisionLookup(store.decisions, active)
    const quiet = () => {}
    const logger = { debug: quiet, info: quiet, warn: quiet, error: quiet }
    const profiles = new Profiles(specs, lookup, logger, new Set(['mail', 'chat', 'pager']))
    const { decisions, notify } = await profiles.decide(newAlert('192.0.2.1'))
    expect(decisions.map(({ durationMs }) => durationMs)).toEqual([Infinity])
    expect(notify).toEqual(['mail', 'chat'])
    expect(errorsOf(() => new Profiles(specs, lookup, logger, new Set(['mails'])))).toContain(
      'profiles.yaml:4:17  LAPI_UNKNOWN_NOTIFICATION  cannot notify "mail": there is no such sink',
    )
  })

  it('may not ask without end', async () => {
    const source = `
name: p
filters: ['all(1..200, {GetDecisionsCount(string(#)) == 0})']
decisions: [{type: ban, duration: 1h}]`
    const { decided, log } = await decide(source)
    expect(decided).toEqual([])
    expect(log.join()).toContain('more than 50 counts')
  })

  it('survive an expression that fails: the alert is kept, the next profile has its turn', async () => {
    const source = (onError: string) => `
name: bad
filters: ['Alert.Events[7].Timestamp == ""']
decisions: [{type: captcha, duration: 1h}]
${onError}
---
name: good
filters: ['true']
decisions: [{type: ban, duration: 1h}]`
    expect((await decide(source(''))).decided).toMatchObject([{ type: 'ban' }])
    expect((await decide(source('on_error: continue'))).decided).toMatchObject([{ type: 'ban' }])
    expect((await decide(source('on_error: break'))).decided).toEqual([])
    expect((await decide(source('on_error: apply'))).decided).toMatchObject([{ type: 'ban' }])
    expect((await decide(source('on_error: apply\non_success: break'))).decided).toEqual([])
    expect((await decide(source(''))).log.join()).toContain('cannot evaluate profile "bad"')
  })

  it('report every mistake of a file with its place', () => {
    const text = errorsOf(() =>
      loadProfiles(
        `
name: p
filter: ['true']
decisions: [{type: ban, duration: soon}]
---
filters: ['true']
on_success: stop`,
        'profiles.yaml',
      ),
    )
    expect(text).toContain('profiles.yaml:3:1  YAML_UNKNOWN_KEY')
    expect(text).toContain('did you mean "filters"')
    expect(text).toContain('"soon" is not a duration')
    expect(text).toContain('profiles.yaml:6:1  YAML_MISSING_KEY')
    expect(text).toContain('profiles.yaml:7:13  YAML_UNKNOWN_VALUE')
  })

  it('report every expression that does not compile with its place and a caret', () => {
    const text = errorsOf(() =>
      compiled(
        loadProfiles(
          `
name: p
filters:
  - Alert.Remediation == true && Alert.GetScop() == "Ip"
  - 'Alert.Scenario'
duration_expr: 1 +
`,
          'profiles.yaml',
        ),
      ),
    )
    expect(text).toContain('profiles.yaml:4:')
    expect(text).toContain('GetScop')
    expect(text).toContain('^')
    expect(text).toContain('profiles.yaml:5:')
    expect(text).toContain('profiles.yaml:6:')
  })
})
