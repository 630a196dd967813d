import { randomBytes } from 'node:crypto'
import type { ActiveSet } from '../decision/active-set.ts'
import type { Decision } from '../decision/decision.ts'

/** How far a subscriber has been told of the set: what was added up to a version, and what left up to a number. */
export interface PushPosition {
  readonly version: number
  readonly left: number
  /** Whether the whole set is still being sent. */
  readonly isPartial: boolean
}

/** Where a subscriber goes on, and what ended meanwhile that no number tells of. */
export interface Resumption {
  readonly position: PushPosition
  readonly ended: readonly Decision[]
}

/** Versions and numbers mean something to the process that gave them only. */
const epoch = randomBytes(6).toString('hex')

/**
 * A cursor of another process is a time: what was stored by a slow transaction before it, or by a machine whose
 * clock is behind, is told again.
 */
const overlapMs = 60_000

/** The cursor as subscribers keep it: opaque to them, safe in a header. */
export function writeCursor(
  { version, left, isPartial }: PushPosition,
  identity: string,
  now: number,
): string {
  return `${identity}-${epoch}-${version}-${left}-${now}-${isPartial ? 'p' : 'w'}`
}

/** Where the cursor says to go on; null where it is unknown, too old or of another database: all has to begin anew. */
export function readCursor(text: string, set: ActiveSet, identity: string, now: number): Resumption | null {
  const match = /^([0-9a-f]{16})-([0-9a-f]{12})-(\d{1,15})-(\d{1,15})-(\d{1,15})-([pw])$/.exec(text)
  if (match?.[1] !== identity) return null
  const [, , process, version, left, time, state] = match
  const isPartial = state === 'p'
  if (process !== epoch) return isPartial ? null : resumeAt(Number(time), set, now)
  const position = { version: Number(version), left: Number(left), isPartial }
  const isKnown = position.version <= set.version && position.left <= set.lastLeft
  return isKnown && set.leftAfter(position.left, 1) !== null ? { position, ended: [] } : null
}

function resumeAt(time: number, set: ActiveSet, now: number): Resumption | null {
  const since = Math.min(time, now) - overlapMs
  const ended = set.endedBetween(since, now)
  if (!ended) return null
  return { position: { version: set.versionAt(since), left: set.lastLeft, isPartial: false }, ended }
}
