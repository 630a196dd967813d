import { BackwardScanner, scanTooLarge } from './backward-scan.ts'
import { ForwardWalk } from './forward-walk.ts'
import type { Program } from './program.ts'
import { statesFor } from './scratch.ts'

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
  private readonly slots: number
  private walk: ForwardWalk | undefined

  /** `groups` of the one expression of the program, the whole match among them. */
  constructor(program: Program, groups: number) {
    this.program = program
    this.scanner = new BackwardScanner(program)
    this.slots = groups * 2
  }

  /** Whether the text has a match. */
  test(text: string): boolean {
    return this.scanner.hasMatch(text)
  }

  /** Start and end of each group of the leftmost-first match, -1 for a group that took no part; or null. */
  search(text: string): number[] | null | typeof tooLarge {
    const states = statesFor(text.length)
    const start = this.scanner.findStart(text, states)
    if (start === scanTooLarge) return tooLarge
    if (start < 0) return null
    const slots = Array.from<number>({ length: this.slots }).fill(-1)
    slots[0] = start
    this.walk ??= new ForwardWalk(this.program, this.scanner)
    slots[1] = this.walk.follow(text, start, states, slots)
    return slots
  }
}
