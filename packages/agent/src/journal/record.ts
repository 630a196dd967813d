import { crc32 } from 'node:zlib'

/** A value that JSON carries unchanged. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined }

/** Something that lines come from in order, such as one file (not one path), and how far it was read. */
export interface StreamState {
  readonly id: number
  /** The kind of source that reads it. */
  readonly kind: string
  /** What its lines say they come from. */
  readonly src: string
  readonly labels: Readonly<Record<string, string>>
  /** What its source needs to find it again. */
  readonly about: Json
  /** Everything before it is processed, and what came of it is in the journal. In the source's own unit. */
  readonly offset: number
  /** Whether it will give no more lines, as far as is known. */
  readonly ended: boolean
}

/** Lines of one stream that were processed in one go. */
export interface Span {
  readonly stream: number
  readonly from: number
  readonly to: number
  /** Whether buckets ran on the lines' own clock. */
  readonly replay: boolean
}

/** One step of the engine: lines, or only the passing of time. */
export interface Step {
  readonly span?: Span
  /** When the lines arrived: the time that live buckets saw, milliseconds since the epoch. */
  readonly atMs: number
  /** When the buckets that it made overflow began, the earliest of them; absent where none overflowed. */
  readonly overflowsFromMs?: number
}

/** Everything that a segment must know of the ones before it. */
export interface HeadMeta {
  readonly k: 'head'
  readonly version: 1
  readonly streams: readonly StreamState[]
  readonly window: readonly Step[]
  readonly liveFromMs: number
  /** Alerts below this number were delivered or given up. */
  readonly acknowledged: number
  readonly nextAlert: number
  /** How many alerts were given up because the journal was full, ever. */
  readonly dropped: number
  readonly lastStepMs: number | null
  /** Overflows that wait; absent where none does. */
  readonly waiting?: readonly string[]
}

interface StreamMeta {
  readonly k: 'stream'
  readonly stream: StreamState
}

/** A step; its alerts stand in the same record, so that either both are on disk or neither is. */
interface StepMeta {
  readonly k: 'step'
  readonly step: Step
  /** No live state of the engine is older than this; absent where it was not asked. */
  readonly liveFromMs?: number
  /** The number of the first alert. */
  readonly firstAlert?: number
  /** Overflows of this step or earlier ones that wait from here on: what comes of them is noted with a later step. */
  readonly waits?: readonly string[]
  /** Overflows that waited: what came of them is in this record. */
  readonly settled?: readonly string[]
}

interface AckMeta {
  readonly k: 'ack'
  readonly acknowledged: number
  readonly dropped: number
}

export type RecordMeta = HeadMeta | StreamMeta | StepMeta | AckMeta

export interface JournalRecord {
  readonly meta: RecordMeta
  /** JSON texts, one an alert. */
  readonly alerts: readonly string[]
}

/**
 * One line: a checksum, the meta and the alerts, separated by tabs, which JSON never contains. A record whose
 * writing was cut short has a wrong checksum and counts as never written.
 */
export function encodeRecord({ meta, alerts }: JournalRecord): Buffer {
  const body = [JSON.stringify(meta), ...alerts].join('\t')
  return Buffer.from(`${checksum(Buffer.from(body))}\t${body}\n`)
}

/** The record of a line (without its newline), or null if the line is damaged. */
function decodeRecord(line: Buffer): JournalRecord | null {
  const tab = line.indexOf(9)
  if (tab !== 8) return null
  const body = line.subarray(tab + 1)
  if (line.toString('latin1', 0, tab) !== checksum(body)) return null
  const [meta = '', ...alerts] = body.toString('utf8').split('\t')
  return { meta: JSON.parse(meta) as RecordMeta, alerts }
}

/** The records of a segment's bytes, and how many of its lines were damaged. */
export function decodeRecords(bytes: Buffer): { records: JournalRecord[]; damaged: number } {
  const records: JournalRecord[] = []
  let damaged = 0
  for (let start = 0; start < bytes.length;) {
    const found = bytes.indexOf(10, start)
    const end = found < 0 ? bytes.length : found
    const record = found < 0 ? null : decodeRecord(bytes.subarray(start, end))
    if (record) records.push(record)
    else if (end > start) damaged++
    start = end + 1
  }
  return { records, damaged }
}

function checksum(body: Buffer): string {
  return crc32(body).toString(16).padStart(8, '0')
}
