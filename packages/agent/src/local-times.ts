import type { WireAlert } from '@tocsin/model'

/** Steps are remembered up to this number: so many births of live buckets can be told from others. */
const maxSteps = 50_000
/** A time that is so far ahead cannot be meant. */
const aheadMs = 60_000

/** Where an overflow comes from, by the clock of arrival. */
export interface Origin {
  /** When its bucket began. */
  readonly bornMs: number
  /** The step in which it overflowed. */
  readonly atMs: number
}

/**
 * Lines that name no zone mean this machine's. The engine reads them as UTC, because what it makes of a line is to be
 * the same everywhere; where buckets ran on the lines' own clock, as for lines that were written while nobody read
 * them, the times of their alerts are put right here. A decision that runs from such a time would be hours too long
 * or too short. Goes by the zone of the process.
 */
export class LocalTimes {
  readonly #now: () => number
  /** Whether the lines of a stream name no zone. */
  readonly #streams = new Map<number, boolean>()
  /** By time of arrival, the steps on the lines' own clock, and whether their lines name no zone. */
  readonly #steps = new Map<number, boolean>()

  constructor(now: () => number) {
    this.#now = now
  }

  /** Lines of a stream come that buckets take by the lines' own clock. */
  learn(stream: number, lines: readonly string[], atMs: number): void {
    for (const line of lines) {
      if (this.#streams.has(stream)) break
      const isLocal = namesNoZone(line)
      if (isLocal !== null) this.#streams.set(stream, isLocal)
    }
    const [oldest] = this.#steps.keys()
    if (this.#steps.size >= maxSteps && oldest !== undefined) this.#steps.delete(oldest)
    this.#steps.set(atMs, this.#streams.get(stream) ?? false)
  }

  /** The alert with its times as they were meant. */
  correct(alert: WireAlert, { bornMs, atMs }: Origin): WireAlert {
    if (this.#steps.get(bornMs) !== true) return alert
    const latestMs = this.#now() + aheadMs
    const meant = (text: string) => meantAs(text, latestMs)
    const stop = meant(alert.stop_at)
    // A bucket of such lines that live lines fill up ends by the clock of arrival.
    const isNearer = Math.abs(Date.parse(stop) - atMs) < Math.abs(Date.parse(alert.stop_at) - atMs)
    const isStopLocal = this.#steps.has(atMs) || isNearer
    return {
      ...alert,
      start_at: meant(alert.start_at),
      stop_at: isStopLocal ? stop : alert.stop_at,
      message: isStopLocal ? meantMessage(alert.message, meant) : alert.message,
      events: (alert.events ?? []).map((event) => ({ ...event, timestamp: meant(event.timestamp) })),
    }
  }
}

const timeOfDay = /(?<![\d:])(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?![\d:])/
const timeAfterDate = /(?<=\d{4}[:T ])(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?![\d:])/
const zoneAfterTime =
  /^(?:[.,]\d+)?(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d)(?![A-Za-z0-9])| [A-Z]{2,3}T(?![A-Za-z0-9]))/

/** Whether the first time of day in a line has no zone behind it; null where there is no such time. */
export function namesNoZone(line: string): boolean | null {
  const head = line.slice(0, 512)
  const match = timeAfterDate.exec(head) ?? timeOfDay.exec(head)
  if (match === null) return null
  return !zoneAfterTime.test(head.slice(match.index + match[0].length))
}

/** RFC 3339 text in UTC whose wall clock was meant for this machine's zone; other texts stay as they are. */
function meantAs(text: string, latestMs: number): string {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z$/.exec(text)
  if (match === null) return text
  // Without a zone, JavaScript takes it for local time.
  const ms = Date.parse(match[1] ?? '')
  if (Number.isNaN(ms) || ms > latestMs) return text
  return `${new Date(ms).toISOString().slice(0, 19)}${match[2] ?? ''}Z`
}

/** The end of an engine's message: `... at 2026-03-14 09:06:25.5 +0000 UTC`. */
function meantMessage(message: string, meant: (text: string) => string): string {
  return message.replace(
    /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?) \+0000 UTC$/,
    (_, date: string, time: string) =>
      `${meant(`${date}T${time}Z`).replace('T', ' ').replace('Z', '')} +0000 UTC`,
  )
}
