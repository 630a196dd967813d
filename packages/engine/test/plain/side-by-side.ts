import { createEngine } from '../../src/create-engine.ts'
import { toWireAlert } from '../../src/alert/wire.ts'
import type { Line, Mode } from '../../src/event.ts'
import type { ItemFile } from '../../src/item/item-file.ts'
import type { EngineOptions } from '../../src/pipeline.ts'
import type { Chance } from './mutate-log.ts'
import { PlainEngine } from './plain-engine.ts'

/** One thing that happens: a line comes, or (null) a second of the live clock is over. */
export interface Step {
  readonly atMs: number
  readonly line: Line | null
}

/** What an engine made of steps: its alerts as they travel, in order, and what it counted in all. */
export interface Outcome {
  readonly alerts: readonly string[]
  readonly counts: Readonly<Record<string, number>>
}

/** An engine of either kind, ready for steps. Buckets are forgotten between one list of steps and the next. */
export type Subject = (steps: readonly Step[]) => Outcome

/** Options under which both must do the same. */
export interface SubjectOptions {
  readonly mode: Mode
  readonly startMs: number
  readonly dataFile?: EngineOptions['dataFile']
  readonly simulation?: EngineOptions['simulation']
}

/** The engine that is tested. */
export function realSubject(
  items: readonly ItemFile[],
  { startMs, ...options }: SubjectOptions,
  variant: Pick<EngineOptions, 'lean' | 'onNode' | 'capabilities'> = {},
): Subject {
  const host = new Host(startMs)
  const engine = createEngine(items, { ...options, ...variant, clock: host.clock, onAlert: host.onAlert })
  const count = () => {
    const { lines, parsed, unparsed, whitelisted, poured, overflows, alerts, endless, dropped } =
      engine.counters()
    return { lines, parsed, unparsed, whitelisted, poured, overflows, alerts, endless, ...prefixed(dropped) }
  }
  return (steps) => {
    engine.reset()
    return host.play(
      steps,
      count,
      (line) => engine.process(line),
      (nowMs) => engine.tick(nowMs),
    )
  }
}

/** The plain interpreter. */
export function plainSubject(items: readonly ItemFile[], { startMs, ...options }: SubjectOptions): Subject {
  const host = new Host(startMs)
  const engine = new PlainEngine(items, { ...options, clock: host.clock, onAlert: host.onAlert })
  const count = () => ({ ...engine.counts, poured: engine.buckets.poured, ...prefixed(engine.dropped) })
  return (steps) => {
    engine.buckets.clear()
    return host.play(
      steps,
      count,
      (line) => engine.process(line),
      (nowMs) => engine.tick(nowMs),
    )
  }
}

function prefixed(dropped: object): Record<string, number> {
  const { filtered = 0, blackholed = 0, sourceless = 0, whitelisted = 0 } = dropped as Record<string, number>
  return { filtered, blackholed, sourceless, letOff: whitelisted }
}

/** The clock of a subject, and what it has raised. */
class Host {
  readonly clock = () => this.#nowMs
  readonly onAlert: NonNullable<EngineOptions['onAlert']> = (alert) => {
    this.#raised.push(JSON.stringify(toWireAlert(alert)))
  }
  #nowMs: number
  #raised: string[] = []

  constructor(startMs: number) {
    this.#nowMs = startMs
  }

  play(
    steps: readonly Step[],
    count: () => Record<string, number>,
    process: (line: Line) => unknown,
    tick: (nowMs: number) => void,
  ): Outcome {
    const alerts: string[] = []
    const before = count()
    for (const { atMs, line } of steps) {
      this.#nowMs = atMs
      if (line === null) tick(atMs)
      else process(line)
      // Buckets that end in the same millisecond may do so in any order.
      alerts.push(...(line === null ? this.#raised.sort() : this.#raised))
      this.#raised = []
    }
    const counts = Object.entries(count()).map(([key, value]) => [key, value - (before[key] ?? 0)])
    return { alerts, counts: Object.fromEntries(counts) as Record<string, number> }
  }
}

/** What two outcomes differ in, short enough to read; empty where they are the same. */
export function differences(found: Outcome, wanted: Outcome): string[] {
  const counts = Object.keys(wanted.counts).filter((key) => found.counts[key] !== wanted.counts[key])
  const length = Math.max(found.alerts.length, wanted.alerts.length)
  const first = Array.from({ length }, (_, at) => at).find((at) => found.alerts[at] !== wanted.alerts[at])
  return [
    ...counts.map((key) => `${key}: ${found.counts[key]} instead of ${wanted.counts[key]}`),
    ...(first === undefined ? [] : [differenceOfAlert(first, found.alerts[first], wanted.alerts[first])]),
  ]
}

/** From the first character on that is another one. */
function differenceOfAlert(index: number, found = 'none', wanted = 'none'): string {
  let at = 0
  while (at < found.length && found[at] === wanted[at]) at++
  const excerpt = (text: string) => text.slice(Math.max(0, at - 120), at + 80)
  return `alert ${index}: ${excerpt(found)}\n  instead of ${excerpt(wanted)}`
}

/** Lines of one source as steps of a replay. */
export function replaySteps(
  lines: readonly string[],
  type: string,
  atMs: number,
  _chance?: Chance,
  labels: Iterable<readonly [string, string]> = [],
): Step[] {
  const all = new Map([...labels, ['type', type]])
  return lines.map((raw) => ({ atMs, line: lineOf(raw, all, atMs) }))
}

/** Lines of one source as they come in bursts and after pauses, with the ticks between them, and ticks at the end. */
export function liveSteps(
  lines: readonly string[],
  type: string,
  startMs: number,
  chance: Chance,
  labels: Iterable<readonly [string, string]> = [],
): Step[] {
  const all = new Map([...labels, ['type', type]])
  const steps: Step[] = []
  let atMs = startMs
  const wait = (ms: number) => {
    for (const part of ms < 1000 ? [1] : [0.3, 0.3, 0.4]) {
      atMs += Math.ceil(ms * part)
      if (ms >= 1000) steps.push({ atMs, line: null })
    }
  }
  for (const raw of lines) {
    if (chance.chance(0.3)) wait(chance.pick([1, 40, 40, 999, 3000, 12_000, 61_000]))
    if (chance.chance(0.002)) wait(4 * 3_600_000)
    steps.push({ atMs, line: lineOf(raw, all, atMs) })
  }
  for (const ms of [5000, 60_000, 3_600_000, 48 * 3_600_000]) wait(ms)
  return steps
}

function lineOf(raw: string, labels: ReadonlyMap<string, string>, timeMs: number): Line {
  return { raw, src: '/var/log/some.log', timeMs, labels, module: 'file' }
}
