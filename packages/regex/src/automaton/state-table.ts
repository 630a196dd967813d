/** A set of instructions as bits, 32 a word. */
export type InstructionSet = Uint32Array

/** What stands in a transition that has not been computed. */
export const unknown = -1

/**
 * The states of a deterministic automaton, numbered from 0, and its transitions. A state is a set of instructions
 * and the `side` of the character right of it.
 */
export class StateTable {
  private readonly width: number
  private readonly wordsPerSet: number
  private readonly sets: InstructionSet[] = []
  private readonly rightSides: number[] = []
  private readonly byHash = new Map<number, number[]>()
  /** For each state and letter the state left of it, doubled, plus 1 if a match can start; or `unknown`. */
  transitions: Int32Array

  /** `width`: letters; `wordsPerSet`: length of each set. */
  constructor(width: number, wordsPerSet: number) {
    this.width = width
    this.wordsPerSet = wordsPerSet
    this.transitions = new Int32Array(8 * width).fill(unknown)
  }

  get bytes(): number {
    return this.transitions.length * 4 + this.sets.length * (this.wordsPerSet * 4 + 100)
  }

  setOf(state: number): InstructionSet | undefined {
    return this.sets[state]
  }

  rightSideOf(state: number): number {
    return this.rightSides[state] ?? 0
  }

  /** The number of the state, which is added if it is new, with a copy of the set. */
  stateFor(set: InstructionSet, rightSide: number): number {
    const hash = hashOf(set, rightSide)
    const candidates = this.byHash.get(hash)
    for (const candidate of candidates ?? []) {
      if (this.rightSides[candidate] === rightSide && isSame(this.sets[candidate], set)) return candidate
    }
    const state = this.sets.push(set.slice()) - 1
    this.rightSides.push(rightSide)
    if (candidates) candidates.push(state)
    else this.byHash.set(hash, [state])
    if ((state + 1) * this.width > this.transitions.length) this.grow()
    return state
  }

  private grow(): void {
    const grown = new Int32Array(this.transitions.length * 2).fill(unknown, this.transitions.length)
    grown.set(this.transitions)
    this.transitions = grown
  }
}

function hashOf(set: InstructionSet, rightSide: number): number {
  let hash = rightSide
  for (const word of set) {
    hash = Math.imul(hash ^ word, 0x9e3779b1)
    hash ^= hash >>> 15
  }
  return hash
}

function isSame(a: InstructionSet | undefined, b: InstructionSet): boolean {
  if (!a) return false
  for (let i = 0; i < b.length; i++) if (a[i] !== b[i]) return false
  return true
}
