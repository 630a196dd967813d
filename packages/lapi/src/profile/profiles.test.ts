import { formatError, TocsinErrors } from '@tocsin/model'
import { describe, expect, it } from 'vitest'
import { newAlert } from '../../test/store-contract.ts'
import { defaultProfiles } from './default-profiles.ts'
import { type ProfileDecision, Profiles } from './profiles.ts'
import { loadProfiles } from './schema.ts'

const hourNs = 3_600_000_000_000n

function decide(
  source: string,
  more: Parameters<typeof newAlert>[1] = {},
): { decided: ProfileDecision[]; log: string[] } {
  const log: string[] = []
  const note = (message: string) => void log.push(message)
  const logger = { debug: note, info: note, warn: note, error: note }
  const profiles = new Profiles(loadProfiles(source, 'profiles.yaml'), logger)
  return { decided: profiles.decide(newAlert('192.0.2.1', more)), log }
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
  it('by default ban addresses and ranges that ask for it for four hours', () => {
    const profiles = new Profiles(defaultProfiles(), { debug() {}, info() {}, warn() {}, error() {} })
    const { source } = newAlert('192.0.2.1')
    const ban = { type: 'ban', origin: 'crowdsec', simulated: false, durationNs: 4n * hourNs }
    expect(profiles.decide(newAlert('192.0.2.1'))).toEqual([{ ...ban, scope: 'Ip' }])
    const range = { source: { ...source, scope: 'Range', value: '192.0.2.0/24' } }
    expect(profiles.decide(newAlert('', range))).toEqual([{ ...ban, scope: 'Range' }])
    expect(profiles.decide(newAlert('', { source: { ...source, scope: 'Country' } }))).toEqual([])
    expect(profiles.decide(newAlert('192.0.2.1', { remediation: false }))).toEqual([])
  })

  it('take alerts by everything that expressions see of them', () => {
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
      expect([filter, decide(source).decided.length]).toEqual([filter, 1])
    }
  })

  it('decide by the first that matches, once for each filter that holds', () => {
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
      durationNs: 26n * hourNs,
    }
    const plain = { type: 'ban', scope: 'Ip', origin: 'crowdsec', simulated: false, durationNs: 4n * hourNs }
    expect(decide(source).decided).toEqual([throttle, plain, throttle, plain])
  })

  it('may compute the duration, and fall back to the fixed one', () => {
    const source = (expression: string) => `
name: p
filters: ['true']
duration_expr: ${expression}
decisions: [{type: ban, duration: 1h}]`
    expect(decide(source(`string(Alert.EventsCount * 2) + "h"`)).decided[0]?.durationNs).toBe(12n * hourNs)
    const bad = decide(source(`Alert.Scenario`))
    expect(bad.decided[0]?.durationNs).toBe(hourNs)
    expect(bad.log.join()).toContain('which is no duration')
  })

  it('survive an expression that fails: the alert is kept, the next profile has its turn', () => {
    const source = (onError: string) => `
name: bad
filters: ['Alert.Events[7].Timestamp == ""']
decisions: [{type: captcha, duration: 1h}]
${onError}
---
name: good
filters: ['true']
decisions: [{type: ban, duration: 1h}]`
    expect(decide(source('')).decided).toMatchObject([{ type: 'ban' }])
    expect(decide(source('on_error: continue')).decided).toMatchObject([{ type: 'ban' }])
    expect(decide(source('on_error: break')).decided).toEqual([])
    expect(decide(source('on_error: apply')).decided).toEqual([])
    expect(decide(source('')).log.join()).toContain('cannot evaluate profile "bad"')
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
      decide(`
name: p
filters:
  - Alert.Remediation == true && Alert.GetScop() == "Ip"
  - 'Alert.Scenario'
duration_expr: 1 +
`),
    )
    expect(text).toContain('profiles.yaml:4:')
    expect(text).toContain('GetScop')
    expect(text).toContain('^')
    expect(text).toContain('profiles.yaml:5:')
    expect(text).toContain('profiles.yaml:6:')
  })
})
