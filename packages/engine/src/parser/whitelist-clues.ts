import type { Event } from '../event.ts'
import { ClueIndex } from '../clue-index.ts'
import type { ParserNode } from './node.ts'

/**
 * Tells which whitelists of a stage cannot let an event off by their expressions: most of them look for a few texts in a
 * path, and one pass over it tells of all. What it read of an event holds until it is told to forget it.
 */
export class WhitelistClues {
  readonly #index: ClueIndex
  /** By position: whether the node's whitelist is one expression. */
  readonly #isKnown: readonly boolean[]
  readonly #isLearned: Uint8Array
  #marks: Uint32Array | null = null

  constructor(nodes: readonly ParserNode[]) {
    const conditions = nodes.map((node) => node.whitelistCondition)
    this.#index = new ClueIndex(conditions)
    this.#isKnown = conditions.map((condition) => condition !== null)
    this.#isLearned = new Uint8Array(nodes.length)
  }

  /** The event may have changed, or another one comes. */
  forget(): void {
    this.#marks = null
  }

  /** Whether the expressions of the whitelist of the node at a position may hold. */
  mayHold(position: number, event: Event): boolean {
    if (this.#isKnown[position] !== true) return true
    if (this.#isLearned[position] === 0) this.#learn(position)
    const marks = (this.#marks ??= this.#index.read(event))
    return ((marks[position >>> 5]! >>> (position & 31)) & 1) === 1
  }

  #learn(position: number): void {
    this.#index.learn([position])
    this.#isLearned[position] = 1
    this.#marks = null
  }
}
