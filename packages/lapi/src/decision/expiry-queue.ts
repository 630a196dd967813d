/** A binary heap of things by the time they end, earliest first. Things taken out elsewhere stay until their time. */
export class ExpiryQueue<T extends { readonly until: number }> {
  #heap: T[] = []

  get size(): number {
    return this.#heap.length
  }

  add(item: T): void {
    const heap = this.#heap
    let at = heap.push(item) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = heap[parent]
      if (above === undefined || above.until <= item.until) break
      heap[at] = above
      at = parent
    }
    heap[at] = item
  }

  /** Takes out the earliest if it ends before the time. */
  takeBefore(time: number): T | undefined {
    const first = this.#heap[0]
    if (first === undefined || first.until >= time) return undefined
    const last = this.#heap.pop()
    if (last !== undefined && this.#heap.length > 0) this.#sink(last)
    return first
  }

  /** Keeps only what the test accepts. */
  retain(test: (item: T) => boolean): void {
    const kept = this.#heap.filter(test)
    this.#heap = []
    for (const item of kept.sort((a, b) => a.until - b.until)) this.#heap.push(item)
  }

  #sink(item: T): void {
    const heap = this.#heap
    let at = 0
    for (;;) {
      let child = at * 2 + 1
      const left = heap[child]
      if (left === undefined) break
      const right = heap[child + 1]
      let below = left
      if (right !== undefined && right.until < left.until) {
        child++
        below = right
      }
      if (below.until >= item.until) break
      heap[at] = below
      at = child
    }
    heap[at] = item
  }
}
