import type { ParseCursor } from './parse-cursor.ts'

/** Greatest count of a repeat, and of nested repeats multiplied. */
export const maxCount = 1000

interface Count {
  readonly min: number
  /** Infinity where there is none. */
  readonly max: number
  /** Length of the operator in the source, in UTF-16 units. */
  readonly length: number
}

const countSyntax = /\{(0|[1-9][0-9]*)(?:(,)(0|[1-9][0-9]*)?)?\}/y

/**
 * Reads `{n}`, `{n,}` or `{n,m}` at the cursor without moving it. Undefined if the brace does not begin a
 * count and is therefore a character like any other.
 */
export function parseCount(cursor: ParseCursor): Count | undefined {
  countSyntax.lastIndex = cursor.offset
  const match = countSyntax.exec(cursor.source)
  if (!match) return undefined
  const [operator, low, comma, high] = match
  const min = Number(low)
  const max = high === undefined ? Infinity : Number(high)
  const count = { min, max: comma === undefined ? min : max, length: operator.length }
  if (min > maxCount || (count.max !== Infinity && count.max > maxCount)) {
    throw cursor.error(`the repeat ${operator} counts over ${maxCount}`)
  }
  if (count.max < min) throw cursor.error(`the repeat ${operator} has its limits the wrong way round`)
  return count
}
