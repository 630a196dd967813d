/** Pseudo-random numbers that are the same for the same seed on every machine (mulberry32). */
export class Random {
  #state: number

  /** Takes the lowest 32 bits of the seed. */
  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** A number from 0 up to, but not including, 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  /** A whole number from 0 up to, but not including, `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end)
  }

  /** A whole number from `from` up to, but not including, `end`. */
  between(from: number, end: number): number {
    return from + this.below(end - from)
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  /** One of the items, each as likely as the other. Throws RangeError where there are none. */
  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)]
    if (item === undefined) throw new RangeError('cannot pick an item: the list is empty')
    return item
  }

  /** One of the items, each as likely as its weight among all weights. Throws RangeError where there are none. */
  weighted<T>(items: readonly (readonly [weight: number, item: T])[]): T {
    const total = items.reduce((sum, [weight]) => sum + weight, 0)
    let left = this.next() * total
    for (const [weight, item] of items) {
      left -= weight
      if (left < 0) return item
    }
    throw new RangeError('cannot pick an item: the list is empty')
  }

  /** `length` characters of base64. */
  base64(length: number): string {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
    return Array.from({ length }, () => alphabet[this.below(64)]).join('')
  }
}
