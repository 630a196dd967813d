import { Fault } from '../error.ts'
import { IntList } from './fetch.ts'
import { maxTextLength, memoryBudget, workBudget } from '../limits.ts'

// Programs run to their end one at a time, so that one count serves them all.
let used = 0
let spent = 0

/** Begins a run: nothing is used yet. */
export function startRun(): void {
  used = 0
  spent = 0
}

/** Counts the elements of a value that is about to be gone through, inside a predicate. Gives the value. */
export function spend<T>(value: T, at: number): T {
  spent += Array.isArray(value) || typeof value === 'string' ? value.length : 1
  if (spent > workBudget) throw new Fault(at, `it looks at over ${workBudget} elements`)
  return value
}

/** Joins texts, up to a length. */
export function joinTexts(left: string, right: string, at: number): string {
  expectTextLength(left.length + right.length, at)
  return left + right
}

/** Counts elements about to be made. Throws where a run makes more than its budget. */
export function allocate(elements: number, at: number): void {
  used += elements
  if (used >= memoryBudget) throw new Fault(at, `it makes lists of over ${memoryBudget} elements`)
}

/** Refuses a text longer than one operation may make. */
export function expectTextLength(length: number, at: number): void {
  if (length > maxTextLength) throw new Fault(at, `it makes a text of over ${maxTextLength} characters`)
}

export function range(from: bigint, to: bigint, at: number): bigint[] {
  // The count wraps at 64 bits, as the original's does.
  const count = BigInt.asIntN(64, to - from + 1n)
  if (count <= 0n) return new IntList()
  allocate(count >= memoryBudget ? memoryBudget : Number(count), at)
  return IntList.from({ length: Number(count) }, (_, index) => from + BigInt(index))
}
