import { directCharacters, side } from './alphabet.ts'
import { type Cache, reportGrowth } from './cache-budget.ts'
import type { Program } from './program.ts'
import { type InstructionSet, StateTable, unknown } from './state-table.ts'
import { type Before, TakesBefore } from './takes-before.ts'

/** The answer of a scan that needed more states than it may keep. */
export const scanTooLarge = -2

/** Most bytes of states and transitions that one scan may need. */
const maxBytes = 1 << 24
/** How many values a side has. */
const sides = Object.keys(side).length
/** What a scan has left is dropped before the next one if it is more than this. */
const maxKeptBytes = 1 << 21

/**
 * Reads texts from the end to the start and knows at each place which instructions of the program can still
 * reach a match from there: a deterministic automaton over sets of instructions, built as texts need it. The
 * first place from which a match can be reached is where the leftmost match starts.
 */
export class BackwardScanner implements Cache {
  private readonly program: Program
  private readonly takesBefore: TakesBefore
  private readonly wordsPerSet: number
  /** Letters, and one for the start of the text. */
  private readonly width: number
  private readonly nothing: InstructionSet
  private table: StateTable
  /** What lies before the end of a match, by its sides: the same whatever the state. */
  private bases = new Map<number, Before>()
  /** What lies before the places of a state: one for all sides left of them, or one for each. */
  private befores = new Map<number, Before>()
  /** The transition that is being computed. */
  private readonly taking: InstructionSet
  /** The least number of an expression that can start at a transition, for programs of several. */
  private found = new Map<number, number>()
  private reported = 0
  /** Goes up when states are numbered anew. */
  generation = 0

  constructor(program: Program) {
    this.program = program
    this.takesBefore = new TakesBefore(program)
    this.wordsPerSet = (program.operations.length + 31) >> 5
    this.width = program.alphabet.size + 1
    this.nothing = new Uint32Array(this.wordsPerSet)
    this.taking = new Uint32Array(this.wordsPerSet)
    this.table = this.newTable()
  }

  private newTable(): StateTable {
    const table = new StateTable(this.width, this.wordsPerSet)
    table.stateFor(this.nothing, side.none)
    return table
  }

  get bytes(): number {
    return this.stateBytes + this.takesBefore.bytes + this.found.size * 40
  }

  /** What grows with the states. */
  private get stateBytes(): number {
    return this.table.bytes + (this.bases.size + this.befores.size) * (this.wordsPerSet * 4 + 160)
  }

  clear(): void {
    this.table = this.newTable()
    this.takesBefore.clear()
    this.bases = new Map()
    this.befores = new Map()
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
    if (this.stateBytes > maxKeptBytes) this.clear()
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
        if (this.stateBytes > maxBytes) {
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
    const atTextStart = letter === alphabet.size
    const left = !asserts || atTextStart ? side.none : alphabet.sideOf(letter)
    const own = this.beforeState(state, left)
    const base = this.beforeMatch(left, this.table.rightSideOf(state))
    const { taking } = this
    if (atTextStart) taking.fill(0)
    else {
      const takesLetter = this.takesBefore.ofLetter(letter)
      for (let i = 0; i < taking.length; i++)
        taking[i] = ((own.takes[i] as number) | (base.takes[i] as number)) & (takesLetter[i] as number)
    }
    const found = least(own.found, base.found)
    const step = this.table.stateFor(taking, left) * 2 + (found < 0 ? 0 : 1)
    const transition = state * this.width + letter
    this.table.transitions[transition] = step
    if (found > 0 && starts.length > 1) this.found.set(transition, found)
    return step
  }

  /** What all letters of a side have in common takes most of the time: it is found once for them, or for all. */
  private beforeState(state: number, left: number): Before {
    const ofState = state * (sides + 1)
    let before = this.befores.get(ofState) ?? this.befores.get(ofState + 1 + left)
    if (!before) {
      before = this.takesBefore.find(this.table.setOf(state), left, this.table.rightSideOf(state))
      this.befores.set(before.sided ? ofState + 1 + left : ofState, before)
    }
    return before
  }

  private beforeMatch(left: number, right: number): Before {
    const key = left * sides + right
    let base = this.bases.get(key)
    if (!base) {
      base = this.takesBefore.find(undefined, left, right)
      this.bases.set(key, base)
    }
    return base
  }
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
