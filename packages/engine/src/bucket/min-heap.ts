/** A binary heap: the entry with the least key comes out first; equal keys come out in no order. */
export class MinHeap<T> {
  readonly #entries: { readonly key: number; readonly value: T }[] = []

  get size(): number {
    return this.#entries.length
  }

  /** The least key, or undefined if the heap is empty. */
  get leastKey(): number | undefined {
    return this.#entries[0]?.key
  }

  /** All values, in no order. */
  *values(): Generator<T> {
    for (const { value } of this.#entries) yield value
  }

  push(key: number, value: T): void {
    const entries = this.#entries
    const entry = { key, value }
    let at = entries.length
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = entries[parent]
      if (above === undefined || above.key <= key) break
      entries[at] = above
      at = parent
    }
    entries[at] = entry
  }

  /** Removes and gives the value of the least key; undefined if the heap is empty. */
  pop(): T | undefined {
    const entries = this.#entries
    const least = entries[0]
    const last = entries.pop()
    if (least === undefined || last === undefined || entries.length === 0) return least?.value
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      const left = entries[child]
      const right = entries[child + 1]
      if (left === undefined) break
      let chosen = left
      if (right !== undefined && right.key < left.key) {
        chosen = right
        child++
      }
      if (chosen.key >= last.key) break
      entries[at] = chosen
      at = child
    }
    entries[at] = last
    return least.value
  }
}
