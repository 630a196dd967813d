import type { CodeRanges } from '../syntax/code-ranges.ts'
import type { Assertion, RegexNode, RepeatNode } from '../syntax/node.ts'
import { Alphabet } from './alphabet.ts'

/** What an instruction does. */
export const operation = {
  /** The end of a match. */
  match: 0,
  /** Takes one character of the set `x`, then goes to `y`. */
  take: 1,
  /** Tries `x` first, then `y`. */
  split: 2,
  /** Writes the place into slot `x`, then goes to `y`. */
  save: 3,
  /** Goes to `y` if the assertion `x` holds. */
  assert: 4,
} as const

const assertionCodes: readonly Assertion[] = [
  'textStart',
  'textEnd',
  'lineStart',
  'lineEnd',
  'wordBoundary',
  'notWordBoundary',
]

/** The numbers that stand for assertions in a program. */
export const assertionCode = Object.fromEntries(
  assertionCodes.map((assertion, code) => [assertion, code]),
) as Readonly<Record<Assertion, number>>

/** Expressions as one nondeterministic automaton, in arrays by instruction. Instruction 0 is the match. */
export interface Program {
  readonly operations: Uint8Array
  readonly x: Int32Array
  readonly y: Int32Array
  /** First instruction of each expression. */
  readonly starts: Int32Array
  readonly alphabet: Alphabet
  /** Whether any assertion is in it. */
  readonly asserts: boolean
}

/** Largest number of states of a program. */
const maxStates = 1 << 16
/** Most different sets of characters, times the places where they begin and end. */
const maxAlphabetWork = 1 << 23

/**
 * Compiles the expressions, as RE2 does, with all counts written out. Undefined if they are too large or have too
 * many different sets of characters.
 */
export function compileProgram(roots: readonly RegexNode[]): Program | undefined {
  if (roots.reduce((sum, { size }) => sum + size, 0) > maxStates) return undefined
  return new ProgramBuilder().build(roots)
}

class ProgramBuilder {
  private readonly operations: number[] = []
  private readonly x: number[] = []
  private readonly y: number[] = []
  private readonly sets: CodeRanges[] = []
  private readonly setNumbers = new Map<string, number>()
  /** Numbers of the sets of one code point. */
  private readonly literalNumbers = new Map<number, number>()
  private asserts = false

  build(roots: readonly RegexNode[]): Program | undefined {
    const match = this.add(operation.match, 0, 0)
    const starts = Int32Array.from(roots, (root) => this.compile(root, match))
    const edges = this.sets.reduce((sum, set) => sum + set.length, 0)
    if (edges * this.sets.length > maxAlphabetWork) return undefined
    return {
      operations: Uint8Array.from(this.operations),
      x: Int32Array.from(this.x),
      y: Int32Array.from(this.y),
      starts,
      alphabet: new Alphabet(this.sets, this.asserts),
      asserts: this.asserts,
    }
  }

  private add(code: number, x: number, y: number): number {
    this.operations.push(code)
    this.x.push(x)
    this.y.push(y)
    return this.operations.length - 1
  }

  /** Adds the node in front of the instruction `next` and returns its first instruction. */
  private compile(node: RegexNode, next: number): number {
    switch (node.kind) {
      case 'empty':
        return next
      case 'literal':
        return this.add(operation.take, this.literalNumber(node.orbit), next)
      case 'class':
        return this.add(operation.take, this.setNumber(node.ranges), next)
      case 'assertion':
        this.asserts = true
        return this.add(operation.assert, assertionCode[node.assertion], next)
      case 'group': {
        const end = this.add(operation.save, node.index * 2 + 1, next)
        return this.add(operation.save, node.index * 2, this.compile(node.body, end))
      }
      case 'sequence':
        return node.items.reduceRight((after, item) => this.compile(item, after), next)
      case 'choice':
        return node.items
          .map((item) => this.compile(item, next))
          .reduceRight((rest, first) => this.add(operation.split, first, rest))
      case 'repeat':
        return this.compileRepeat(node, next)
    }
  }

  private literalNumber(orbit: readonly number[]): number {
    const [only] = orbit
    if (only === undefined || orbit.length > 1) return this.setNumber(orbit.flatMap((code) => [code, code]))
    let number = this.literalNumbers.get(only)
    if (number === undefined) {
      number = this.setNumber([only, only])
      this.literalNumbers.set(only, number)
    }
    return number
  }

  private setNumber(ranges: CodeRanges): number {
    const key = ranges.join()
    let number = this.setNumbers.get(key)
    if (number === undefined) {
      number = this.sets.push(ranges) - 1
      this.setNumbers.set(key, number)
    }
    return number
  }

  private compileRepeat({ body, min, max, greedy }: RepeatNode, next: number): number {
    let entry = next
    let copies = min
    if (max === Infinity) {
      entry = this.compileLoop(body, min === 0, greedy, next)
      copies = Math.max(0, min - 1)
    } else {
      for (let i = min; i < max; i++) entry = this.split(this.compile(body, entry), next, greedy)
    }
    for (let i = 0; i < copies; i++) entry = this.compile(body, entry)
    return entry
  }

  private compileLoop(body: RegexNode, optional: boolean, greedy: boolean, next: number): number {
    const again = this.split(next, next, greedy)
    const first = this.compile(body, again)
    if (greedy) this.x[again] = first
    else this.y[again] = first
    if (!optional) return first
    // A body that can be empty must be entered before the loop can be left, as in RE2.
    return body.nullable ? this.split(first, next, greedy) : again
  }

  private split(body: number, next: number, greedy: boolean): number {
    return greedy ? this.add(operation.split, body, next) : this.add(operation.split, next, body)
  }
}
