import { type HitSink, StepTable } from './step-table.ts'
import { buildTrie } from './trie.ts'

/** Groups of literals that are looked for together, in one pass over a text whatever their number. */
export interface FoldedLiterals {
  /**
   * Sets bit `i & 31` of word `i >>> 5` for each group `i` that has a literal in the text, ASCII letters of either case
   * being the same, and likewise what upper- or lower-casing makes an ASCII letter of. Clears nothing.
   */
  mark(text: string, marks: Uint32Array): void
}

/** Makes groups of ASCII lower case literals; none may be empty. */
export function foldedLiterals(groups: readonly (readonly string[])[]): FoldedLiterals {
  const owners = new Map<string, number[]>()
  for (const [group, literals] of groups.entries()) {
    for (const literal of literals) {
      const known = owners.get(literal)
      if (!known) owners.set(literal, [group])
      else if (known.at(-1) !== group) known.push(group)
    }
  }
  return new GroupedLiterals([...owners.keys()], [...owners.values()])
}

const noMarks = new Uint32Array()

class GroupedLiterals implements FoldedLiterals, HitSink {
  private readonly table: StepTable
  /** The groups of the literals that end at a node, for the nodes at the end of one. */
  private readonly groups: readonly (readonly number[] | undefined)[]
  private marks: Uint32Array = noMarks

  constructor(literals: readonly string[], owners: readonly (readonly number[])[]) {
    const trie = buildTrie(literals)
    this.table = new StepTable(trie, true)
    const groups: (readonly number[] | undefined)[] = []
    // A node comes after its suffix: what ends there is known already.
    for (let node = 1; node < trie.size; node++) {
      const hit = trie.hits[node] ?? 0
      if (hit === 0) continue
      if (hit !== node) {
        groups[node] = groups[hit]
        continue
      }
      const own = owners[trie.literals[node] ?? 0] ?? []
      const shorter = groups[trie.hits[trie.suffixes[node] ?? 0] ?? 0]
      groups[node] = shorter ? [...new Set([...own, ...shorter])] : own
    }
    this.groups = groups
  }

  mark(text: string, marks: Uint32Array): void {
    this.marks = marks
    this.table.eachHit(text, this)
    this.marks = noMarks
  }

  hit(node: number): void {
    const groups = this.groups[node]
    if (groups === undefined) return
    const { marks } = this
    for (let at = 0; at < groups.length; at++) {
      const group = groups[at]!
      marks[group >>> 5]! |= 1 << (group & 31)
    }
  }
}
