import { directCharacters, side } from './alphabet.ts'
import { assertionHolds } from './assertion.ts'
import { type Cache, reportGrowth } from './cache-budget.ts'
import { operation, type Program } from './program.ts'
import { nextWalk, scratchFor } from './scratch.ts'
import { SourceEdges } from './source-edges.ts'
import { type InstructionSet, StateTable, unknown } from './state-table.ts'

/** The answer of a scan that needed more states than it may keep. */
export const scanTooLarge = -2

/** Most bytes of states and transitions that one scan may need. */
const maxBytes = 1 << 24
/** What a scan has left is dropped before the next one if it is more than this. */
const maxKeptBytes = 1 << 21

/** What is reached from the match alone, whatever the state: the same at every place with such neighbours. */
interface Base {
  readonly taking: InstructionSet
  /** Least number of an expression that can match nothing there; -1 for none. */
  readonly found: number
}

/**
 * Reads texts from the end to the start and knows at each place which instructions of the program can still
 * reach a match from there: a deterministic automaton over sets of instructions, built as texts need it. The
 * first place from which a match can be reached is where the leftmost match starts.
 */
export class BackwardScanner implements Cache {
  private readonly program: Program
  private readonly edges: SourceEdges
  private readonly wordsPerSet: number
  /** Letters, and one for the start of the text. */
  private readonly width: number
  private readonly nothing: InstructionSet
  private table: StateTable
  private bases = new Map<number, Base>()
  /** The least number of an expression that can start at a transition, for programs of several. */
  private found = new Map<number, number>()
  private reported = 0
  /** Goes up when states are numbered anew. */
  generation = 0

  constructor(program: Program) {
    this.program = program
    this.edges = new SourceEdges(program)
    this.wordsPerSet = (program.operations.length + 31) >> 5
    this.width = program.alphabet.size + 1
    this.nothing = new Uint32Array(this.wordsPerSet)
    this.table = this.newTable()
  }

  private newTable(): StateTable {
    const table = new StateTable(this.width, this.wordsPerSet)
    table.stateFor(this.nothing, side.none)
    return table
  }

  get bytes(): number {
    return this.table.bytes + this.bases.size * (this.wordsPerSet * 4 + 100) + this.found.size * 40
  }

  clear(): void {
    this.table = this.newTable()
    this.bases = new Map()
    this.found = new Map()
    this.reported = 0
    this.generation++
  }

  /**
   * Where the leftmost match of the text starts: -1 for no match, or `scanTooLarge`. `states`, if given, gets
   * for each place the number of the state there.
   */
  findStart(text: string, states: Int32Array): number {
    return this.scan(text, states, undefined, false)
  }

  /** Whether the text has a match. */
  hasMatch(text: string): boolean {
    return this.scan(text, undefined, undefined, true) >= 0
  }

  /** The number of the first expression that has a match in the text; -1 if none has. */
  firstExpression(text: string): number {
    const least = { expression: -1 }
    this.scan(text, undefined, least, false)
    return least.expression
  }

  /** The instructions that take a character and can reach a match from a place with the state. */
  aliveIn(state: number): InstructionSet {
    return this.table.setOf(state) ?? this.nothing
  }

  private scan(
    text: string,
    states: Int32Array | undefined,
    least: { expression: number } | undefined,
    any: boolean,
  ): number {
    if (this.table.bytes > maxKeptBytes) this.clear()
    const { alphabet } = this.program
    const { direct } = alphabet
    const { width } = this
    let { transitions } = this.table
    let state = 0
    let start = -1
    let place = text.length
    for (;;) {
      let next = place - 1
      let letter = width - 1
      if (next >= 0) {
        const unit = text.charCodeAt(next)
        if (unit < directCharacters) letter = direct[unit] as number
        else {
          if (isLow(unit) && next > 0 && isHigh(text.charCodeAt(next - 1))) next--
          letter = alphabet.letterOf(text.codePointAt(next) as number)
        }
      }
      let step = transitions[state * width + letter] as number
      if (step === unknown) {
        if (this.table.bytes > maxBytes) {
          if (states) return scanTooLarge
          state = this.startOver(state)
        }
        step = this.addTransition(state, letter)
        transitions = this.table.transitions
      }
      if ((step & 1) === 1) {
        start = place
        if (least) this.noteFound(state * width + letter, least)
        if (any) break
      }
      if (place === 0) break
      state = step >> 1
      if (states) states[next] = state
      place = next
    }
    this.report()
    return start
  }

  /** Drops everything but the state, and returns its new number. */
  private startOver(state: number): number {
    const set = this.table.setOf(state) ?? this.nothing
    const rightSide = this.table.rightSideOf(state)
    this.clear()
    return this.table.stateFor(set, rightSide)
  }

  private report(): void {
    const { bytes } = this
    if (bytes === this.reported) return
    const growth = bytes - this.reported
    this.reported = bytes
    reportGrowth(this, growth)
  }

  private noteFound(transition: number, least: { expression: number }): void {
    const expression = this.found.get(transition) ?? 0
    if (least.expression < 0 || expression < least.expression) least.expression = expression
  }

  /** Computes and returns the transition from the state over the letter to its left. */
  private addTransition(state: number, letter: number): number {
    const { alphabet, starts, asserts } = this.program
    const left = letter === alphabet.size ? side.none : alphabet.sideOf(letter)
    const right = this.table.rightSideOf(state)
    const base = this.baseFor(letter, left, right)
    const taking = base.taking.slice()
    const { stack } = scratchFor(this.program.operations.length)
    const depth = pushMembers(this.table.setOf(state), stack)
    const own = depth === 0 ? -1 : this.reach(depth, letter, left, right, taking)
    const found = least(own, base.found)
    const step = this.table.stateFor(taking, asserts ? left : side.none) * 2 + (found < 0 ? 0 : 1)
    const transition = state * this.width + letter
    this.table.transitions[transition] = step
    if (found > 0 && starts.length > 1) this.found.set(transition, found)
    return step
  }

  private baseFor(letter: number, left: number, right: number): Base {
    const key = letter * 4 + right
    let base = this.bases.get(key)
    if (!base) {
      const taking = new Uint32Array(this.wordsPerSet)
      scratchFor(this.program.operations.length).stack[0] = 0
      base = { taking, found: this.reach(1, letter, left, right, taking) }
      this.bases.set(key, base)
    }
    return base
  }

  /**
   * Goes backwards from the instructions on the stack, at a place with the given neighbours: adds to `taking` the
   * instructions that take the letter left of the place to get there, and returns the least number of an
   * expression that can start there, -1 for none.
   */
  private reach(depth: number, letter: number, left: number, right: number, taking: InstructionSet): number {
    const { operations, x, starts, alphabet } = this.program
    const { starts: edgeStarts, sources } = this.edges
    const { marks, stack } = scratchFor(operations.length)
    const walk = nextWalk()
    const atTextStart = letter === alphabet.size
    for (let i = 0; i < depth; i++) marks[stack[i] ?? 0] = walk
    let height = depth
    while (height > 0) {
      const target = stack[--height] ?? 0
      const end = edgeStarts[target + 1] ?? 0
      for (let i = edgeStarts[target] ?? 0; i < end; i++) {
        const source = sources[i] ?? 0
        const code = operations[source]
        if (code === operation.take) {
          if (!atTextStart && alphabet.has(x[source] ?? 0, letter)) {
            taking[source >> 5] = (taking[source >> 5] ?? 0) | (1 << (source & 31))
          }
        } else if (
          marks[source] !== walk &&
          (code !== operation.assert || assertionHolds(x[source] ?? 0, left, right))
        ) {
          marks[source] = walk
          stack[height++] = source
        }
      }
    }
    return starts.findIndex((start) => marks[start] === walk)
  }
}

/** Puts the members of the set on the stack and returns how many there are. */
function pushMembers(set: InstructionSet | undefined, stack: Int32Array): number {
  if (!set) return 0
  let depth = 0
  for (let index = 0; index < set.length; index++) {
    for (let word = set[index] ?? 0; word !== 0; word &= word - 1) {
      stack[depth++] = index * 32 + 31 - Math.clz32(word & -word)
    }
  }
  return depth
}

function least(a: number, b: number): number {
  if (a < 0) return b
  return b < 0 ? a : Math.min(a, b)
}

function isLow(unit: number): boolean {
  return (unit & 0xfc00) === 0xdc00
}

function isHigh(unit: number): boolean {
  return (unit & 0xfc00) === 0xd800
}
