import { StepTable } from './step-table.ts'
import { buildTrie, type Trie } from './trie.ts'

/** A literal found in a text. */
export interface LiteralMatch {
  /** The literal's place in the list. */
  readonly index: number
  /** Start and end in the text, in UTF-16 units. */
  readonly start: number
  readonly end: number
}

/** A list of literals that are looked for together, in one pass over a text. */
export interface LiteralSet {
  /** Whether the text contains one of the literals. */
  test(text: string): boolean
  /** The match that starts first; of several that start there, the one whose literal is first in the list. */
  find(text: string): LiteralMatch | null
}

/** Makes a set of the literals. Case counts; the empty literal is in every text. */
export function literalSet(literals: readonly string[]): LiteralSet {
  return new AhoCorasick(literals)
}

class AhoCorasick implements LiteralSet {
  private readonly trie: Trie
  private readonly table: StepTable
  /** Index of the first empty literal; -1 for none. */
  private readonly empty: number

  constructor(literals: readonly string[]) {
    this.trie = buildTrie(literals)
    this.table = new StepTable(this.trie)
    this.empty = literals.indexOf('')
  }

  test(text: string): boolean {
    return this.empty >= 0 || this.table.reachesHit(text)
  }

  find(text: string): LiteralMatch | null {
    const { trie, table } = this
    let best: LiteralMatch | null = this.empty < 0 ? null : { index: this.empty, start: 0, end: 0 }
    let node = 0
    for (let end = 1; end <= text.length; end++) {
      node = table.step(node, text.charCodeAt(end - 1))
      best = this.betterEnding(node, end, best)
      // What may still be found starts no earlier than the text of the node.
      if (best && end - (trie.depths[node] ?? 0) > best.start) break
    }
    return best
  }

  /** The better of a match and those that end at the node. */
  private betterEnding(node: number, end: number, match: LiteralMatch | null): LiteralMatch | null {
    const { hits, depths, literals, suffixes } = this.trie
    let best = match
    for (let hit = hits[node] ?? 0; hit !== 0; hit = hits[suffixes[hit] ?? 0] ?? 0) {
      const start = end - (depths[hit] ?? 0)
      const index = literals[hit] ?? 0
      if (!best || start < best.start || (start === best.start && index < best.index))
        best = { index, start, end }
    }
    return best
  }
}
