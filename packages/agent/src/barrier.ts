/** Lets several wait until all of them have come. */
export class Barrier {
  readonly #all: Promise<void>
  #open: () => void = () => undefined
  #missing: number

  constructor(count: number) {
    this.#missing = count
    this.#all = new Promise((resolve) => {
      this.#open = resolve
    })
    if (count === 0) this.#open()
  }

  /** Whether all have come. */
  get isOpen(): boolean {
    return this.#missing <= 0
  }

  /** One has come; each must call it once. */
  arrive(): void {
    this.#missing--
    if (this.isOpen) this.#open()
  }

  async wait(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    await Promise.race([
      this.#all,
      new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true })),
    ])
  }
}
