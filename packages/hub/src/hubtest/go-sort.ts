/**
 * Sorts a list in place and leaves equal elements in the order in which the original's sort leaves them, which the
 * recorded asserts show: up to 12 elements it is stable, beyond that it is pattern-defeating quicksort.
 * Source: behaviour of Go's sort.Sort.
 */
export function goSort<T>(list: T[], isLess: (a: T, b: T) => boolean): void {
  new PatternDefeatingSort(list, isLess).sort(0, list.length, bitLength(list.length))
}

const insertionLength = 12
const nintherLength = 50
const shiftingLength = 50
const maxShifts = 5
/** Swaps of a choice of pivot that found everything in descending order. */
const allSwapped = 12

/** Ranges run from `from` to before `to`. */
class PatternDefeatingSort<T> {
  readonly #list: T[]
  readonly #isLess: (a: T, b: T) => boolean
  #swaps = 0

  constructor(list: T[], isLess: (a: T, b: T) => boolean) {
    this.#list = list
    this.#isLess = isLess
  }

  sort(from: number, to: number, limit: number): void {
    let balanced = true
    let partitioned = true
    while (to - from > insertionLength) {
      if (limit === 0) return this.#heapSort(from, to)
      if (!balanced) {
        this.#breakPatterns(from, to)
        limit--
      }
      let pivot = this.#choosePivot(from, to)
      let ascending = this.#swaps === 0
      if (this.#swaps === allSwapped) {
        this.#list.splice(from, to - from, ...this.#list.slice(from, to).reverse())
        pivot = to - 1 - (pivot - from)
        ascending = true
      }
      if (balanced && partitioned && ascending && this.#shiftFew(from, to)) return
      if (from > 0 && !this.#less(from - 1, pivot)) {
        from = this.#partitionEqual(from, to, pivot)
        continue
      }
      const { middle, was } = this.#partition(from, to, pivot)
      partitioned = was
      balanced = Math.min(middle - from, to - middle) >= Math.trunc((to - from) / 8)
      if (middle - from < to - middle) {
        this.sort(from, middle, limit)
        from = middle + 1
      } else {
        this.sort(middle + 1, to, limit)
        to = middle
      }
    }
    for (let at = from + 1; at < to; at++) this.#sinkLeft(at, from)
  }

  #less(a: number, b: number): boolean {
    return this.#isLess(this.#list[a] as T, this.#list[b] as T)
  }

  #swap(a: number, b: number): void {
    const kept = this.#list[a] as T
    this.#list[a] = this.#list[b] as T
    this.#list[b] = kept
  }

  /** Moves an element left while it is less than its neighbour, at most to `first`. */
  #sinkLeft(at: number, first: number): void {
    for (; at > first && this.#less(at, at - 1); at--) this.#swap(at, at - 1)
  }

  /** The position of a likely median; counts in `#swaps` how many pairs it found in descending order. */
  #choosePivot(from: number, to: number): number {
    const quarter = Math.trunc((to - from) / 4)
    const picked = [from + quarter, from + quarter * 2, from + quarter * 3] as const
    this.#swaps = 0
    const [a, b, c] =
      to - from >= nintherLength
        ? (picked.map((at) => this.#median(at - 1, at, at + 1)) as [number, number, number])
        : picked
    return this.#median(a, b, c)
  }

  #median(a: number, b: number, c: number): number {
    const [low, high] = this.#ordered(a, b)
    const [middle] = this.#ordered(high, c)
    return this.#ordered(low, middle)[1]
  }

  #ordered(a: number, b: number): [number, number] {
    if (!this.#less(b, a)) return [a, b]
    this.#swaps++
    return [b, a]
  }

  /** Whether the range was sorted but for a few elements, which are moved where the range is long. */
  #shiftFew(from: number, to: number): boolean {
    let at = from + 1
    for (let shift = 0; shift < maxShifts; shift++) {
      while (at < to && !this.#less(at, at - 1)) at++
      if (at === to) return true
      if (to - from < shiftingLength) return false
      this.#swap(at, at - 1)
      if (at - from >= 2) this.#sinkLeft(at - 1, 0)
      for (let right = at + 1; right < to && this.#less(right, right - 1); right++) {
        this.#swap(right, right - 1)
      }
    }
    return false
  }

  /** Elements less than the pivot to its left, the others to its right; says whether they stood so before. */
  #partition(from: number, to: number, pivot: number): { middle: number; was: boolean } {
    this.#swap(from, pivot)
    let left = from + 1
    let right = to - 1
    let was = true
    for (;;) {
      while (left <= right && this.#less(left, from)) left++
      while (left <= right && !this.#less(right, from)) right--
      if (left > right) break
      this.#swap(left++, right--)
      was = false
    }
    this.#swap(right, from)
    return { middle: right, was }
  }

  /** Elements equal to the pivot first; gives where the greater ones begin. */
  #partitionEqual(from: number, to: number, pivot: number): number {
    this.#swap(from, pivot)
    let left = from + 1
    let right = to - 1
    for (;;) {
      while (left <= right && !this.#less(from, left)) left++
      while (left <= right && this.#less(from, right)) right--
      if (left > right) return left
      this.#swap(left++, right--)
    }
  }

  /** Swaps three elements of the middle with ones that a fixed sequence of numbers picks. */
  #breakPatterns(from: number, to: number): void {
    const length = to - from
    const mask = (1n << BigInt(bitLength(length))) - 1n
    const middle = from + Math.trunc(length / 4) * 2 - 1
    let state = BigInt(length)
    for (let step = 0; step < 3; step++) {
      state ^= BigInt.asUintN(64, state << 13n)
      state ^= state >> 7n
      state ^= BigInt.asUintN(64, state << 17n)
      const other = Number(state & mask)
      this.#swap(middle - 1 + step, from + (other >= length ? other - length : other))
    }
  }

  #heapSort(from: number, to: number): void {
    const length = to - from
    for (let root = Math.trunc((length - 1) / 2); root >= 0; root--) this.#siftDown(root, length, from)
    for (let last = length - 1; last >= 0; last--) {
      this.#swap(from, from + last)
      this.#siftDown(0, last, from)
    }
  }

  #siftDown(root: number, length: number, from: number): void {
    for (;;) {
      let child = 2 * root + 1
      if (child >= length) return
      if (child + 1 < length && this.#less(from + child, from + child + 1)) child++
      if (!this.#less(from + root, from + child)) return
      this.#swap(from + root, from + child)
      root = child
    }
  }
}

/** How many bits a number takes. */
function bitLength(value: number): number {
  return 32 - Math.clz32(value)
}
