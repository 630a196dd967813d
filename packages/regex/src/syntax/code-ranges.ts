/**
 * A set of code points: inclusive pairs `lo, hi, lo, hi, …`, ascending, disjoint and not adjacent. The empty
 * array is the empty set.
 */
export type CodeRanges = readonly number[]

/** The greatest code point. */
export const maxCodePoint = 0x10ffff

/** Every code point. */
export const allCodePoints: CodeRanges = [0, maxCodePoint]

/** Sorts and merges pairs given in any order, overlapping or not. */
export function normalizeRanges(pairs: readonly number[]): CodeRanges {
  if (pairs.length <= 2) return pairs
  const order: [number, number][] = []
  for (let i = 0; i < pairs.length; i += 2) order.push([pairs[i] ?? 0, pairs[i + 1] ?? 0])
  order.sort((a, b) => a[0] - b[0] || a[1] - b[1])
  const merged: number[] = []
  for (const [low, high] of order) {
    const last = merged.length - 1
    const end = merged[last]
    if (end !== undefined && low <= end + 1) {
      if (high > end) merged[last] = high
    } else merged.push(low, high)
  }
  return merged
}

/** All code points that are not in the set. */
export function negateRanges(ranges: CodeRanges): CodeRanges {
  const negated: number[] = []
  let next = 0
  for (let i = 0; i < ranges.length; i += 2) {
    const low = ranges[i] ?? 0
    if (low > next) negated.push(next, low - 1)
    next = (ranges[i + 1] ?? 0) + 1
  }
  if (next <= maxCodePoint) negated.push(next, maxCodePoint)
  return negated
}

/** The code points that are both in the set and between `low` and `high`. */
export function clipRanges(ranges: CodeRanges, low: number, high: number): CodeRanges {
  const clipped: number[] = []
  for (let i = 0; i < ranges.length; i += 2) {
    const from = Math.max(low, ranges[i] ?? 0)
    const to = Math.min(high, ranges[i + 1] ?? 0)
    if (from <= to) clipped.push(from, to)
  }
  return clipped
}

/** Whether the set has the code point. */
export function hasCodePoint(ranges: CodeRanges, codePoint: number): boolean {
  let low = 0
  let high = ranges.length / 2
  while (low < high) {
    const middle = (low + high) >> 1
    if (codePoint > (ranges[middle * 2 + 1] ?? 0)) low = middle + 1
    else high = middle
  }
  return low * 2 < ranges.length && codePoint >= (ranges[low * 2] ?? 0)
}

/** Whether the set has all code points from `low` to `high`. */
export function coversRange(ranges: CodeRanges, low: number, high: number): boolean {
  const clipped = clipRanges(ranges, low, high)
  return clipped.length === 2 && clipped[0] === low && clipped[1] === high
}
