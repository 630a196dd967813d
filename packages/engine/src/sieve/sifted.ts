import type { Faults } from '../parser/run.ts'
import type { TextPlaces } from './text-places.ts'

/** What one scenario wants of an event: all that its buckets ask before they take it. */
export interface Want {
  /** The scenario's place in the order in which events are poured. */
  readonly position: number
  /** The value of its groupby; null where that failed or gave no text. */
  readonly group: string | null
  /** The value of its `distinct`; null where there is none or it failed. */
  readonly distinct: string | null
  /** Whether its `cancel_on` holds. */
  readonly cancels: boolean
}

/** The fields that conditions of buckets read, by map: keys and values in turn. */
export interface SiftedFields {
  readonly meta: readonly string[]
  readonly parsed: readonly string[]
  readonly enriched: readonly string[]
}

/** What became of a line that somebody wants; what is not told here is found in the line again where it is needed. */
export interface SiftedEvent {
  /** The place of its line in the batch. */
  readonly line: number
  /** Null where the line has to be taken from the beginning by who owns the buckets, in the order of the lines. */
  readonly wants: readonly Want[] | null
  readonly marshaledTime: string
  /** The place of its fields in the batch. */
  readonly fields: number
}

/** What became of a batch of lines, as numbers and texts: quick to send to another thread. */
export interface SiftedBatch {
  /** The events that somebody wants, in the order of their lines; see BatchWriter. */
  readonly numbers: Int32Array<ArrayBuffer>
  /** Texts by place. Batches of a sieve share them for a while: what is there stays, more are put behind it. */
  readonly texts: readonly string[]
  /** The fields of events, which those in a row mostly have in common. */
  readonly fields: readonly SiftedFields[]
  /** Of the lines that are not given back whole. */
  readonly counts: SieveCounts
}

export interface SieveCounts {
  parsed: number
  unparsed: number
  whitelisted: number
  /** Expressions of scenarios that failed. */
  failed: number
  readonly faults: Readonly<Faults>
}

const none = -1

/**
 * Writes events one behind the other: line, place of the time, number of wants (-1 for a whole line), place of the
 * fields, and four numbers a want.
 */
export class BatchWriter {
  readonly #texts: TextPlaces
  readonly #numbers: number[] = []
  /** Wants of one event mostly have the same group. */
  #lastGroup: string | null = null
  #lastPlace = none

  constructor(texts: TextPlaces) {
    this.#texts = texts
  }

  add({ line, wants, marshaledTime, fields }: SiftedEvent): void {
    const numbers = this.#numbers
    if (wants === null) {
      numbers.push(line, none, none, none)
      return
    }
    const texts = this.#texts
    numbers.push(line, texts.of(marshaledTime), wants.length, fields)
    for (let want = 0; want < wants.length; want++) {
      const { position, group, distinct, cancels } = wants[want]!
      if (group !== this.#lastGroup) {
        this.#lastGroup = group
        this.#lastPlace = group === null ? none : texts.of(group)
      }
      numbers.push(position, this.#lastPlace, distinct === null ? none : texts.of(distinct), cancels ? 1 : 0)
    }
  }

  finish(fields: readonly SiftedFields[], counts: SieveCounts): SiftedBatch {
    return { numbers: Int32Array.from(this.#numbers), texts: this.#texts.texts, fields, counts }
  }
}

/** Reads events as they were written. Nothing is made for an event: each takes the place of the one before. */
export class BatchReader implements SiftedEvent {
  line = none
  wants: readonly Want[] | null = null
  marshaledTime = ''
  fields = none
  readonly #numbers: Int32Array
  readonly #texts: readonly string[]
  #at = 0
  /** Wants to be written over, by their number. */
  readonly #wants: ChangingWant[][] = []

  constructor({ numbers, texts }: SiftedBatch) {
    this.#numbers = numbers
    this.#texts = texts
  }

  /** Goes on to the next event; false behind the last. */
  next(): boolean {
    const numbers = this.#numbers
    let at = this.#at
    if (at >= numbers.length) return false
    this.line = numbers[at]!
    this.marshaledTime = this.#texts[numbers[at + 1]!] ?? ''
    const count = numbers[at + 2]!
    this.fields = numbers[at + 3]!
    at += 4
    this.wants = count === none ? null : this.#read(this.#wantsOf(count), at)
    this.#at = at + 4 * Math.max(count, 0)
    return true
  }

  #read(wants: ChangingWant[], from: number): readonly Want[] {
    const numbers = this.#numbers
    const texts = this.#texts
    for (let want = 0, at = from; want < wants.length; want++, at += 4) {
      const one = wants[want]!
      const group = numbers[at + 1]!
      const distinct = numbers[at + 2]!
      one.position = numbers[at]!
      one.group = group === none ? null : texts[group]!
      one.distinct = distinct === none ? null : texts[distinct]!
      one.cancels = numbers[at + 3] === 1
    }
    return wants
  }

  #wantsOf(count: number): ChangingWant[] {
    while (this.#wants.length <= count) {
      this.#wants.push(
        Array.from({ length: this.#wants.length }, () => ({
          position: none,
          group: null,
          distinct: null,
          cancels: false,
        })),
      )
    }
    return this.#wants[count]!
  }
}

type ChangingWant = { -readonly [Name in keyof Want]: Want[Name] }
