import { decodeRecords, type JournalRecord } from './record.ts'
import type { Segment, Segments } from './segments.ts'

/** An alert that waits to be delivered. */
export interface PendingAlert {
  readonly number: number
  /** JSON text of the alert, as it goes to the Local API. */
  readonly json: string
}

/** The numbers of the alerts that a segment holds; `last` below `first` means none. */
interface AlertRange {
  readonly first: number
  readonly last: number
}

const maxMemoryBytes = 4 * 1024 * 1024

/**
 * The alerts between the last acknowledged one and the newest, in order: some of them in memory, all of them in the
 * segments.
 */
export class PendingAlerts {
  readonly #segments: Segments
  readonly #ranges = new Map<number, AlertRange>()
  #inMemory: PendingAlert[] = []
  #memoryBytes = 0
  #acknowledged = 1
  #next = 1
  /** Alerts from this number on are on disk only. */
  #loadedBefore = 1

  constructor(segments: Segments) {
    this.#segments = segments
  }

  get count(): number {
    return this.#next - this.#acknowledged
  }

  /** Begins at the numbers that a checkpoint knows. */
  start(acknowledged: number, next: number): void {
    this.#acknowledged = Math.min(acknowledged, next)
    this.#next = next
    this.#loadedBefore = this.#acknowledged
  }

  /** Notes which alerts a segment of an earlier process holds. */
  noteSegment(segment: Segment, records: readonly JournalRecord[]): void {
    for (const record of records) this.#noteRange(segment.number, record)
  }

  /** Notes alerts that were just written to the newest segment. */
  added(segment: Segment, record: JournalRecord): void {
    this.#noteRange(segment.number, record)
    for (const json of record.alerts) {
      const number = this.#next++
      if (number === this.#loadedBefore && this.#memoryBytes < maxMemoryBytes) this.#keep({ number, json })
    }
  }

  /** The oldest that wait, at most so many and so many bytes, but one at least if any waits. */
  async oldest(maxCount: number, maxBytes: number): Promise<PendingAlert[]> {
    if (this.#inMemory.length === 0 && this.count > 0) await this.#load()
    const taken: PendingAlert[] = []
    let bytes = 0
    for (const pending of this.#inMemory) {
      bytes += pending.json.length
      if (taken.length >= maxCount || (taken.length > 0 && bytes > maxBytes)) break
      taken.push(pending)
    }
    return taken
  }

  /** Alerts up to this number, itself included, wait no more. */
  acknowledge(number: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, Math.min(number + 1, this.#next))
    this.#loadedBefore = Math.max(this.#loadedBefore, this.#acknowledged)
    const first = this.#inMemory.findIndex((pending) => pending.number >= this.#acknowledged)
    const gone = this.#inMemory.splice(0, first < 0 ? this.#inMemory.length : first)
    for (const { json } of gone) this.#memoryBytes -= json.length
  }

  /** The number of the last alert in a segment that still waits, or null if none does. */
  lastWaiting(segment: Segment): number | null {
    const range = this.#ranges.get(segment.number)
    return range && range.last >= this.#acknowledged ? range.last : null
  }

  forgetSegment(segment: Segment): void {
    this.#ranges.delete(segment.number)
  }

  #noteRange(segment: number, { meta, alerts }: JournalRecord): void {
    if (meta.k !== 'step' || meta.firstAlert === undefined || alerts.length === 0) return
    const first = this.#ranges.get(segment)?.first ?? meta.firstAlert
    this.#ranges.set(segment, { first, last: meta.firstAlert + alerts.length - 1 })
  }

  #keep(pending: PendingAlert): void {
    this.#inMemory.push(pending)
    this.#memoryBytes += pending.json.length
    this.#loadedBefore = pending.number + 1
  }

  async #load(): Promise<void> {
    for (const segment of this.#segments.list()) {
      const range = this.#ranges.get(segment.number)
      if (!range || range.last < this.#loadedBefore) continue
      const { records } = decodeRecords(await this.#segments.read(segment))
      for (const record of records) this.#keepOf(record)
      if (this.#inMemory.length > 0) return
    }
    // Alerts that no segment holds any more (a damaged disk) cannot be waited for.
    if (this.#inMemory.length === 0) this.acknowledge(this.#next - 1)
  }

  #keepOf({ meta, alerts }: JournalRecord): void {
    if (meta.k !== 'step' || meta.firstAlert === undefined) return
    for (const [index, json] of alerts.entries()) {
      const number = meta.firstAlert + index
      if (number < this.#loadedBefore || number >= this.#next || this.#memoryBytes >= maxMemoryBytes) continue
      this.#keep({ number, json })
    }
  }
}
