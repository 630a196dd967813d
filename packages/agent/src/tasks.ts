/** Waits; shorter if the signal aborts. Never throws. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Bell().wait(ms, signal)
}

/** Wakes one who waits for it; who comes later is woken at once. */
export class Bell {
  #hasRung = false
  #wake: (() => void) | null = null

  ring(): void {
    this.#hasRung = true
    this.#wake?.()
  }

  /** Waits for it, so many milliseconds at most; shorter if the signal aborts. Never throws. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#hasRung && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const end = () => {
          clearTimeout(timer)
          signal.removeEventListener('abort', end)
          resolve()
        }
        const timer = setTimeout(end, ms)
        signal.addEventListener('abort', end)
        this.#wake = end
      })
    }
    this.#wake = null
    this.#hasRung = false
  }
}

/** Runs tasks side by side until the signal aborts. If one fails, the others are told to end, and its error is thrown. */
export async function untilOneFails(
  signal: AbortSignal,
  tasks: readonly ((signal: AbortSignal) => Promise<void>)[],
): Promise<void> {
  const failure = new AbortController()
  const until = AbortSignal.any([signal, failure.signal])
  const results = await Promise.allSettled(
    tasks.map((task) =>
      task(until).catch((error: unknown) => {
        failure.abort(error)
        throw error
      }),
    ),
  )
  if (failure.signal.aborted) throw failure.signal.reason
  const failed = results.find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
}
