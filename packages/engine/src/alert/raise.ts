import { Time } from '@tocsin/expr'
import { type Clock, TocsinError } from '@tocsin/model'
import type { FullBucket } from '../bucket/buckets.ts'
import { formatLogTime } from '../bucket/log-time.ts'
import { Event, type Line } from '../event.ts'
import type { Overflow } from '../overflow.ts'
import { noOverflow } from '../overflow-type.ts'
import { buildOverflow } from './build-alert.ts'
import type { Contexts } from './context.ts'

/** Overflows that raised no alert, by reason. */
export interface DroppedOverflows {
  /** An expression of the scenario refused them. */
  filtered: number
  /** One of the same partition was raised a short time ago. */
  blackholed: number
  /** An event did not say who it is about. */
  sourceless: number
  /** A postoverflow let them off. */
  whitelisted: number
}

const noLine: Line = { raw: '', src: '', timeMs: 0, labels: new Map(), module: '' }

/**
 * The event that a full bucket becomes, on its way to postoverflows; null where the scenario's own rules drop it,
 * which is counted. An overflow without a source still starts a blackhole, as in the original.
 */
export function raise(
  full: FullBucket,
  contexts: Contexts,
  clock: Clock,
  dropped: DroppedOverflows,
): Event | null {
  const { bucket, at } = full
  const { scenario, group } = bucket
  if (scenario.overflowFilter === null && scenario.blackhole?.hides(group, at, bucket.bornMs)) {
    dropped.blackholed++
    return null
  }
  const overflow = attempt(full, contexts)
  if (scenario.overflowFilter !== null) {
    if (!passes(full, overflow ?? noOverflow)) {
      dropped.filtered++
      return null
    }
    if (scenario.blackhole?.hides(group, at, bucket.bornMs)) {
      dropped.blackholed++
      return null
    }
  }
  if (overflow === null || overflow.alerts.length === 0) {
    dropped.sourceless++
    return null
  }
  const event = new Event(noLine, 'live', Time.fromMs(clock()))
  event.marshaledTime = formatLogTime(at)
  event.overflow = overflow
  return event
}

function attempt({ bucket, at }: FullBucket, contexts: Contexts): Overflow | null {
  try {
    return buildOverflow(bucket, at, contexts)
  } catch (error) {
    if (!(error instanceof TocsinError) || error.code !== 'ALERT_WITHOUT_SOURCE') throw error
    return null
  }
}

/** An overflow filter that fails or gives no bool lets the overflow pass. */
function passes({ bucket }: FullBucket, signal: Overflow): boolean {
  const { scenario, queue } = bucket
  try {
    return scenario.overflowFilter?.run({ queue, signal, leaky: bucket }) !== false
  } catch (error) {
    scenario.failed(error)
    return true
  }
}
