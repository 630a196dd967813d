import { createEngine, createSieve } from '../../src/create-engine.ts'
import { toWireAlert } from '../../src/alert/wire.ts'
import type { Line, Mode } from '../../src/event.ts'
import type { ItemFile } from '../../src/item/item-file.ts'
import type { Engine, EngineOptions } from '../../src/pipeline.ts'
import type { Step } from './log-steps.ts'
import { PlainEngine } from './plain-engine.ts'

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
  return host.subject({
    reset: () => engine.reset(),
    count: () => countersOf(engine),
    process: (lines) => lines.forEach((line) => engine.process(line)),
    tick: (nowMs) => engine.tick(nowMs),
  })
}

/** How lines go through sieves. */
export interface Sifting extends Pick<EngineOptions, 'capabilities'> {
  /** Sieves that take turns, the engine itself among them. */
  readonly sieves: number
  /** Lengths of batches, in turn. */
  readonly lengths: readonly number[]
  /** Batches that are sifted before the oldest of them is poured; the clock must stand still meanwhile. */
  readonly ahead?: number
}

/** The engine behind sieves, as if batches were sent to threads. */
export function siftedSubject(
  items: readonly ItemFile[],
  { startMs, ...options }: SubjectOptions,
  { sieves: number, lengths, ahead = 0, ...more }: Sifting,
): Subject {
  const { mode } = options
  const host = new Host(startMs)
  const given = { ...options, ...more, clock: host.clock }
  const engine = createEngine(items, { ...given, onAlert: host.onAlert })
  const sieves = [engine, ...Array.from({ length: number - 1 }, () => createSieve(items, given))]
  const pending: (() => void)[] = []
  let turn = 0
  return host.subject(
    {
      reset: () => engine.reset(),
      count: () => countersOf(engine),
      process: (lines) => {
        // A replay takes no time.
        const arrivedMs = mode === 'replay' ? startMs : host.clock()
        const batch = structuredClone(sieves[turn++ % number]?.sift(lines, mode, arrivedMs))
        if (batch) pending.push(() => engine.processSifted(lines, batch, mode, arrivedMs))
        if (pending.length > ahead) pending.shift()?.()
      },
      tick: (nowMs) => engine.tick(nowMs),
      finish: () => {
        for (const pour of pending.splice(0)) pour()
      },
    },
    lengths,
  )
}

/** The plain interpreter. */
export function plainSubject(items: readonly ItemFile[], { startMs, ...options }: SubjectOptions): Subject {
  const host = new Host(startMs)
  const engine = new PlainEngine(items, { ...options, clock: host.clock, onAlert: host.onAlert })
  return host.subject({
    reset: () => engine.buckets.clear(),
    count: () => ({ ...engine.counts, poured: engine.buckets.poured, ...prefixed(engine.dropped) }),
    process: (lines) => lines.forEach((line) => engine.process(line)),
    tick: (nowMs) => engine.tick(nowMs),
  })
}

function countersOf(engine: Engine): Record<string, number> {
  const { lines, parsed, unparsed, whitelisted, poured, overflows, alerts, endless, dropped } =
    engine.counters()
  return { lines, parsed, unparsed, whitelisted, poured, overflows, alerts, endless, ...prefixed(dropped) }
}

function prefixed(dropped: object): Record<string, number> {
  const { filtered = 0, blackholed = 0, sourceless = 0, whitelisted = 0 } = dropped as Record<string, number>
  return { filtered, blackholed, sourceless, letOff: whitelisted }
}

/** What the host of a subject makes it do. */
interface Controls {
  reset(): void
  /** What was counted since it was made. */
  count(): Record<string, number>
  process(lines: readonly Line[]): void
  tick(nowMs: number): void
  /** Does what it still holds back. */
  finish?(): void
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

  /** Lines of the same moment go to it together, as many at a time as the lengths say in turn. */
  subject({ reset, count, process, tick, finish }: Controls, lengths: readonly number[] = [1]): Subject {
    return (steps) => {
      reset()
      const alerts: string[] = []
      const before = count()
      for (const { atMs, lines } of batches(steps, lengths)) {
        this.#nowMs = atMs
        if (lines === null) tick(atMs)
        else process(lines)
        // Buckets that end in the same millisecond may do so in any order.
        alerts.push(...(lines === null ? this.#raised.sort() : this.#raised))
        this.#raised = []
      }
      finish?.()
      alerts.push(...this.#raised.splice(0))
      const counts = Object.entries(count()).map(([key, value]) => [key, value - (before[key] ?? 0)])
      return { alerts, counts: Object.fromEntries(counts) as Record<string, number> }
    }
  }
}

interface Batch {
  readonly atMs: number
  readonly lines: readonly Line[] | null
}

function* batches(steps: readonly Step[], lengths: readonly number[]): Iterable<Batch> {
  let turn = 0
  for (let at = 0; at < steps.length;) {
    const { atMs, line } = steps[at] as Step
    const end = at + (line ? (lengths[turn++ % lengths.length] ?? 1) : 1)
    const together = steps.slice(at, end)
    const other = together.findIndex((step) => step.atMs !== atMs || step.line === null)
    const lines = together.slice(0, line && other > 0 ? other : undefined).flatMap((step) => step.line ?? [])
    yield { atMs, lines: line && lines }
    at += Math.max(1, lines.length)
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
