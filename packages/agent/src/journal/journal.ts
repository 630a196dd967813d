import { randomUUID } from 'node:crypto'
import type { Logger, WireAlert } from '@tocsin/model'
import { Checkpoint } from './checkpoint.ts'
import { lockFolder, type Unlock } from './lock.ts'
import { type PendingAlert, PendingAlerts } from './pending-alerts.ts'
import { decodeRecords, encodeRecord, type RecordMeta, type Step, type StreamState } from './record.ts'
import { Segments } from './segments.ts'
import { defaultWindowLimits, type StepWindow, type WindowLimits } from './step-window.ts'

export interface JournalOptions {
  readonly folder: string
  readonly logger: Logger
  /** All segments together; beyond it the oldest alerts are given up and counted. Default 256 MiB. */
  readonly maxBytes?: number
  /** A segment that is larger is followed by a new one. Default 8 MiB. */
  readonly segmentBytes?: number
  readonly windowLimits?: WindowLimits
}

/** What is noted with a step besides its alerts. */
export interface StepNotes {
  /** No live state of the engine is older, nor the bucket of an overflow that waits. */
  readonly liveFromMs?: number | undefined
  /** Overflows that wait from here on. */
  readonly waits?: readonly string[]
  /** Overflows that waited and whose alerts are among these. */
  readonly settled?: readonly string[]
}

/**
 * The one place where the agent keeps what must outlive it: how far each stream was read, when its lines arrived, and
 * the alerts that are not delivered yet. A step of the engine and its alerts are one record, so that after a kill at
 * any moment a line either was processed and its alerts are here, or is read again. Methods that write throw
 * AGENT_STATE_FAILED and leave the journal as it was; they may be tried again.
 */
export class Journal {
  readonly #segments: Segments
  readonly #checkpoint: Checkpoint
  readonly #pending: PendingAlerts
  readonly #logger: Logger
  readonly #maxBytes: number
  readonly #segmentBytes: number
  readonly #unlock: Unlock
  #damaged = 0
  #headBytes = 0

  private constructor(options: JournalOptions, unlock: Unlock) {
    this.#unlock = unlock
    this.#logger = options.logger
    this.#segments = Segments.open(options.folder)
    this.#checkpoint = new Checkpoint(options.windowLimits ?? defaultWindowLimits)
    this.#pending = new PendingAlerts(this.#segments)
    this.#segmentBytes = options.segmentBytes ?? 8 * 1024 * 1024
    this.#maxBytes = Math.max(options.maxBytes ?? 256 * 1024 * 1024, 2 * this.#segmentBytes)
  }

  /** Takes the folder and reads what an earlier process left. Throws AGENT_STATE_IN_USE and AGENT_STATE_FAILED. */
  static open(options: JournalOptions): Journal {
    const unlock = lockFolder(options.folder)
    try {
      const journal = new Journal(options, unlock)
      journal.#recover()
      journal.#roll()
      return journal
    } catch (error) {
      unlock()
      throw error
    }
  }

  /** How many alerts wait to be delivered. */
  get pendingAlerts(): number {
    return this.#pending.count
  }

  /** How many alerts were given up because the journal was full, ever. */
  get droppedAlerts(): number {
    return this.#checkpoint.dropped
  }

  /** Bytes on disk. */
  get bytes(): number {
    return this.#segments.list().reduce((sum, segment) => sum + segment.bytes, 0)
  }

  /** When the last step was taken, or null if there was none ever. */
  get lastStepMs(): number | null {
    return this.#checkpoint.lastStepMs
  }

  /** The steps that a new engine has to go through again. */
  get window(): StepWindow {
    return this.#checkpoint.window
  }

  /** Every stream that was read, in the order in which they were first seen. */
  streams(): readonly StreamState[] {
    return [...this.#checkpoint.streams.values()]
  }

  stream(id: number): StreamState | undefined {
    return this.#checkpoint.streams.get(id)
  }

  /** Makes a new stream known. */
  addStream(stream: Omit<StreamState, 'id'>): StreamState {
    const added = { ...stream, id: this.#checkpoint.nextStreamId() }
    this.saveStream(added)
    return added
  }

  /** Notes what has changed about a stream. */
  saveStream(stream: StreamState): void {
    this.#append({ k: 'stream', stream }, [])
  }

  /** Overflows that were raised in steps noted here and whose alerts are not. */
  get waiting(): ReadonlySet<string> {
    return this.#checkpoint.waiting
  }

  /**
   * Notes that a step was processed, with the alerts that came of it or of overflows that waited; from here on they
   * will be delivered. Each gets a uuid if it has none.
   */
  commit(step: Step, alerts: readonly WireAlert[], { liveFromMs, waits, settled }: StepNotes = {}): void {
    const meta = {
      k: 'step',
      step,
      ...(liveFromMs === undefined ? {} : { liveFromMs }),
      ...(alerts.length === 0 ? {} : { firstAlert: this.#checkpoint.nextAlert }),
      ...(waits === undefined || waits.length === 0 ? {} : { waits }),
      ...(settled === undefined || settled.length === 0 ? {} : { settled }),
    } as const
    const texts = alerts.map((alert) => JSON.stringify({ ...alert, uuid: alert.uuid ?? randomUUID() }))
    this.#append(meta, texts)
  }

  /** The oldest alerts that wait, in order, each safe on disk: at most so many and so many bytes, one at least. */
  async oldestAlerts(maxCount: number, maxBytes: number): Promise<PendingAlert[]> {
    const oldest = await this.#pending.oldest(maxCount, maxBytes)
    if (oldest.length > 0) await this.#segments.sync()
    return oldest
  }

  /** The alerts up to this number, itself included, are delivered. */
  acknowledge(number: number): void {
    this.#acknowledge(number, this.#checkpoint.dropped)
    this.#deleteOld()
  }

  /** Makes everything that was written so far survive a loss of power. */
  async sync(): Promise<void> {
    await this.#segments.sync()
  }

  async close(): Promise<void> {
    try {
      await this.#segments.close()
    } finally {
      this.#unlock()
    }
  }

  #recover(): void {
    const segments = this.#segments.list()
    for (const segment of segments) {
      const { records, damaged } = decodeRecords(this.#segments.readSync(segment))
      this.#damaged += damaged
      for (const record of records) this.#checkpoint.apply(record)
      this.#pending.noteSegment(segment, records)
    }
    this.#pending.start(this.#checkpoint.acknowledged, this.#checkpoint.nextAlert)
    // One record is cut short where the power failed or the process was killed while it wrote: it never counted.
    if (this.#damaged > 1) this.#logger.warn(`${this.#damaged} damaged records of the journal were skipped`)
  }

  #append(meta: RecordMeta, alerts: readonly string[]): void {
    this.#makeRoom()
    const record = { meta, alerts }
    this.#segments.append(encodeRecord(record))
    this.#checkpoint.apply(record)
    const segment = this.#segments.list().at(-1)
    if (segment) this.#pending.added(segment, record)
  }

  #makeRoom(): void {
    const grownBytes = this.#segments.currentBytes - this.#headBytes
    // A segment has to be worth its head, which may be large.
    if (grownBytes > Math.max(this.#segmentBytes, this.#headBytes) && this.#segments.mayRoll) this.#roll()
  }

  #roll(): void {
    const head = encodeRecord({ meta: this.#checkpoint.head(), alerts: [] })
    this.#segments.roll(head)
    this.#headBytes = head.length
    this.#deleteOld()
    this.#dropOldest()
  }

  #deleteOld(): void {
    this.#segments.deleteOldest((segment) => {
      if (this.#pending.lastWaiting(segment) !== null) return false
      this.#pending.forgetSegment(segment)
      return true
    })
  }

  #dropOldest(): void {
    for (const segment of this.#segments.list().slice(0, -1)) {
      if (this.bytes <= this.#maxBytes) return
      const last = this.#pending.lastWaiting(segment)
      if (last !== null) this.#giveUp(last)
      this.#deleteOld()
    }
  }

  #giveUp(last: number): void {
    const before = this.#pending.count
    const dropped = this.#checkpoint.dropped + last + 1 - this.#checkpoint.acknowledged
    this.#acknowledge(last, dropped)
    const message = `${before - this.#pending.count} alerts were given up: the Local API is away and the journal is full`
    this.#logger.error(message, { dropped })
  }

  #acknowledge(number: number, dropped: number): void {
    const meta = { k: 'ack', acknowledged: number + 1, dropped } as const
    this.#segments.append(encodeRecord({ meta, alerts: [] }))
    this.#checkpoint.acknowledge(number + 1, dropped)
    this.#pending.acknowledge(number)
  }
}
