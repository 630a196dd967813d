import { grown } from './slot-chains.ts'

const absent = 0xffffffff

/** Slots by a time, earliest first; any slot can be taken out. Eight bytes a slot. */
export class SlotHeap {
  readonly #timeOf: (slot: number) => number
  #heap = new Uint32Array(1024)
  #positions = new Uint32Array(1024).fill(absent)
  #size = 0

  /** The time of a slot must not change while the slot is in the heap. */
  constructor(timeOf: (slot: number) => number) {
    this.#timeOf = timeOf
  }

  add(slot: number): void {
    if (this.#size >= this.#heap.length) this.#heap = grown(this.#heap, this.#size + 1)
    if (slot >= this.#positions.length) {
      const known = this.#positions.length
      this.#positions = grown(this.#positions, slot + 1)
      this.#positions.fill(absent, known)
    }
    this.#rise(slot, this.#size++)
  }

  delete(slot: number): void {
    const at = this.#positions[slot] ?? absent
    if (at === absent) return
    this.#positions[slot] = absent
    const last = this.#heap[--this.#size] ?? absent
    if (last === slot) return
    const parent = this.#heap[(at - 1) >> 1]
    const rises = at > 0 && parent !== undefined && this.#timeOf(parent) > this.#timeOf(last)
    if (rises) this.#rise(last, at)
    else this.#sink(last, at)
  }

  /** The slot with the earliest time; undefined where there is none. */
  first(): number | undefined {
    return this.#size === 0 ? undefined : this.#heap[0]
  }

  #rise(slot: number, from: number): void {
    const time = this.#timeOf(slot)
    let at = from
    while (at > 0) {
      const parentAt = (at - 1) >> 1
      const parent = this.#heap[parentAt] ?? absent
      if (this.#timeOf(parent) <= time) break
      this.#put(parent, at)
      at = parentAt
    }
    this.#put(slot, at)
  }

  #sink(slot: number, from: number): void {
    const time = this.#timeOf(slot)
    let at = from
    for (;;) {
      let childAt = at * 2 + 1
      if (childAt >= this.#size) break
      let child = this.#heap[childAt] ?? absent
      if (childAt + 1 < this.#size) {
        const right = this.#heap[childAt + 1] ?? absent
        if (this.#timeOf(right) < this.#timeOf(child)) {
          childAt++
          child = right
        }
      }
      if (this.#timeOf(child) >= time) break
      this.#put(child, at)
      at = childAt
    }
    this.#put(slot, at)
  }

  #put(slot: number, at: number): void {
    this.#heap[at] = slot
    this.#positions[slot] = at
  }
}
