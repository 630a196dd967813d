import { onTestFinished } from 'vitest'

/** Runs something until the test is over, or until what it gives is called, which waits for its end. */
export function runForTest(runner: { run(signal: AbortSignal): Promise<void> }): () => Promise<void> {
  const stopping = new AbortController()
  const running = runner.run(stopping.signal)
  const stop = async () => {
    stopping.abort()
    await running
  }
  onTestFinished(stop)
  return stop
}
