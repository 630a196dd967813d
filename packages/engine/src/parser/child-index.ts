import { type FoldedLiterals, foldedLiterals } from '@tocsin/regex'
import type { Event } from '../event.ts'
import { FieldKey } from '../field-key.ts'
import type { GrokInput, GrokStep } from './grok-step.ts'

/** Fewer groks are tried one after the other as fast. */
const fewestGroks = 4

/** A child of a node that is nothing but a grok with its statics: where the grok fails, nothing has happened. */
export interface GrokChild {
  readonly grok: GrokStep
  /** The child's place among the node's children. */
  readonly place: number
}

/**
 * Tells which of a node's children may match by one pass over the text that their groks search: each grok needs one of
 * a few texts, such as `Failed password for`.
 */
export class ChildIndex {
  /** Of the parsed field that the groks search; null for the raw line. */
  readonly #key: FieldKey | null
  /** By place: whether a child is nothing but a grok. */
  readonly #groks: readonly boolean[]
  readonly #literals: FoldedLiterals
  readonly #indexed: Uint32Array
  readonly #marks: Uint32Array

  /** Null where it would save nothing. */
  static of(children: readonly GrokChild[], count: number): ChildIndex | null {
    const [first] = children
    if (first === undefined) return null
    const { input } = first.grok
    const groups = Array.from({ length: count }, (): readonly string[] => [])
    let groks = 0
    for (const { grok, place } of children) {
      const texts = isSameInput(grok.input, input) ? grok.requiredTexts() : null
      if (texts === null) continue
      groups[place] = texts
      groks++
    }
    const isGrok = groups.map((_, at) => children.some(({ place }) => place === at))
    return groks < fewestGroks ? null : new ChildIndex(input, groups, isGrok)
  }

  private constructor(input: GrokInput, groups: readonly (readonly string[])[], isGrok: readonly boolean[]) {
    this.#groks = isGrok
    this.#key = input.kind === 'parsed' ? new FieldKey(input.key) : null
    this.#literals = foldedLiterals(groups)
    this.#indexed = new Uint32Array((groups.length + 31) >>> 5)
    this.#marks = new Uint32Array(this.#indexed.length)
    for (const [place, texts] of groups.entries()) {
      if (texts.length > 0) this.#indexed[place >>> 5]! |= 1 << (place & 31)
    }
  }

  /** Whether a child is nothing but a grok: where it fails, nothing has changed. */
  isGrok(place: number): boolean {
    return this.#groks[place] === true
  }

  /** Reads the text of an event, for the questions that follow; to be done again when the event may have changed. */
  read(event: Event): void {
    const text = this.#key === null ? event.line.raw : this.#key.get(event.parsed)
    this.#marks.fill(0)
    if (text !== undefined) this.#literals.mark(text, this.#marks)
  }

  /** Whether a child is known not to match what was read last. */
  rulesOut(place: number): boolean {
    const word = place >>> 5
    return (((this.#indexed[word]! & ~this.#marks[word]!) >>> (place & 31)) & 1) === 1
  }
}

function isSameInput(a: GrokInput, b: GrokInput): boolean {
  if (a.kind === 'parsed') return b.kind === 'parsed' && a.key === b.key
  return a.kind === 'raw' && b.kind === 'raw'
}
