/** Lets few run at a time and some wait; more are turned away. */
export class Slots {
  readonly #size: number
  readonly #maxWaiting: number
  readonly #waiting: (() => void)[] = []
  #used = 0

  constructor(size: number, maxWaiting: number) {
    this.#size = size
    this.#maxWaiting = maxWaiting
  }

  /** Runs the work when its turn comes; null where too many wait already. */
  async run<T>(work: () => Promise<T>): Promise<{ readonly result: T } | null> {
    if (this.#used >= this.#size) {
      if (this.#waiting.length >= this.#maxWaiting) return null
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
    this.#used++
    try {
      return { result: await work() }
    } finally {
      this.#used--
      this.#waiting.shift()?.()
    }
  }
}
