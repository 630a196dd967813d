/** Waits; shorter if the signal aborts. Never throws. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end)
  })
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
