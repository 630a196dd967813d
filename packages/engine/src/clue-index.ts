import { type Program, textClues } from '@tocsin/expr'
import { type FoldedLiterals, foldedLiterals } from '@tocsin/regex'
import { RecentMap } from './enrich/recent-map.ts'
import type { Event } from './event.ts'
import { type EventField, eventField, fieldText } from './event-field.ts'

/**
 * Finds those of a list of conditions that can hold for what an event's fields contain: most filters of a large
 * installation look for a few texts in a path or a user agent, and one pass over the field tells which are there.
 */
export class ClueIndex {
  readonly #conditions: readonly (Program | null)[]
  readonly #known: Uint8Array
  /** Conditions that name no text that must be there, by position: they are never left out. */
  readonly #open: Uint32Array
  readonly #marks: Uint32Array
  readonly #fields = new Map<string, ClueField>()
  #list: readonly ClueField[] = []

  /** A null stands for a condition that is not to be left out. */
  constructor(conditions: readonly (Program | null)[]) {
    const words = (conditions.length + 31) >>> 5
    this.#conditions = conditions
    this.#known = new Uint8Array(conditions.length)
    this.#open = new Uint32Array(words)
    this.#marks = new Uint32Array(words)
  }

  /** Learns what conditions look for, before the first event that they may meet. Most of a large installation never do. */
  learn(positions: Iterable<number>): void {
    for (const position of positions) {
      if (this.#known[position] === 1) continue
      this.#known[position] = 1
      this.#learn(position)
    }
    this.#list = [...this.#fields.values()]
  }

  #learn(position: number): void {
    const condition = this.#conditions[position]
    const clues = condition ? textClues(condition) : null
    const found = clues?.map(({ path, texts }) => ({ path, texts, field: eventField(path) }))
    if (!found || found.some(({ field }) => field === null)) {
      setBit(this.#open, position)
      return
    }
    for (const { path, texts, field } of found) {
      if (field === null) continue
      const known = this.#fields.get(path) ?? new ClueField(field, this.#conditions.length)
      this.#fields.set(path, known)
      known.add(position, texts)
    }
  }

  /** A bit for each condition that may hold for an event, by position; of those that were learned. Good until the next call. */
  read(event: Event): Uint32Array {
    const marks = this.#marks
    const open = this.#open
    for (let word = 0; word < marks.length; word++) marks[word] = open[word]!
    const list = this.#list
    for (let at = 0; at < list.length; at++) (list[at] as ClueField).mark(event, marks)
    return marks
  }
}

const maxRemembered = 1024
/** A short text is searched sooner than it is looked up; of a long one the same may not come again. */
const shortestRemembered = 64
const longestRemembered = 512
/** A field whose texts come again this seldom is searched each time. */
const leastHits = 0.25
const trialLength = 8192

/** A field in which conditions look for texts: which of them find one of theirs in it. */
class ClueField {
  readonly #field: EventField
  /** The texts of each condition, by position. */
  readonly #groups: (readonly string[])[]
  #literals: FoldedLiterals | undefined
  /** The answers for texts seen lately; null where texts seldom come again. */
  #remembered: RecentMap<Uint32Array> | null
  #asked = 0
  #missed = 0

  constructor(field: EventField, count: number) {
    this.#field = field
    this.#groups = Array.from({ length: count }, () => [])
    this.#remembered = new RecentMap(maxRemembered)
  }

  add(position: number, texts: readonly string[]): void {
    this.#groups[position] = texts
    this.#literals = undefined
    this.#remembered &&= new RecentMap(maxRemembered)
  }

  mark(event: Event, marks: Uint32Array): void {
    const text = fieldText(event, this.#field)
    if (text === '') return
    const { length } = text
    if (this.#remembered === null || length < shortestRemembered || length > longestRemembered) {
      this.#search(text, marks)
      return
    }
    const found = this.#find(text, marks.length)
    for (let word = 0; word < marks.length; word++) marks[word]! |= found[word]!
  }

  #find(text: string, words: number): Uint32Array {
    const known = this.#remembered?.get(text)
    if (this.#asked++ === trialLength) this.#judge()
    if (known) return known
    this.#missed++
    const found = new Uint32Array(words)
    this.#search(text, found)
    this.#remembered?.set(text, found)
    return found
  }

  #judge(): void {
    if (this.#missed > (1 - leastHits) * this.#asked) this.#remembered = null
    this.#asked = 0
    this.#missed = 0
  }

  #search(text: string, marks: Uint32Array): void {
    this.#literals ??= foldedLiterals(this.#groups)
    this.#literals.mark(text, marks)
  }
}

function setBit(marks: Uint32Array, position: number): void {
  marks[position >>> 5]! |= 1 << (position & 31)
}
