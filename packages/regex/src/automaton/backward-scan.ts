import { side } from './alphabet.ts'
import { assertionHolds } from './assertion.ts'
import { operation, type Program } from './program.ts'

/** The answer of a scan that needed more states than it may keep. */
export const scanTooLarge = -2

/** Most bytes of states and transitions that one scanner keeps. */
const maxBytes = 1 << 24
/** What is left over after a scan that grew larger than this is dropped. */
const maxKeptBytes = 1 << 21

/**
 * Reads texts from the end to the start and knows at each place which instructions of the program can still
 * reach a match from there: a deterministic automaton over sets of instructions, built as texts need it. The
 * first place from which a match can be reached is where the leftmost match starts.
 */
export class BackwardScanner {
  private readonly program: Program
  /** For each instruction the ones that lead to it, as a run of `sources` from its entry in `sourceStarts`. */
  private readonly sourceStarts: Int32Array
  private readonly sources: Int32Array
  private readonly words: number
  private readonly width: number
  private transitions = new Int32Array(0)
  private sets: Uint32Array[] = []
  private rightSides: number[] = []
  private byHash = new Map<number, number[]>()
  private readonly reached: Uint32Array
  private round = 0
  private readonly stack: Int32Array

  constructor(program: Program) {
    this.program = program
    const size = program.operations.length
    this.words = (size + 31) >> 5
    this.width = program.alphabet.size + 1
    ;[this.sourceStarts, this.sources] = invert(program)
    this.reached = new Uint32Array(size)
    this.stack = new Int32Array(size + 1)
    this.reset()
  }

  private reset(): void {
    this.sets = []
    this.rightSides = []
    this.byHash = new Map()
    this.transitions = new Int32Array(16 * this.width).fill(-1)
    this.stateFor(new Uint32Array(this.words), side.none)
  }

  private get bytes(): number {
    return this.transitions.length * 4 + this.sets.length * (this.words * 4 + 64)
  }

  /**
   * Where the leftmost match of the text starts: -1 for no match, or `scanTooLarge`. `states`, if given, gets
   * for each place the number of the state there. With `any` the scan ends at the first place found, which
   * need not be the leftmost.
   */
  scan(text: string, states: Int32Array | undefined, any: boolean): number {
    if (this.bytes > maxKeptBytes) this.reset()
    const { alphabet } = this.program
    const { direct } = alphabet
    const { width } = this
    let state = 0
    let start = -1
    let place = text.length
    while (place > 0) {
      let unit = text.charCodeAt(place - 1)
      let next = place - 1
      let letter: number
      if (unit < 256) letter = direct[unit] ?? 0
      else {
        if ((unit & 0xfc00) === 0xdc00 && next > 0 && (text.charCodeAt(next - 1) & 0xfc00) === 0xd800) {
          next--
          unit = text.codePointAt(next) ?? 0
        }
        letter = alphabet.letterOf(unit)
      }
      let step = this.transitions[state * width + letter] ?? -1
      if (step < 0) {
        step = this.addTransition(state, letter)
        if (step < 0) return scanTooLarge
      }
      if ((step & 1) === 1) {
        start = place
        if (any) return start
      }
      state = step >> 1
      if (states) states[next] = state
      place = next
    }
    const last = this.transitions[state * width + width - 1] ?? -1
    const step = last < 0 ? this.addTransition(state, width - 1) : last
    if (step < 0) return scanTooLarge
    return (step & 1) === 1 ? 0 : start
  }

  /** Whether the instruction, which takes a character, can reach a match from a place with the state. */
  isAlive(state: number, instruction: number): boolean {
    const word = this.sets[state]?.[instruction >> 5] ?? 0
    return ((word >> (instruction & 31)) & 1) === 1
  }

  /**
   * The state left of a character of the letter, doubled, plus 1 if a match can start right of it. The last
   * letter stands for the start of the text. -1 if the scanner is full.
   */
  private addTransition(state: number, letter: number): number {
    if (this.bytes > maxBytes) return -1
    const { alphabet, operations, x, start } = this.program
    const left = letter === alphabet.size ? side.none : alphabet.sideOf(letter)
    const right = this.rightSides[state] ?? side.none
    const taking = new Uint32Array(this.words)
    const { reached, stack, sources, sourceStarts } = this
    const round = ++this.round
    let depth = this.pushAlive(state, round)
    while (depth > 0) {
      const target = stack[--depth] ?? 0
      const end = sourceStarts[target + 1] ?? 0
      for (let i = sourceStarts[target] ?? 0; i < end; i++) {
        const source = sources[i] ?? 0
        const code = operations[source]
        if (code === operation.take) {
          if (letter < alphabet.size && alphabet.has(x[source] ?? 0, letter)) {
            taking[source >> 5] = (taking[source >> 5] ?? 0) | (1 << (source & 31))
          }
          continue
        }
        if (reached[source] === round) continue
        if (code === operation.assert && !assertionHolds(x[source] ?? 0, left, right)) continue
        reached[source] = round
        stack[depth++] = source
      }
    }
    const found = reached[start] === round ? 1 : 0
    const step = this.stateFor(taking, this.program.asserts ? left : side.none) * 2 + found
    this.transitions[state * this.width + letter] = step
    return step
  }

  /** Puts the match and the instructions that are alive in the state on the stack; returns its depth. */
  private pushAlive(state: number, round: number): number {
    const { reached, stack } = this
    stack[0] = 0
    reached[0] = round
    let depth = 1
    const set = this.sets[state]
    if (!set) return depth
    for (let index = 0; index < set.length; index++) {
      for (let word = set[index] ?? 0; word !== 0; word &= word - 1) {
        const instruction = index * 32 + 31 - Math.clz32(word & -word)
        reached[instruction] = round
        stack[depth++] = instruction
      }
    }
    return depth
  }

  private stateFor(set: Uint32Array, rightSide: number): number {
    let hash = rightSide
    for (const word of set) hash = (Math.imul(hash ^ word, 0x9e3779b1) << 5) ^ (hash >>> 7) ^ word
    const candidates = this.byHash.get(hash)
    for (const candidate of candidates ?? []) {
      if (this.rightSides[candidate] === rightSide && isSameSet(this.sets[candidate], set)) return candidate
    }
    const state = this.sets.push(set) - 1
    this.rightSides.push(rightSide)
    if (candidates) candidates.push(state)
    else this.byHash.set(hash, [state])
    if ((state + 1) * this.width > this.transitions.length) this.growTransitions()
    return state
  }

  private growTransitions(): void {
    const grown = new Int32Array(this.transitions.length * 2).fill(-1)
    grown.set(this.transitions)
    this.transitions = grown
  }
}

function isSameSet(a: Uint32Array | undefined, b: Uint32Array): boolean {
  if (!a) return false
  for (let i = 0; i < b.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** The edges of the program turned round. */
function invert({ operations, x, y }: Program): [starts: Int32Array, sources: Int32Array] {
  const starts = new Int32Array(operations.length + 2)
  const targets = (instruction: number): number[] => {
    const code = operations[instruction]
    if (code === operation.match) return []
    const second = y[instruction] ?? 0
    return code === operation.split ? [x[instruction] ?? 0, second] : [second]
  }
  for (let source = 0; source < operations.length; source++) {
    for (const target of targets(source)) starts[target + 2] = (starts[target + 2] ?? 0) + 1
  }
  for (let i = 2; i < starts.length; i++) starts[i] = (starts[i] ?? 0) + (starts[i - 1] ?? 0)
  const sources = new Int32Array(starts[starts.length - 1] ?? 0)
  for (let source = 0; source < operations.length; source++) {
    for (const target of targets(source)) {
      const at = starts[target + 1] ?? 0
      sources[at] = source
      starts[target + 1] = at + 1
    }
  }
  return [starts, sources]
}
