/** Aborts when nothing was heard for a time, or when the caller aborts. */
export class SilenceWatch {
  readonly signal: AbortSignal
  expired = false
  readonly silenceMs: number
  readonly #controller = new AbortController()
  readonly #outer: AbortSignal | undefined
  readonly #onOuter = () => this.#controller.abort(this.#outer?.reason)
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(silenceMs: number, outer: AbortSignal | undefined) {
    this.silenceMs = silenceMs
    this.#outer = outer
    this.signal = this.#controller.signal
    if (outer?.aborted) this.#onOuter()
    outer?.addEventListener('abort', this.#onOuter)
    this.heard()
  }

  /** Counts the silence from now on. */
  heard(): void {
    this.pause()
    this.#timer = setTimeout(() => {
      this.expired = true
      this.#controller.abort()
    }, this.silenceMs)
  }

  /** Counts no silence until something is heard: the other side is not the one that keeps us waiting. */
  pause(): void {
    clearTimeout(this.#timer)
  }

  end(): void {
    this.pause()
    this.#outer?.removeEventListener('abort', this.#onOuter)
  }

  /** Ends the watch and what it watches. */
  close(): void {
    this.end()
    this.#controller.abort()
  }
}
