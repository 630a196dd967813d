import type { Trie } from './trie.ts'

/** Most entries of the table; a larger tree is walked along its links instead. */
const maxEntries = 1 << 22
const directUnits = 256

/** Units beside A to Z that fold to a letter: dotted and dotless i, long s, the sign of Kelvin. */
const foldedUnits: readonly (readonly [unit: number, letter: string])[] = [
  [0x130, 'i'],
  [0x131, 'i'],
  [0x17f, 's'],
  [0x212a, 'k'],
]

/** Takes the nodes at the end of a literal that a walk comes to. */
export interface HitSink {
  hit(node: number): void
}

/** The next node of a tree of literals by node and unit, in one look-up where memory allows. */
export class StepTable {
  private readonly trie: Trie
  private readonly folded: boolean
  /** Column of each unit below 256; units in no literal share column 0. */
  private readonly direct = new Uint16Array(directUnits)
  private readonly others = new Map<number, number>()
  private width = 1
  /** The next node, or its complement if a literal ends there, by node and column. */
  private readonly next: Int32Array | undefined

  /** `folded`: units that upper- or lower-casing makes an ASCII letter of are that letter; literals are lower case. */
  constructor(trie: Trie, folded = false) {
    this.trie = trie
    this.folded = folded
    for (let node = 1; node < trie.size; node++) this.addColumn(trie.units[node] ?? 0)
    if (folded) this.foldCase()
    this.next = trie.size * this.width <= maxEntries ? this.fill() : undefined
  }

  /** Whether memory allowed the table. */
  get isTable(): boolean {
    return this.next !== undefined
  }

  private addColumn(unit: number): void {
    if (this.columnOf(unit) !== 0) return
    if (unit < directUnits) this.direct[unit] = this.width
    else this.others.set(unit, this.width)
    this.width++
  }

  private foldCase(): void {
    for (let upper = 0x41; upper <= 0x5a; upper++) this.direct[upper] = this.columnOf(upper + 0x20)
    for (const [unit, letter] of foldedUnits) this.others.set(unit, this.columnOf(letter.charCodeAt(0)))
  }

  private columnOf(unit: number): number {
    return unit < directUnits ? (this.direct[unit] ?? 0) : (this.others.get(unit) ?? 0)
  }

  private fill(): Int32Array {
    const { trie, width } = this
    const next = new Int32Array(trie.size * width)
    let child = 1
    for (let node = 0; node < trie.size; node++) {
      // The row of the suffix, which comes before the node, holds where to go where no child fits.
      const suffix = (trie.suffixes[node] ?? 0) * width
      if (node > 0) next.copyWithin(node * width, suffix, suffix + width)
      // Nodes are numbered by depth, so children follow one another in the order of their parents.
      for (; child < trie.size && trie.parents[child] === node; child++) {
        const isHit = (trie.hits[child] ?? 0) !== 0
        next[node * width + this.columnOf(trie.units[child] ?? 0)] = isHit ? ~child : child
      }
    }
    return next
  }

  /** The node reached from the node over the unit. */
  step(node: number, unit: number): number {
    const { next, trie } = this
    if (next) {
      const entry = next[node * this.width + this.columnOf(unit)] ?? 0
      return entry < 0 ? ~entry : entry
    }
    let from = node
    const wanted = this.folded ? foldUnit(unit) : unit
    for (;;) {
      const child = trie.childOf(from, wanted)
      if (child >= 0) return child
      if (from === 0) return 0
      from = trie.suffixes[from] ?? 0
    }
  }

  /** Whether the walk over the text from the root comes to the end of a literal. */
  reachesHit(text: string): boolean {
    const { next, width, direct, others } = this
    if (!next) return this.reachesHitSlowly(text)
    let node = 0
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i)
      const column = unit < directUnits ? (direct[unit] ?? 0) : (others.get(unit) ?? 0)
      node = next[node * width + column] ?? 0
      if (node < 0) return true
    }
    return false
  }

  /** Tells of each node at the end of a literal that the walk over the text comes to. */
  eachHit(text: string, sink: HitSink): void {
    const { next, width, direct, others } = this
    let node = 0
    if (!next) {
      for (let i = 0; i < text.length; i++) {
        node = this.step(node, text.charCodeAt(i))
        if ((this.trie.hits[node] ?? 0) !== 0) sink.hit(node)
      }
      return
    }
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i)
      const column = unit < directUnits ? direct[unit]! : (others.get(unit) ?? 0)
      node = next[node * width + column]!
      if (node >= 0) continue
      node = ~node
      sink.hit(node)
    }
  }

  private reachesHitSlowly(text: string): boolean {
    const { hits } = this.trie
    let node = 0
    for (let i = 0; i < text.length; i++) {
      node = this.step(node, text.charCodeAt(i))
      if ((hits[node] ?? 0) !== 0) return true
    }
    return false
  }
}

function foldUnit(unit: number): number {
  if (unit >= 0x41 && unit <= 0x5a) return unit + 0x20
  if (unit < directUnits) return unit
  return foldedUnits.find(([folded]) => folded === unit)?.[1].charCodeAt(0) ?? unit
}
