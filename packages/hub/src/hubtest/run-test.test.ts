import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readHub } from '../read-hub.ts'
import { AllItemsRunner } from './all-items.ts'
import { hubTestCoverage } from './coverage.ts'
import { createHubTest } from './create-test.ts'
import { evalHubTest } from './eval-test.ts'
import { type HubTestPlaces, type HubTestResult, replayTest, runHubTest } from './run-test.ts'
import { runHubTests } from './run-tests.ts'
import { listHubTests, readHubTest } from './test-config.ts'
import { itemsOfTest } from './test-items.ts'
import { hubDataFile } from '../hub-data.ts'

const parser = `
name: me/logs
onsuccess: next_stage
filter: evt.Line.Labels.type == 'own'
grok: { pattern: '%{NOTSPACE:time} %{WORD:word} %{IP:ip}', apply_on: Line.Raw }
statics:
- { target: evt.StrTime, expression: evt.Parsed.time }
- { meta: word, expression: evt.Parsed.word }
- { meta: source_ip, expression: evt.Parsed.ip }
`

const dates = `
name: me/dates
statics:
- { method: ParseDate, expression: evt.StrTime }
- { target: MarshaledTime, expression: evt.Enriched.MarshaledTime }
`

const scenario = `
type: trigger
name: me/bad-word
description: a bad word
filter: evt.Meta.word == 'bad'
labels: { remediation: true }
`

const allowlist = `
name: me/allowlist
whitelist: { reason: ours, ip: [192.0.2.2] }
`

const config = `
parsers: [me/logs, ./parsers/s02-enrich/me/dates.yaml, ""]
scenarios: [me/bad]
postoverflows: [""]
log_file: own.log
log_type: own
unknown_key: ignored
`

const log = '2026-03-14T10:00:00Z bad 192.0.2.1\r\n\n2026-03-14T10:00:01Z good 192.0.2.1\nnoise\n'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-hubtest-'))
  write('parsers/s01-parse/me/logs.yaml', parser)
  write('parsers/s02-enrich/me/dates.yaml', dates)
  write('scenarios/me/bad.yaml', scenario)
  writeTest('own', {})
})
afterEach(() => rmSync(folder, { recursive: true }))

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}

function writeTest(name: string, files: Record<string, string>): void {
  const all = { 'config.yaml': config, 'own.log': log, 'parser.assert': '', 'scenario.assert': '', ...files }
  for (const [file, text] of Object.entries(all)) write(`.tests/${name}/${file}`, text)
}

function places(): HubTestPlaces {
  return { hub: readHub(folder), hubData: folder, testsFolder: join(folder, '.tests') }
}

const clock = () => Date.parse('2026-11-22T12:00:00Z')

async function runOwn(files: Record<string, string> = {}): Promise<HubTestResult> {
  writeTest('own', files)
  return await runHubTest('own', places(), { clock })
}

describe('a hub test', () => {
  it('fails without asserts and proposes some, with which it passes', async () => {
    const first = await runOwn()
    expect(first.success).toBe(false)
    expect(first.reason).toContain('there are no asserts yet')
    expect(first.generated.map(({ file }) => file)).toEqual([
      join(folder, '.tests/own/parser.assert'),
      join(folder, '.tests/own/scenario.assert'),
    ])
    const [parserText = '', scenarioText = ''] = first.generated.map(({ text }) => text)
    expect(parserText.split('\n').slice(0, 3)).toEqual([
      'len(results) == 3',
      'len(results["s01-parse"]["me/logs"]) == 3',
      'results["s01-parse"]["me/logs"][0].Success == true',
    ])
    expect(parserText).toContain('results["s01-parse"]["me/logs"][2].Success == false\n')
    expect(parserText.trimEnd().split('\n').at(-1)).toBe('len(results["success"][""]) == 0')
    expect(scenarioText).toContain('results[0].Overflow.Alert.GetScenario() == "me/bad-word"')
    const second = await runOwn({ 'parser.assert': parserText, 'scenario.assert': scenarioText })
    expect(second).toMatchObject({ success: true, reason: '', notices: [], generated: [] })
  })

  it('says where it failed and what was there', async () => {
    const asserts = { 'parser.assert': 'len(results) == 3', 'scenario.assert': 'len(results) == 2' }
    const { success, reason } = await runOwn(asserts)
    expect(success).toBe(false)
    expect(reason).toContain('/.tests/own/scenario.assert:1: len(results) == 2\n  it is 1')
  })

  it('notices false asserts of scenarios that compare nothing, but passes, as the original does', async () => {
    const { success, notices } = await runOwn({
      'parser.assert': 'len(results) == 3',
      'scenario.assert': 'len(results) == 1\n"192.0.2.9" in results[0].Overflow.GetSources()',
    })
    expect(success).toBe(true)
    expect(notices[0]).toContain('scenario.assert:2')
    const strict = await runOwn({ 'parser.assert': '"x" in results', 'scenario.assert': 'len(results) == 1' })
    expect(strict.success).toBe(false)
  })

  it('judges parsers and scenarios only where the test is about them', async () => {
    const own = config.replace('scenarios: [me/bad]', 'scenarios: [""]\nignore_parsers: true')
    expect(await runOwn({ 'config.yaml': own })).toMatchObject({ success: true })
  })

  it('sets what override_statics say before any other parser', async () => {
    const override =
      'override_statics:\n- { target: evt.Line.Module, value: wineventlog }\n- { meta: n, value: "0x193" }\n'
    write(
      'parsers/s00-raw/me/raw.yaml',
      'name: me/raw\nonsuccess: next_stage\nstatics: [{ meta: raw, value: "1" }]',
    )
    const { reason } = await runOwn({
      'config.yaml': config.replace('[me/logs', '[me/raw, me/logs') + override,
      'parser.assert': [
        'len(results) == 4',
        'results["s00-raw"]["overrides"][0].Evt.Meta["n"] == "0x193"',
        'results["s01-parse"]["me/logs"][1].Evt.Line.Module == "wineventlog"',
        'results["s01-parse"]["me/logs"][1].Evt.Parsed["nothing"] == ""',
        'len(results["s09-none"]["me/none"]) == 0',
      ].join('\n'),
      'scenario.assert': 'len(results) == 1',
    })
    expect(reason).toBe('')
  })

  it('finds items by path in the hub, in the test and beside other tests', async () => {
    const extra = 'name: me/extra\nonsuccess: next_stage\nstatics: [{ meta: extra, value: "yes" }]\n'
    write('.tests/own/parsers/s00-raw/me/extra.yaml', extra)
    const parsers = (path: string) =>
      config.replace('parsers: [me/logs', `parsers: [/parsers/s01-parse/me/logs.yaml, ${path}`)
    const asserts = {
      'parser.assert': 'results["s00-raw"]["me/extra"][0].Evt.Meta["extra"] == "yes"',
      'scenario.assert': 'len(results) == 1',
    }
    const own = await runOwn({ ...asserts, 'config.yaml': parsers('parsers/s00-raw/me/extra.yaml') })
    expect(own.reason).toBe('')
    const beside = await runOwn({
      ...asserts,
      'config.yaml': parsers('./.tests/own/parsers/s00-raw/me/extra.yaml'),
    })
    expect(beside.reason).toBe('')
  })

  it('names every item, the log and the test that it does not find', async () => {
    const unknown = config.replace('me/logs', 'me/lgos').replace('me/bad', 'me/worse')
    const { reason } = await runOwn({ 'config.yaml': unknown })
    expect(reason).toContain('cannot find parsers "me/lgos"')
    expect(reason).toContain('did you mean "me/logs"?')
    expect(reason).toContain('cannot find scenarios "me/worse"')
    const noLog = await runOwn({ 'config.yaml': config.replace('own.log', 'other.log') })
    expect(noLog.reason).toContain('cannot read log')
    expect((await runHubTest('owm', places())).reason).toContain('did you mean "own"?')
    expect((await runOwn({ 'config.yaml': 'parsers: [' })).reason).toContain('YAML_SYNTAX')
  })
})

describe('several hub tests', () => {
  it('run in threads as they do in one, with the report in the order asked for', async () => {
    const passing = { 'parser.assert': 'len(results) == 3', 'scenario.assert': 'len(results) == 1' }
    for (const name of ['a', 'b', 'c']) writeTest(name, passing)
    const request = {
      hubFolder: folder,
      hubData: folder,
      testsFolder: join(folder, '.tests'),
      nowMs: clock(),
    }
    const names = ['c', 'own', 'b', 'a']
    const seen: string[] = []
    const threaded = await runHubTests({
      ...request,
      names,
      jobs: 2,
      onResult: ({ name }) => seen.push(name),
    })
    const single = await runHubTests({ ...request, names, jobs: 1 })
    expect(threaded).toEqual(single)
    expect(threaded.success).toEqual(['c', 'b', 'a'])
    expect(threaded.fail).toEqual([{ name: 'own', reason: expect.stringContaining('no asserts yet') }])
    expect(seen.toSorted()).toEqual(names.toSorted())
  })

  it('are listed by their folders, and cover items', () => {
    writeTest('zzz', { 'config.yaml': config.replace('me/bad', '""') })
    mkdirSync(join(folder, '.tests/no-test'))
    const { hub, testsFolder } = places()
    expect(listHubTests(testsFolder)).toEqual(['own', 'zzz'])
    expect(hubTestCoverage(hub, testsFolder).map(({ item, tests }) => [item.name, tests])).toEqual([
      ['me/logs', ['own', 'zzz']],
      ['me/dates', ['own', 'zzz']],
      ['me/bad', ['own']],
    ])
  })

  it('are compared with a run where every item is installed', async () => {
    const runner = () => new AllItemsRunner(places(), { clock })
    expect(await runner().run('own')).toMatchObject({ success: true })
    write('parsers/s02-enrich/me/allowlist.yaml', allowlist.replace('192.0.2.2', '192.0.2.1'))
    const { success, reason } = await runner().run('own')
    expect(success).toBe(false)
    expect(reason.split('\n')).toEqual([
      'missing: me/bad-word of 192.0.2.1 (1 events)',
      '2 of 3 lines go no further: it is let off: ours',
    ])
  })
})

describe('a new hub test', () => {
  it('has a configuration that can be read and empty asserts', () => {
    const { testsFolder } = places()
    const asked = { logType: 'own', scenarios: ['me/bad'], postoverflows: [], ignoreParsers: true }
    const files = createHubTest(testsFolder, { name: 'new', parsers: ['me/logs'], ...asked })
    expect(files.map((file) => file.slice(testsFolder.length))).toEqual([
      '/new/config.yaml',
      '/new/new.log',
      '/new/scenario.assert',
    ])
    expect(readHubTest(testsFolder, 'new')).toMatchObject({
      parsers: ['me/logs'],
      scenarios: ['me/bad'],
      logFile: 'new.log',
      logType: 'own',
      ignoreParsers: true,
    })
    expect(readFileSync(join(testsFolder, 'new/scenario.assert'), 'utf8')).toBe('')
    expect(() => createHubTest(testsFolder, { name: 'new', parsers: [], ...asked })).toThrow('it exists')
    expect(() => createHubTest(testsFolder, { name: '../x', parsers: [], ...asked })).toThrow('folder name')
  })
})

describe('evalHubTest', () => {
  it('evaluates over what the parsers did, else over the overflows', async () => {
    const { hub, testsFolder, hubData } = places()
    const test = readHubTest(testsFolder, 'own')
    const items = itemsOfTest(test, { hub, testsFolder })
    const run = await replayTest(test, items, hubDataFile(hubData), { clock })
    expect(evalHubTest(run, 'results["s01-parse"]["me/logs"][1].Evt.Meta.word')).toBe('good')
    expect(evalHubTest(run, 'results[0].Overflow.Alert.GetScenario()')).toBe('me/bad-word')
    expect(() => evalHubTest(run, 'resluts')).toThrow('resluts')
  })
})
