import { type Alphabet, side } from './alphabet.ts'
import { assertionHolds } from './assertion.ts'
import { BackwardScanner, scanTooLarge } from './backward-scan.ts'
import { operation, type Program } from './program.ts'

/** What a search that would take too much memory answers instead of a result. */
export const tooLarge = Symbol('too large')

/**
 * Matches with RE2's meaning in time linear in the text, in two passes and without backtracking: one from the
 * end, which finds out from where a match can be reached, and one from the start, which takes at each place
 * the preferred way among those that reach one.
 */
export class Automaton {
  private readonly program: Program
  private readonly scanner: BackwardScanner
  private readonly tried: Uint32Array
  private round = 0
  private readonly stack: Int32Array

  constructor(program: Program) {
    this.program = program
    this.scanner = new BackwardScanner(program)
    const size = program.operations.length
    this.tried = new Uint32Array(size)
    this.stack = new Int32Array(size * 4 + 4)
  }

  /** Whether the text has a match. */
  test(text: string): boolean | typeof tooLarge {
    const start = this.scanner.scan(text, undefined, true)
    return start === scanTooLarge ? tooLarge : start >= 0
  }

  /** Start and end of each group of the leftmost-first match, -1 for a group that took no part; or null. */
  search(text: string): number[] | null | typeof tooLarge {
    const states = statesFor(text.length)
    const start = this.scanner.scan(text, states, false)
    if (start === scanTooLarge) return tooLarge
    if (start < 0) return null
    const slots = Array.from<number>({ length: this.program.slots }).fill(-1)
    slots[0] = start
    slots[1] = this.walk(text, start, states, slots)
    return slots
  }

  /** Follows the preferred way from `start` to its match, filling the slots; returns where it ends. */
  private walk(text: string, start: number, states: Int32Array, slots: number[]): number {
    const { y, alphabet, asserts } = this.program
    let instruction = this.program.start
    let place = start
    for (;;) {
      const left = asserts ? sideBefore(alphabet, text, place) : side.none
      const right = asserts ? sideAfter(alphabet, text, place) : side.none
      const state = place < text.length ? (states[place] ?? 0) : 0
      const taken = this.choose(instruction, state, place, left, right, slots)
      if (taken === 0) return place
      instruction = y[taken] ?? 0
      place += isPair(text, place) ? 2 : 1
    }
  }

  /**
   * The preferred instruction that takes a character and can reach a match, or the match (0), with the slots
   * written on the way to it.
   */
  private choose(
    from: number,
    state: number,
    place: number,
    left: number,
    right: number,
    slots: number[],
  ): number {
    const { operations, x, y } = this.program
    const { tried, stack, scanner } = this
    const round = ++this.round
    // Instructions to try, or the complement of a slot with the value to put back below it.
    stack[0] = from
    let depth = 1
    while (depth > 0) {
      const instruction = stack[--depth] ?? 0
      if (instruction < 0) {
        slots[~instruction] = stack[--depth] ?? -1
        continue
      }
      if (tried[instruction] === round) continue
      tried[instruction] = round
      switch (operations[instruction]) {
        case operation.match:
          return instruction
        case operation.take:
          if (scanner.isAlive(state, instruction)) return instruction
          break
        case operation.split:
          stack[depth++] = y[instruction] ?? 0
          stack[depth++] = x[instruction] ?? 0
          break
        case operation.save: {
          const slot = x[instruction] ?? 0
          stack[depth++] = slots[slot] ?? -1
          stack[depth++] = ~slot
          stack[depth++] = y[instruction] ?? 0
          slots[slot] = place
          break
        }
        default:
          if (assertionHolds(x[instruction] ?? 0, left, right)) stack[depth++] = y[instruction] ?? 0
      }
    }
    throw new Error('cannot follow a match: no way on from a place that can reach it')
  }
}

/** Longest text whose states are kept in the shared buffer. */
const sharedStates = 1 << 18
let shared = new Int32Array(1 << 12)

function statesFor(length: number): Int32Array {
  if (length <= shared.length) return shared
  if (length > sharedStates) return new Int32Array(length)
  shared = new Int32Array(Math.min(sharedStates, length * 2))
  return shared
}

function isPair(text: string, place: number): boolean {
  return (text.charCodeAt(place) & 0xfc00) === 0xd800 && (text.charCodeAt(place + 1) & 0xfc00) === 0xdc00
}

function sideBefore(alphabet: Alphabet, text: string, place: number): number {
  return place === 0 ? side.none : alphabet.sideOf(alphabet.letterOf(text.charCodeAt(place - 1)))
}

function sideAfter(alphabet: Alphabet, text: string, place: number): number {
  return place === text.length ? side.none : alphabet.sideOf(alphabet.letterOf(text.charCodeAt(place)))
}
