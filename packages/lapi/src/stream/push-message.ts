import type { ActiveSet } from '../decision/active-set.ts'
import type { Decision } from '../decision/decision.ts'
import { type DecisionFilter, decisionTest } from '../decision/decision-filter.ts'
import { DecisionWriter } from '../wire/decision.ts'
import type { PushPosition } from './push-cursor.ts'

/** The most decisions of one message, added and deleted each. */
const messageSize = 1_000

/** What a subscriber wants to be told of. */
export interface PushFilter {
  readonly filter: DecisionFilter
  readonly dedup: boolean
}

export interface PushStep {
  /** JSON of what is to be told; null where all of it is filtered out. */
  readonly data: string | null
  readonly next: PushPosition
}

/**
 * What comes after a position, at most a thousand decisions; null where there is nothing. `lost` where the set does
 * not reach back so far.
 */
export function nextStep(
  set: ActiveSet,
  { filter, dedup }: PushFilter,
  position: PushPosition,
  now: number,
): PushStep | null | 'lost' {
  const slice = set.after(position.version, messageSize)
  // While the whole set is sent, what leaves it has to wait: it may not have been sent yet.
  const left = position.isPartial ? [] : set.leftAfter(position.left, messageSize)
  if (left === null) return 'lost'
  const last = slice.at(-1)
  if (!last && left.length === 0) return null
  const test = decisionTest(filter)
  const isOutlasted = dedup ? set.outlastTest() : () => false
  const added = slice.filter((held) => test(held) && held.until > now && !isOutlasted(held))
  const deleted = left.filter((decision) => test(decision) && !isOutlasted(decision))
  return {
    data: dataOf(added, deleted, now),
    next: { ...position, version: last?.version ?? position.version, left: position.left + left.length },
  }
}

/** What ended, in messages. */
export function endedData(
  set: ActiveSet,
  { filter, dedup }: PushFilter,
  ended: readonly Decision[],
  now: number,
): string[] {
  const test = decisionTest(filter)
  const isOutlasted = dedup ? set.outlastTest() : () => false
  const told = ended.filter((decision) => test(decision) && !isOutlasted(decision))
  const messages: string[] = []
  for (let at = 0; at < told.length; at += messageSize) {
    const data = dataOf([], told.slice(at, at + messageSize), now)
    if (data !== null) messages.push(data)
  }
  return messages
}

function dataOf(added: readonly Decision[], deleted: readonly Decision[], now: number): string | null {
  if (added.length === 0 && deleted.length === 0) return null
  const writer = new DecisionWriter(now, true)
  const list = (decisions: readonly Decision[]) => decisions.map((decision) => writer.write(decision)).join()
  return `{"new":[${list(added)}],"deleted":[${list(deleted)}]}`
}
