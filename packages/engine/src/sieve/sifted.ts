import type { Faults } from '../parser/run.ts'

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

/** What became of a line that somebody wants; what is not told here is found in the line again where it is needed. */
export interface SiftedEvent {
  /** The place of its line in the batch. */
  readonly line: number
  /** Null where the line has to be taken from the beginning by who owns the buckets, in the order of the lines. */
  readonly wants: readonly Want[] | null
  readonly marshaledTime: string
  /** The fields that conditions of buckets read, by map: keys and values in turn. */
  readonly meta: readonly string[]
  readonly parsed: readonly string[]
  readonly enriched: readonly string[]
}

/** What became of a batch of lines, as numbers and texts: quick to send to another thread. */
export interface SiftedBatch {
  /** The events that somebody wants, in the order of their lines; see BatchWriter. */
  readonly numbers: Int32Array<ArrayBuffer>
  readonly texts: readonly string[]
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
 * Writes events one behind the other: line, place of the time, number of wants (-1 for a whole line), four numbers a
 * want, and for each of three maps the number of its texts and their places.
 */
export class BatchWriter {
  readonly #numbers: number[] = []
  readonly #texts: string[] = []
  /** Places of texts that come again and again. */
  readonly #known = new Map<string, number>()
  #lastText: string | null = null
  #lastPlace = none

  add({ line, wants, marshaledTime, meta, parsed, enriched }: SiftedEvent): void {
    const numbers = this.#numbers
    if (wants === null) {
      numbers.push(line, none, none)
      return
    }
    numbers.push(line, this.#placeOfKnown(marshaledTime), wants.length)
    for (const { position, group, distinct, cancels } of wants) {
      const place = group === null ? none : this.#placeOf(group)
      numbers.push(position, place, distinct === null ? none : this.#append(distinct), cancels ? 1 : 0)
    }
    for (const pairs of [meta, parsed, enriched]) {
      numbers.push(pairs.length)
      for (const text of pairs) numbers.push(this.#placeOfKnown(text))
    }
  }

  finish(counts: SieveCounts): SiftedBatch {
    return { numbers: Int32Array.from(this.#numbers), texts: this.#texts, counts }
  }

  /** Wants of one event mostly have the same group. */
  #placeOf(text: string): number {
    if (text !== this.#lastText) {
      this.#lastText = text
      this.#lastPlace = this.#append(text)
    }
    return this.#lastPlace
  }

  #placeOfKnown(text: string): number {
    let place = this.#known.get(text)
    if (place === undefined) {
      place = this.#append(text)
      this.#known.set(text, place)
    }
    return place
  }

  #append(text: string): number {
    return this.#texts.push(text) - 1
  }
}

/** Reads events as they were written. */
export class BatchReader {
  readonly #numbers: Int32Array
  readonly #texts: readonly string[]
  #at = 0

  constructor({ numbers, texts }: SiftedBatch) {
    this.#numbers = numbers
    this.#texts = texts
  }

  /** The next event, or null behind the last. */
  next(): SiftedEvent | null {
    if (this.#at >= this.#numbers.length) return null
    const line = this.#number()
    const marshaledTime = this.#text() ?? ''
    const count = this.#number()
    if (count === none) return { line, wants: null, marshaledTime, meta: [], parsed: [], enriched: [] }
    const wants: Want[] = []
    for (let want = 0; want < count; want++) {
      const position = this.#number()
      const group = this.#text()
      const distinct = this.#text()
      wants.push({ position, group, distinct, cancels: this.#number() === 1 })
    }
    return {
      line,
      wants,
      marshaledTime,
      meta: this.#pairs(),
      parsed: this.#pairs(),
      enriched: this.#pairs(),
    }
  }

  #number(): number {
    return this.#numbers[this.#at++] ?? none
  }

  #text(): string | null {
    return this.#texts[this.#number()] ?? null
  }

  #pairs(): readonly string[] {
    const count = this.#number()
    if (count <= 0) return noPairs
    const pairs: string[] = []
    for (let pair = 0; pair < count; pair++) pairs.push(this.#text() ?? '')
    return pairs
  }
}

const noPairs: readonly string[] = []
