import type { Schema } from '@tocsin/document'
import type { Logger } from '@tocsin/model'
import type { Json, StreamState } from '../journal/record.ts'

/** Lines that a source has read from one stream, in order. */
export interface LineBatch {
  readonly stream: number
  /** Where in the stream the lines begin, and where the next ones will. */
  readonly from: number
  readonly to: number
  readonly lines: readonly string[]
  /** Whether buckets run on the lines' own clock: the lines are older than their arrival. */
  readonly replay: boolean
  /** About when the lines were written, where that is not now. */
  readonly atMs?: number
}

/** What a source is given while it runs. */
export interface SourceHost {
  readonly logger: Logger
  /** Milliseconds since the epoch. */
  now(): number
  /** The last time at which an earlier process took lines; null if there was none. */
  readonly lastStepMs: number | null
  /** Streams of this kind and type label that were read before and that no other source has claimed. */
  streams(): readonly StreamState[]
  /** Says that this source reads a stream from now on; false if another one does. Its own new ones it has anyway. */
  claim(id: number): boolean
  addStream(stream: { src: string; about: Json; offset: number; ended?: boolean }): Promise<StreamState>
  /** Notes where a stream is now, or that it ended. Its offset is moved by `deliver` alone. */
  saveStream(id: number, change: { about?: Json; ended?: boolean }): Promise<void>
  /** Processes lines; the promise settles when the source may go on, which is how a slow engine slows its sources. */
  deliver(batch: LineBatch): Promise<void>
  /** Says that what was written before the start has been read, and waits until all sources have said so. */
  caughtUp(): Promise<void>
}

/** A stream that is read a second time, from front to back. */
export interface RereadStream {
  /** The lines between two places, in batches. Null where they are not there any more. */
  read(from: number, to: number, onLines: (lines: readonly string[]) => void): Promise<boolean>
  close(): Promise<void>
}

export interface SourceStats {
  readonly name: string
  readonly kind: string
  readonly type: string
  readonly lines: number
  readonly bytes: number
  /** Lines that were longer than allowed, and what was cut off them. */
  readonly cutLines: number
  readonly cutBytes: number
  /** Bytes that wait to be read. */
  readonly behindBytes: number
  /** When the last line came, or null. */
  readonly lastLineMs: number | null
  /** What is read at this moment, such as paths. */
  readonly reading: readonly string[]
  /** What keeps it from reading something, in words; empty if all is well. */
  readonly problems: readonly string[]
}

/** A place that lines come from, as configured. */
export interface Source {
  readonly name: string
  readonly kind: string
  readonly labels: ReadonlyMap<string, string>
  /** One line that says what is read. */
  describe(): string
  /** Reads until the signal aborts or there is nothing more to come. What fails is said, and tried again. */
  run(host: SourceHost, signal: AbortSignal): Promise<void>
  stats(): SourceStats
}

/** A compiled pattern. */
export interface Matcher {
  test(text: string): boolean
}

/** What reading acquisition documents needs from outside. */
export interface SpecContext {
  /** Compiles a pattern in Go's syntax; throws if it is malformed. */
  compilePattern(pattern: string): Matcher
}

/** Limits that apply where a document says nothing. */
export interface BuildContext {
  readonly maxLineBytes: number
  /** Where files begin that were there before the agent ever looked. */
  readonly startAt: 'end' | 'beginning'
}

/** A kind of source: how its documents are read, and what is made of one. */
export interface SourceKind<Spec> {
  readonly kind: string
  /** Keys by which a document without `source` is known to be of this kind. */
  readonly tellingKeys: readonly string[]
  spec(context: SpecContext): Schema<Spec>
  build(spec: Spec, context: BuildContext): Source
  /** Opens a stream that was read before; null where it is gone. */
  reread(stream: StreamState, context: BuildContext): Promise<RereadStream | null>
}
