import { type Alphabet, side } from './alphabet.ts'
import { assertionHolds } from './assertion.ts'
import type { BackwardScanner } from './backward-scan.ts'
import { ChoiceCache } from './choice-cache.ts'
import { operation, type Program } from './program.ts'
import { nextWalk, scratchFor } from './scratch.ts'
import type { InstructionSet } from './state-table.ts'

/** Walks a match whose start is known, from instruction to instruction and never back in the text. */
export class ForwardWalk {
  private readonly program: Program
  private readonly scanner: BackwardScanner
  private readonly choices = new ChoiceCache()
  /** The numbering of states that `choices` is about. */
  private generation = 0

  constructor(program: Program, scanner: BackwardScanner) {
    this.program = program
    this.scanner = scanner
    this.generation = scanner.generation
  }

  /** Follows the preferred way from `start` to its match, filling the slots; returns where it ends. */
  follow(text: string, start: number, states: Int32Array, slots: number[]): number {
    const { y, starts } = this.program
    this.forgetOldChoices()
    let instruction = starts[0] ?? 0
    let place = start
    for (;;) {
      const state = place < text.length ? (states[place] ?? 0) : 0
      const alive = this.scanner.aliveIn(state)
      let taken = this.chooseQuickly(instruction, alive)
      if (taken === 0) taken = this.choose(instruction, state, text, place, slots)
      if (taken === 0) return place
      instruction = y[taken] ?? 0
      place += isPair(text, place) ? 2 : 1
    }
  }

  /** What `choose` would answer in the common cases that are quick to tell; 0 for the others. */
  private chooseQuickly(from: number, alive: InstructionSet): number {
    const { operations, x, y } = this.program
    if (operations[from] === operation.take) return from
    if (operations[from] !== operation.split) return 0
    const preferred = x[from] ?? 0
    let first = preferred
    while (operations[first] === operation.save) first = y[first] ?? 0
    if (operations[first] !== operation.take) return 0
    if (has(alive, first)) return first === preferred ? first : 0
    const other = y[from] ?? 0
    return operations[other] === operation.take ? other : 0
  }

  private forgetOldChoices(): void {
    const { generation } = this.scanner
    if (generation !== this.generation) this.choices.clear()
    this.generation = generation
  }

  /**
   * The preferred instruction that takes a character and can reach a match, or the match (0), with the slots
   * written on the way to it.
   */
  private choose(from: number, state: number, text: string, place: number, slots: number[]): number {
    const { alphabet, asserts } = this.program
    const left = asserts ? sideBefore(alphabet, text, place) : side.none
    const known = this.choices.get(from, state, left)
    if (known >= 0) return known
    const right = asserts ? sideAfter(alphabet, text, place) : side.none
    // Instructions to try, or the complement of a slot with the value to put back below it.
    const { operations, x, y } = this.program
    const alive = this.scanner.aliveIn(state)
    const { marks, stack } = scratchFor(operations.length)
    const walk = nextWalk()
    stack[0] = from
    let height = 1
    let written = 0
    while (height > 0) {
      const instruction = stack[--height] ?? 0
      if (instruction < 0) {
        slots[~instruction] = stack[--height] ?? -1
        written--
        continue
      }
      if (marks[instruction] === walk) continue
      marks[instruction] = walk
      const code = operations[instruction]
      if (code === operation.match || (code === operation.take && has(alive, instruction))) {
        if (written === 0) this.choices.set(from, state, left, instruction)
        return instruction
      }
      if (code === operation.split) {
        stack[height++] = y[instruction] ?? 0
        stack[height++] = x[instruction] ?? 0
      } else if (code === operation.save) {
        const slot = x[instruction] ?? 0
        stack[height++] = slots[slot] ?? -1
        stack[height++] = ~slot
        stack[height++] = y[instruction] ?? 0
        slots[slot] = place
        written++
      } else if (code === operation.assert && assertionHolds(x[instruction] ?? 0, left, right)) {
        stack[height++] = y[instruction] ?? 0
      }
    }
    throw new Error('cannot follow a match: no way on from a place that can reach it')
  }
}

function has(set: InstructionSet, instruction: number): boolean {
  return (((set[instruction >> 5] ?? 0) >> (instruction & 31)) & 1) === 1
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
