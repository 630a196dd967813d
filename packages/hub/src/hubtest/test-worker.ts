import { parentPort, workerData } from 'node:worker_threads'
import { type TestOrders, testRunner } from './test-orders.ts'

const run = testRunner(workerData as TestOrders)

/** A thread that runs hub tests: it is sent the name of a test and answers with its result. */
parentPort?.on('message', (name: string) => {
  void answer(name)
})

async function answer(name: string): Promise<void> {
  const result = await run(name)
  // A thread has no origin.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  parentPort?.postMessage(result)
}
