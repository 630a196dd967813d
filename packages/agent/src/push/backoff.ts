const firstMs = 1000
const longestMs = 30_000

/** How long to wait before the next try: twice as long each time, up to half a minute, less a random part of up to half. */
export class Backoff {
  readonly #random: () => number
  #failures = 0

  /** `random` gives numbers from 0 up to 1. */
  constructor(random: () => number = Math.random) {
    this.#random = random
  }

  /** Notes a failure and answers how many milliseconds to wait. */
  failed(): number {
    const whole = Math.min(longestMs, firstMs * 2 ** Math.min(this.#failures++, 16))
    return whole * (1 - this.#random() / 2)
  }

  succeeded(): void {
    this.#failures = 0
  }
}
