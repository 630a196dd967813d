/** Literals as a tree of their beginnings, with for each node where to go on when the next unit does not fit. */
export interface Trie {
  /** Number of nodes; node 0 is the root, and every node comes after its `suffix`. */
  readonly size: number
  /** The unit that leads to the node. */
  readonly units: Uint16Array
  readonly parents: Int32Array
  /** The node of the longest proper suffix of the node's text that is in the tree. */
  readonly suffixes: Int32Array
  /** Length of the node's text in UTF-16 units. */
  readonly depths: Int32Array
  /** Index of the first literal that is the node's text; -1 for none. */
  readonly literals: Int32Array
  /** The node of the longest suffix that is a literal, the node itself included; 0 for none. */
  readonly hits: Int32Array
  /** The child of the node by the unit; -1 for none. */
  childOf(node: number, unit: number): number
}

/** Builds the tree of the literals, nodes in order of depth. */
export function buildTrie(literals: readonly string[]): Trie {
  const draft = new TrieDraft()
  literals.forEach((literal, index) => draft.add(literal, index))
  return draft.finish()
}

class TrieDraft {
  private readonly children: (Map<number, number> | undefined)[] = [undefined]
  private readonly literals: number[] = [-1]

  add(literal: string, index: number): void {
    let node = 0
    for (let i = 0; i < literal.length; i++) {
      const below = (this.children[node] ??= new Map())
      const unit = literal.charCodeAt(i)
      let child = below.get(unit)
      if (child === undefined) {
        child = this.literals.push(-1) - 1
        this.children.push(undefined)
        below.set(unit, child)
      }
      node = child
    }
    if ((this.literals[node] ?? -1) < 0) this.literals[node] = index
  }

  /** Numbers the nodes by depth and links them. */
  finish(): Trie {
    const size = this.literals.length
    const units = new Uint16Array(size)
    const parents = new Int32Array(size)
    const depths = new Int32Array(size)
    const literals = new Int32Array(size)
    const children: (Map<number, number> | undefined)[] = []
    const drafts = [0]
    for (let node = 0; node < size; node++) {
      const draft = drafts[node] ?? 0
      literals[node] = this.literals[draft] ?? -1
      const below = this.children[draft]
      if (!below) continue
      const numbered = new Map<number, number>()
      for (const [unit, child] of below) {
        const number = drafts.push(child) - 1
        units[number] = unit
        parents[number] = node
        depths[number] = (depths[node] ?? 0) + 1
        numbered.set(unit, number)
      }
      children[node] = numbered
    }
    const childOf = (node: number, unit: number): number => children[node]?.get(unit) ?? -1
    const suffixes = linkSuffixes(size, units, parents, childOf)
    const hits = new Int32Array(size)
    for (let node = 1; node < size; node++) {
      hits[node] = (literals[node] ?? -1) >= 0 ? node : (hits[suffixes[node] ?? 0] ?? 0)
    }
    return { size, units, parents, suffixes, depths, literals, hits, childOf }
  }
}

function linkSuffixes(
  size: number,
  units: Uint16Array,
  parents: Int32Array,
  childOf: (node: number, unit: number) => number,
): Int32Array {
  const suffixes = new Int32Array(size)
  for (let node = 1; node < size; node++) {
    const unit = units[node] ?? 0
    let from = parents[node] ?? 0
    if (from === 0) continue
    let found = -1
    while (found < 0 && from !== 0) {
      from = suffixes[from] ?? 0
      found = childOf(from, unit)
    }
    suffixes[node] = Math.max(0, found)
  }
  return suffixes
}
