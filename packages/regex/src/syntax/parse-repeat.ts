import type { RegexNode } from './node.ts'
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

/** Throws if nested counts multiply to more than the greatest count. */
export function checkRepeats(cursor: ParseCursor, node: RegexNode, offset: number): void {
  if (node.kind !== 'repeat' || !isCounted(node.min, node.max)) return
  if (largestProduct(node) > maxCount) {
    throw cursor.error(`the repeats inside each other count over ${maxCount}`, offset)
  }
}

function isCounted(min: number, max: number): boolean {
  return min >= 2 || (max >= 2 && max !== Infinity)
}

const products = new WeakMap<RegexNode, number>()

/** The greatest product of counts along a path from the node down. */
function largestProduct(node: RegexNode): number {
  switch (node.kind) {
    case 'group':
      return largestProduct(node.body)
    case 'sequence':
    case 'choice': {
      let product = products.get(node)
      if (product === undefined) {
        product = node.items.reduce((most, item) => Math.max(most, largestProduct(item)), 1)
        products.set(node, product)
      }
      return product
    }
    case 'repeat':
      if (node.max === 0) return 1
      return (isCounted(node.min, node.max) ? countOf(node.min, node.max) : 1) * largestProduct(node.body)
    default:
      return 1
  }
}

function countOf(min: number, max: number): number {
  return max === Infinity ? min : max
}
