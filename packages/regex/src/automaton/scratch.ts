/** Working memory for walks over the instructions of a program, shared by all of them: walks do not overlap. */
export interface Scratch {
  /** By instruction: the number of the walk that came by it last. */
  readonly marks: Uint32Array
  /** Room for what a walk has yet to visit. */
  readonly stack: Int32Array
}

const lastWalk = 0xffffffff

let shared: Scratch = { marks: new Uint32Array(1 << 12), stack: new Int32Array(1 << 14) }
let walk = 0

/** The working memory for a program of the given number of instructions. */
export function scratchFor(size: number): Scratch {
  // Each visit leaves at most three entries on the stack.
  if (size > shared.marks.length) {
    shared = { marks: new Uint32Array(size * 2), stack: new Int32Array(size * 8) }
  }
  return shared
}

/** A number that no mark has. */
export function nextWalk(): number {
  if (walk === lastWalk) {
    shared.marks.fill(0)
    walk = 0
  }
  return ++walk
}

/** Longest text whose states fit the buffer that is kept. */
const longestKept = 1 << 18
let states = new Int32Array(1 << 12)

/** Room for one number for each place of a text of that length, valid until the next call. */
export function statesFor(length: number): Int32Array {
  if (length <= states.length) return states
  if (length > longestKept) return new Int32Array(length)
  states = new Int32Array(Math.min(longestKept, length * 2))
  return states
}
