import type { Program } from '@tocsin/expr'
import type { Located } from '@tocsin/document'
import type { Event } from '../event.ts'
import type { BucketType, ScenarioDocument } from '../item/scenario-schema.ts'
import type { Bucket } from './bucket.ts'
import type { EventQueue } from './event-queue.ts'

/** What a kind of bucket is built with. */
export interface KindContext {
  /** Compiles an expression over `evt`, `queue` and `leaky` that must give a bool; undefined if it was refused. */
  compile(source: Located<string>): Program | undefined
  /** Notes that the document breaks a demand of its kind. */
  refuse(field: string, reason: string): void
  /** Notes an expression that failed while a bucket was filled. */
  failed(error: unknown): void
}

/** A bucket while it is filled. */
export interface FilledBucket {
  readonly queue: EventQueue
  /** What it has collected so far. */
  view(): Bucket
}

/** How buckets of one scenario live and overflow. */
export interface BucketRules {
  /** Nanoseconds after the last event, or after the first where `timed`, when a bucket ends. */
  readonly lifetimeNs: number
  /** Whether the end of the lifetime is an overflow and counts from the first event. */
  readonly timed: boolean
  /** Whether more events than capacity and leakspeed allow make it overflow. */
  readonly limited: boolean
  /** Whether every event overflows by itself: no other rule of the scenario looks at it. */
  readonly immediate: boolean
  /** Whether the bucket overflows now that the event was poured into it; `neverOverflows` where nothing is asked. */
  overflows(bucket: FilledBucket, event: Event): boolean
}

/** One kind of bucket: its demands on a scenario, and the rules that it makes of one. */
export interface BucketKind {
  readonly type: BucketType
  build(document: ScenarioDocument, context: KindContext): BucketRules
}

/** The rule of kinds that look at nothing but the number of events. */
export const neverOverflows = (): boolean => false
