export interface BreakerEvents {
  onOpen(): void
  onClose(): void
}

/**
 * Tells when it is no use to go on asking: after so many failures in a row it is open, and only one try is allowed
 * every so often, until one succeeds. It goes by the machine's running time, whatever clock the lines have.
 */
export class Breaker {
  readonly #mostFailures: number
  readonly #silenceMs: number
  readonly #events: BreakerEvents
  readonly #nowMs: () => number
  #failures = 0
  #openedMs: number | null = null

  constructor(
    mostFailures: number,
    silenceMs: number,
    events: BreakerEvents,
    nowMs: () => number = () => performance.now(),
  ) {
    this.#mostFailures = mostFailures
    this.#silenceMs = silenceMs
    this.#events = events
    this.#nowMs = nowMs
  }

  get isOpen(): boolean {
    return this.#openedMs !== null
  }

  /** Whether one try may be made now, of an open breaker; the next one then has to wait. */
  mayTry(): boolean {
    if (this.#openedMs === null || this.#nowMs() - this.#openedMs < this.#silenceMs) return false
    this.#openedMs = this.#nowMs()
    return true
  }

  succeeded(): void {
    this.#failures = 0
    if (this.#openedMs === null) return
    this.#openedMs = null
    this.#events.onClose()
  }

  failed(): void {
    this.#failures++
    if (this.#openedMs !== null || this.#failures < this.#mostFailures) return
    this.#openedMs = this.#nowMs()
    this.#events.onOpen()
  }
}
