import { MinHeap } from './min-heap.ts'

/** Something that ends by itself at a time that moves on while it is used. */
export interface Expiring {
  /** Milliseconds since the epoch. */
  deadlineMs: number
}

/**
 * Finds what is due without a timer for each: a heap ordered by the deadline that an item had when it was added.
 * A deadline that moved on since is noticed when the old one comes up, so that using an item costs nothing here.
 */
export class ExpiryQueue<T extends Expiring> {
  #heap = new MinHeap<T>()

  /** How many items wait, among them some that are gone and whose deadline has not come up yet. */
  get size(): number {
    return this.#heap.size
  }

  add(item: T): void {
    this.#heap.push(item.deadlineMs, item)
  }

  /** Forgets items that are gone before their deadline comes up. Costs a pass over all items. */
  forget(isGone: (item: T) => boolean): void {
    const left = [...this.#heap.values()].filter((item) => !isGone(item))
    this.#heap = new MinHeap()
    for (const item of left) this.add(item)
  }

  /** Removes and gives the next item whose deadline has come, or null. Items that are gone are forgotten. */
  next(nowMs: number, isGone: (item: T) => boolean): T | null {
    for (;;) {
      const due = this.#heap.leastKey
      if (due === undefined || due > nowMs) return null
      const item = this.#heap.pop()
      if (item === undefined || isGone(item)) continue
      if (item.deadlineMs <= nowMs) return item
      this.add(item)
    }
  }
}
