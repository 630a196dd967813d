import { formatTime, Time } from '@tocsin/expr'
import { formatDuration, TocsinError } from '@tocsin/model'
import type { Contexts } from '../../src/alert/context.ts'
import { sourcesOf } from '../../src/alert/sources.ts'
import { Event } from '../../src/event.ts'
import type { Alert, Overflow } from '../../src/overflow.ts'
import { noOverflow } from '../../src/overflow-type.ts'
import type { PlainBucket } from './plain-bucket.ts'

const wholeSeconds = '2006-01-02T15:04:05Z07:00'
const noLine = { raw: '', src: '', timeMs: 0, labels: new Map<string, string>(), module: '' }

/** The event that a full bucket becomes, or why it becomes none. */
export function plainOverflow(
  bucket: PlainBucket,
  at: Time,
  contexts: Contexts,
  nowMs: number,
): Event | 'filtered' | 'blackholed' | 'sourceless' {
  const overflow = verdict(bucket, at, contexts)
  if (!passesFilter(bucket, overflow ?? noOverflow)) return 'filtered'
  if (isHidden(bucket, at.ns)) return 'blackholed'
  if (overflow === null) return 'sourceless'
  const event = new Event(noLine, 'live', Time.fromMs(nowMs))
  event.marshaledTime = at.toJSON()
  event.overflow = overflow
  return event
}

function passesFilter(bucket: PlainBucket, signal: Overflow): boolean {
  try {
    return bucket.scenario.overflowFilter?.run({ queue: bucket.queue, signal, leaky: bucket }) !== false
  } catch {
    return true
  }
}

/** Whether an overflow comes too soon after another one of its group. What is over by one overflow is over for good. */
function isHidden({ plain, group }: PlainBucket, now: bigint): boolean {
  if (plain.blackholeNs <= 0n) return false
  for (const [other, until] of plain.hidden) if (until <= now) plain.hidden.delete(other)
  if (plain.hidden.has(group)) return true
  plain.hidden.set(group, now + plain.blackholeNs)
  return false
}

/** The zone twice: by its offset and, where it is not UTC, by its offset again, since it has no name. */
function goText(time: Time): string {
  const zone = time.face().offset === 0 ? 'UTC' : formatTime(time, '-0700')
  return `${formatTime(time, '2006-01-02 15:04:05.999999999 -0700')} ${zone}`
}

/** Null where an event does not say who it is about. */
function verdict(bucket: PlainBucket, at: Time, contexts: Contexts): Overflow | null {
  const { scenario } = bucket
  let sources: Overflow['sources']
  try {
    sources = sourcesOf(scenario, bucket.queue.events)
  } catch (error) {
    if (error instanceof TocsinError) return null
    throw error
  }
  if (sources.size === 0) return null
  return {
    partition: scenario.partitionOf(bucket.group),
    scenario: scenario.name,
    whitelisted: false,
    reprocess: scenario.document.reprocess,
    sources,
    alerts: [...sources.values()].map((source) => ({ ...common(), source })),
  }

  function common(): Omit<Alert, 'source'> {
    const [only] = sources.values()
    const who = sources.size === 1 ? only?.value : `${sources.size} sources`
    const span = formatDuration(at.ns - (bucket.firstTime ?? at).ns)
    const { events } = bucket.queue
    return {
      scenario: scenario.name,
      scenarioHash: scenario.item.hash,
      scenarioVersion: scenario.item.version,
      message: `${only?.scope} ${who} performed '${scenario.name}' (${bucket.poured} events over ${span}) at ${goText(bucket.lastTime ?? at)}`,
      eventsCount: bucket.poured,
      capacity: Number(bucket.plain.capacity),
      leakspeed: formatDuration(bucket.plain.leakNs),
      startAt: formatTime(bucket.firstTime ?? at, wholeSeconds),
      stopAt: formatTime(at, wholeSeconds),
      simulated: scenario.simulated,
      remediation: scenario.document.labels.get('remediation') === true,
      kind: 'crowdsec',
      events: events.map((event) => ({
        timestamp: event.marshaledTime === '' ? event.time.toJSON() : event.marshaledTime,
        meta: [...event.meta].sort(([a], [b]) => (a < b ? -1 : 1)),
      })),
      meta: contexts.valuesOf(events),
    }
  }
}
