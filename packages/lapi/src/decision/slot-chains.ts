/** So many before the buckets are doubled. */
const slotsPerBucket = 2

/**
 * A hash index over slots: which slots may have a key. Whoever asks compares the keys. Ten bytes a slot or less, and
 * chains in both directions: many slots of one key must not make it slow to take one out.
 */
export class SlotChains {
  readonly #hashOf: (slot: number) => number
  /** First slot of each bucket, plus one; zero for an empty bucket. */
  #heads = new Uint32Array(1024)
  /** By slot: the next slot of the same bucket, plus one. */
  #next = new Uint32Array(1024)
  /** By slot: the slot before it in its bucket, plus one; zero for the first. */
  #before = new Uint32Array(1024)
  #size = 0

  /** The hash of what a slot holds must not change while the slot is in the index. */
  constructor(hashOf: (slot: number) => number) {
    this.#hashOf = hashOf
  }

  add(slot: number): void {
    if (slot >= this.#next.length) {
      this.#next = grown(this.#next, slot + 1)
      this.#before = grown(this.#before, slot + 1)
    }
    if (this.#size >= this.#heads.length * slotsPerBucket) this.#spread()
    this.#link(slot)
    this.#size++
  }

  /** Expects that the slot is in the index. */
  delete(slot: number): void {
    const next = this.#next[slot] ?? 0
    const before = this.#before[slot] ?? 0
    if (before === 0) this.#heads[this.#bucket(this.#hashOf(slot))] = next
    else this.#next[before - 1] = next
    if (next !== 0) this.#before[next - 1] = before
    this.#size--
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
        this.#link(slot)
      }
    }
  }

  #link(slot: number): void {
    const bucket = this.#bucket(this.#hashOf(slot))
    const first = this.#heads[bucket] ?? 0
    this.#next[slot] = first
    this.#before[slot] = 0
    if (first !== 0) this.#before[first - 1] = slot + 1
    this.#heads[bucket] = slot + 1
  }
}

/** A copy with room for at least `length`, and for a fifth more: what is twice as long stands half empty. */
export function grown<T extends Uint32Array | Float64Array>(array: T, length: number): T {
  const copy = new (array.constructor as new (size: number) => T)(Math.ceil(length * 1.2))
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
