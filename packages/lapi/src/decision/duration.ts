import { parseDuration } from '@tocsin/model'

/**
 * When a permanent decision ends: a moment that no clock of ours reaches. What remains until then fits into the 64
 * bits of nanoseconds that bouncers read durations into.
 */
export const forever = Date.UTC(2200, 0, 1)

/** From so long on a decision is permanent. */
const permanentMs = 100 * 365 * 24 * 3_600_000

/** How a permanent decision is answered: a hundred years, whenever it is asked for. */
export const permanentText = '876000h0m0s'

/** Milliseconds of a duration as decisions have it: Go's with days, or `permanent`. Null for anything else. */
export function parseDecisionDuration(text: string): number | null {
  if (text !== last.text) last = { text, ms: parsed(text) }
  return last.ms
}

/** The decisions of a list last equally long. */
let last: { readonly text: string; readonly ms: number | null } = { text: '', ms: null }

function parsed(text: string): number | null {
  if (text === 'permanent') return Number.POSITIVE_INFINITY
  const ns = parseDuration(text)
  return ns === null ? null : Number(ns / 1_000_000n)
}

/** When a decision of that duration ends that begins at the time. */
export function endOf(start: number, durationMs: number): number {
  return durationMs >= permanentMs ? forever : Math.min(start + durationMs, forever)
}
