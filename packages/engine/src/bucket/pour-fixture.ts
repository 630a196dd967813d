import { DataFiles, StashCaches, Time } from '@tocsin/expr'
import { TocsinErrors } from '@tocsin/model'
import { raise, type DroppedOverflows } from '../alert/raise.ts'
import { Event, type Mode } from '../event.ts'
import { type ItemFile } from '../item/item-file.ts'
import { readItems } from '../item/read-items.ts'
import type { Overflow } from '../overflow.ts'
import { Buckets } from './buckets.ts'
import { scenarioEnvironments } from './environments.ts'
import { loadScenarios } from './load-scenarios.ts'
import { keptParts } from './kept.ts'

/** For tests: scenarios without parsers, on a clock that the test moves. */
export interface Bench {
  /** Milliseconds since the epoch of the wall clock. */
  nowMs: number
  readonly buckets: Buckets
  readonly overflows: Overflow[]
  readonly dropped: DroppedOverflows
  /** Pours an event with these metas; in replay its line was written so many seconds after noon. */
  pour(meta: Record<string, string>, atSeconds?: number): void
  pourEvent(event: Event): void
  /** Moves the wall clock to so many seconds after noon. */
  tick(atSeconds: number): void
  /** `poured/kept` of each overflow so far, kept being the number of events in its alert. */
  summary(): string[]
}

const noonMs = Date.parse('2026-03-14T12:00:00Z')

/** RFC 3339 of so many seconds after noon, fractions included. */
export function timeText(seconds: number): string {
  return Time.fromNs(BigInt(noonMs) * 1_000_000n + BigInt(Math.round(seconds * 1e9))).toJSON()
}

export function scenarioItem(text: string, name = 'test/scenario'): ItemFile {
  return { type: 'scenarios', name, path: `scenarios/${name}.yaml`, text, version: '0.1', hash: 'abc' }
}

/** Keys that every scenario needs and few tests are about. */
export function scenarioText(fields: Record<string, unknown>): string {
  const base = { name: 'test/scenario', description: 'for a test', filter: "evt.Meta.service == 'ssh'" }
  return JSON.stringify({ ...base, ...fields })
}

export function lineEvent(mode: Mode, meta: Record<string, string>, atSeconds: number): Event {
  const line = { raw: 'raw', src: 'log', timeMs: noonMs, labels: new Map<string, string>(), module: 'file' }
  const event = new Event(line, mode, Time.fromMs(noonMs))
  event.meta = new Map(Object.entries({ service: 'ssh', source_ip: '192.0.2.1', ...meta }))
  if (mode === 'replay') event.marshaledTime = timeText(atSeconds)
  return event
}

/** Throws TocsinErrors with everything that is wrong with the scenarios. */
export function bench(mode: Mode, items: readonly ItemFile[], budgetBytes = 1e9): Bench {
  const overflows: Overflow[] = []
  const dropped: DroppedOverflows = { filtered: 0, blackholed: 0, sourceless: 0, whitelisted: 0 }
  const clock = () => own.nowMs
  const environments = scenarioEnvironments({ files: new DataFiles(), stash: new StashCaches(clock), clock })
  const errors: TocsinErrors['errors'][number][] = []
  const scenarios = loadScenarios(
    readItems(items).scenarios,
    { environments, isSimulated: () => false, onFailure: () => {} },
    (error) => errors.push(error),
  )
  if (errors.length > 0) throw new TocsinErrors('TEST', 'bad scenarios', errors)
  const noContexts = { sources: [], valuesOf: () => [] }
  const buckets = new Buckets(scenarios, {
    clock,
    live: mode === 'live',
    budgetBytes,
    kept: keptParts([], []),
    complete: () => {},
    onFull: (full) => {
      const overflow = raise(full, noContexts, clock, dropped)?.overflow
      buckets.letGo(full)
      if (overflow) overflows.push(overflow)
    },
  })
  const own: Bench = {
    nowMs: noonMs,
    buckets,
    overflows,
    dropped,
    pour: (meta, atSeconds = 0) => {
      if (mode === 'live') own.nowMs = noonMs + atSeconds * 1000
      own.pourEvent(lineEvent(mode, meta, atSeconds))
    },
    pourEvent: (event) => {
      buckets.pour(event)
    },
    tick: (atSeconds) => {
      own.nowMs = noonMs + atSeconds * 1000
      buckets.tick(own.nowMs)
    },
    summary: () =>
      overflows.flatMap(({ alerts }) =>
        alerts.map(({ eventsCount, events }) => `${eventsCount}/${events.length}`),
      ),
  }
  return own
}
