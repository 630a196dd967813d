/** A hash index over slots: which slots may have a key. Whoever asks compares the keys. Eight bytes a slot. */
export class SlotChains {
  readonly #hashOf: (slot: number) => number
  /** First slot of each bucket, plus one; zero for an empty bucket. */
  #heads = new Uint32Array(1024)
  /** By slot: the next slot of the same bucket, plus one. */
  #next = new Uint32Array(1024)
  #size = 0

  /** The hash of what a slot holds must not change while the slot is in the index. */
  constructor(hashOf: (slot: number) => number) {
    this.#hashOf = hashOf
  }

  add(slot: number): void {
    if (slot >= this.#next.length) this.#next = grown(this.#next, slot + 1)
    if (this.#size >= this.#heads.length) this.#spread()
    const bucket = this.#bucket(this.#hashOf(slot))
    this.#next[slot] = this.#heads[bucket] ?? 0
    this.#heads[bucket] = slot + 1
    this.#size++
  }

  delete(slot: number): void {
    const bucket = this.#bucket(this.#hashOf(slot))
    let previous = -1
    for (let link = this.#heads[bucket] ?? 0; link !== 0; link = this.#next[link - 1] ?? 0) {
      if (link - 1 !== slot) {
        previous = link - 1
        continue
      }
      const rest = this.#next[slot] ?? 0
      if (previous < 0) this.#heads[bucket] = rest
      else this.#next[previous] = rest
      this.#size--
      return
    }
  }

  /** The first slot whose key may have the hash, or -1. The order means nothing. */
  first(hash: number): number {
    return (this.#heads[this.#bucket(hash)] ?? 0) - 1
  }

  /** The next candidate after a slot, or -1. */
  after(slot: number): number {
    return (this.#next[slot] ?? 0) - 1
  }

  #bucket(hash: number): number {
    return hash & (this.#heads.length - 1)
  }

  #spread(): void {
    const old = this.#heads
    this.#heads = new Uint32Array(old.length * 2)
    for (const head of old) {
      for (let link = head; link !== 0;) {
        const slot = link - 1
        link = this.#next[slot] ?? 0
        const bucket = this.#bucket(this.#hashOf(slot))
        this.#next[slot] = this.#heads[bucket] ?? 0
        this.#heads[bucket] = slot + 1
      }
    }
  }
}

/** A copy with room for at least `length`. */
export function grown<T extends Uint32Array | Int32Array>(array: T, length: number): T {
  let size = array.length
  while (size < length) size *= 2
  const copy = new (array.constructor as new (size: number) => T)(size)
  copy.set(array)
  return copy
}

/** Mixes a number into a hash so that near numbers land in far buckets. */
export function mix(hash: number, word: number): number {
  let mixed = Math.imul(hash ^ word, 0x9e3779b1)
  mixed ^= mixed >>> 15
  mixed = Math.imul(mixed, 0x85ebca77)
  return (mixed ^ (mixed >>> 13)) >>> 0
}
