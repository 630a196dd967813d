import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Alert, createEngine, toWireAlert } from '@tocsin/engine'
import { hubDataFile, loadItemFiles, readHub, readLogLines, selectItems } from '../src/index.ts'

/** The verdict on one case of recorded alerts. */
export interface ReplayVerdict {
  readonly name: string
  readonly passed: number
  /** One line for each alert that is missing, unexpected or different. */
  readonly failures: readonly string[]
}

/** The cases of a folder laid out as golden/replay: its subfolders that hold a case.json. */
export function listReplayCases(folder: string): string[] {
  return existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => existsSync(join(folder, name, 'case.json')))
        .sort()
    : []
}

/** Replays the log of a case with its items and compares every alert with the recorded ones. */
export async function judgeReplay(
  folder: string,
  name: string,
  places: { hub: string; hubData: string },
): Promise<ReplayVerdict> {
  const read = (file: string): string => readFileSync(join(folder, name, file), 'utf8')
  const { type, items } = JSON.parse(read('case.json')) as { type: string; items: string }
  const expected = read('alerts.jsonl')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RecordedAlert)
  const loose = JSON.parse(read('loose.json')) as LoosePair[]
  const alerts = await replay(join(folder, name, 'log.txt'), type, items, places)
  return { name, ...compare(alerts.map(recorded), expected, loose) }
}

/** Scenario, source value, fewest and most alerts that the reference raised in several runs. */
type LoosePair = readonly [scenario: string, value: string, fewest: number, most: number]

/** An alert in the form of alerts.jsonl. */
interface RecordedAlert extends Record<string, unknown> {
  readonly scenario: string
  readonly value: string
  readonly stop_at: string
}

async function replay(
  log: string,
  type: string,
  items: string,
  places: { hub: string; hubData: string },
): Promise<Alert[]> {
  const alerts: Alert[] = []
  const hub = readHub(places.hub)
  const engine = createEngine(loadItemFiles(hub, selectItems(hub, items)), {
    mode: 'replay',
    dataFile: hubDataFile(places.hubData),
    onAlert: (alert) => alerts.push(alert),
  })
  for (const line of readLogLines(log, new Map([['type', type]]), Date.now())) engine.process(line)
  await engine.drain()
  return alerts
}

function recorded(alert: Alert): RecordedAlert {
  const wire = toWireAlert(alert)
  return {
    capacity: wire.capacity,
    events: wire.events?.length ?? 0,
    events_count: wire.events_count,
    ip: wire.source.ip ?? '',
    leakspeed: wire.leakspeed,
    message: wire.message,
    meta: (wire.meta ?? []).map(({ key, value }) => [key, value]),
    range: wire.source.range ?? '',
    remediation: wire.remediation ?? false,
    scenario: wire.scenario,
    scenario_hash: wire.scenario_hash,
    scenario_version: wire.scenario_version,
    scope: wire.source.scope,
    simulated: wire.simulated,
    start_at: wire.start_at,
    stop_at: wire.stop_at,
    value: wire.source.value,
  }
}

function compare(
  actual: readonly RecordedAlert[],
  expected: readonly RecordedAlert[],
  loose: readonly LoosePair[],
): { passed: number; failures: string[] } {
  const pairOf = (alert: RecordedAlert) => `${alert.scenario} of ${alert.value}`
  const loosePairs = new Map(
    loose.map(([scenario, value, fewest, most]) => [`${scenario} of ${value}`, { fewest, most, found: 0 }]),
  )
  const open = new Map<string, RecordedAlert[]>()
  for (const alert of actual) {
    const pair = loosePairs.get(pairOf(alert))
    if (pair) pair.found++
    else push(open, canonical(alert), alert)
  }
  const missing = expected.filter((alert) => open.get(canonical(alert))?.pop() === undefined)
  const extra = [...open.values()].flat()
  const failures = [...describeDifferences(missing, extra)]
  for (const [pair, { fewest, most, found }] of loosePairs) {
    if (found < fewest - 1 || found > most + 1) {
      failures.push(`${pair}: ${found} alerts, expected ${fewest} to ${most}`)
    }
  }
  return { passed: expected.length - missing.length + loose.length, failures }
}

/** Pairs a missing alert with an unexpected one of the same scenario, value and end, to show what differs. */
function* describeDifferences(
  missing: readonly RecordedAlert[],
  extra: readonly RecordedAlert[],
): Generator<string> {
  const unpaired = new Set(extra)
  for (const alert of missing) {
    const same = (other: RecordedAlert) => other.scenario === alert.scenario && other.value === alert.value
    const candidates = [...unpaired].filter(same)
    const twin = candidates.find((other) => other.stop_at === alert.stop_at) ?? candidates[0]
    if (!twin) {
      yield `missing: ${canonical(alert)}`
      continue
    }
    unpaired.delete(twin)
    const differing = Object.keys(alert).filter((key) => canonical(alert[key]) !== canonical(twin[key]))
    const details = differing.map(
      (key) => `${key} ${canonical(twin[key])} instead of ${canonical(alert[key])}`,
    )
    yield `${alert.scenario} of ${alert.value} at ${alert.stop_at}: ${details.join('; ')}`
  }
  for (const alert of unpaired) yield `unexpected: ${canonical(alert)}`
}

function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return JSON.stringify(value)
  return JSON.stringify(Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))))
}

function push<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key)
  if (list) list.push(value)
  else lists.set(key, [value])
}
