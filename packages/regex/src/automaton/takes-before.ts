import { assertionHolds } from './assertion.ts'
import { operation, type Program } from './program.ts'
import { nextWalk, scratchFor } from './scratch.ts'
import { SourceEdges } from './source-edges.ts'
import type { InstructionSet } from './state-table.ts'

/** What lies before a place, as far as that does not depend on the character there. */
export interface Before {
  /** The instructions that get to the place with the character before it, if it is one of theirs. */
  readonly takes: InstructionSet
  /** Least number of an expression that can start at the place; -1 for none. */
  readonly found: number
  /** Whether the sides of the place had a say in it. */
  readonly sided: boolean
}

/** Goes backwards over the instructions of a program that take no character. */
export class TakesBefore {
  private readonly program: Program
  private readonly edges: SourceEdges
  private readonly words: number
  /** The instructions that take each letter, as they are asked for. */
  private byLetter: (InstructionSet | undefined)[] = []
  private lettersKnown = 0

  constructor(program: Program) {
    this.program = program
    this.edges = new SourceEdges(program)
    this.words = (program.operations.length + 31) >> 5
  }

  get bytes(): number {
    return this.lettersKnown * (this.words * 4 + 100)
  }

  clear(): void {
    this.byLetter = []
    this.lettersKnown = 0
  }

  /** The instructions that take the letter. */
  ofLetter(letter: number): InstructionSet {
    const known = this.byLetter[letter]
    if (known) return known
    const takes = this.takersOf(letter)
    this.byLetter[letter] = takes
    this.lettersKnown++
    return takes
  }

  private takersOf(letter: number): InstructionSet {
    const { operations, x, alphabet } = this.program
    const takes = new Uint32Array(this.words)
    for (let index = 0; index < operations.length; index++)
      if (operations[index] === operation.take && alphabet.has(x[index] ?? 0, letter)) add(takes, index)
    return takes
  }

  /**
   * What lies before a place whose neighbours are on the given sides and from which the instructions can reach a match;
   * without any, a place at which the match ends.
   */
  find(instructions: InstructionSet | undefined, left: number, right: number): Before {
    const { operations, x, starts } = this.program
    const { starts: edgeStarts, sources } = this.edges
    const { marks, stack } = scratchFor(operations.length)
    const walk = nextWalk()
    const takes = new Uint32Array(this.words)
    let sided = false
    let height = instructions ? pushMembers(instructions, stack) : pushMatch(stack)
    for (let i = 0; i < height; i++) marks[stack[i] as number] = walk
    while (height > 0) {
      const target = stack[--height] as number
      const end = edgeStarts[target + 1] as number
      for (let i = edgeStarts[target] as number; i < end; i++) {
        const source = sources[i] as number
        const code = operations[source]
        if (code === operation.take) {
          add(takes, source)
          continue
        }
        if (marks[source] === walk) continue
        if (code === operation.assert) {
          sided = true
          if (!assertionHolds(x[source] as number, left, right)) continue
        }
        marks[source] = walk
        stack[height++] = source
      }
    }
    return { takes, sided, found: starts.findIndex((start) => marks[start] === walk) }
  }
}

function add(set: InstructionSet, instruction: number): void {
  const word = instruction >> 5
  set[word] = (set[word] as number) | (1 << (instruction & 31))
}

function pushMatch(stack: Int32Array): number {
  stack[0] = 0
  return 1
}

/** Puts the members of the set on the stack and returns how many there are. */
function pushMembers(set: InstructionSet, stack: Int32Array): number {
  let depth = 0
  for (let index = 0; index < set.length; index++) {
    for (let word = set[index] as number; word !== 0; word &= word - 1) {
      stack[depth++] = index * 32 + 31 - Math.clz32(word & -word)
    }
  }
  return depth
}
