import type { Line } from '../../src/event.ts'
import type { Chance } from './mutate-log.ts'

/** One thing that happens: a line comes, or (null) some time of the live clock is over. */
export interface Step {
  readonly atMs: number
  readonly line: Line | null
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
