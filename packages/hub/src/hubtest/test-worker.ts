import { parentPort, workerData } from 'node:worker_threads'
import { readHub } from '../read-hub.ts'
import { type HubTestResult, runHubTest } from './run-test.ts'

/** What a thread that runs hub tests is given. */
export interface WorkerOrders {
  readonly hubFolder: string
  readonly hubData: string
  readonly testsFolder: string
  readonly nowMs: number | undefined
}

/** The answer to the name of a test. */
export type WorkerAnswer = HubTestResult

const { hubFolder, hubData, testsFolder, nowMs } = workerData as WorkerOrders
const hub = readHub(hubFolder)
const options = nowMs === undefined ? {} : { clock: () => nowMs }

parentPort?.on('message', (name: string) => {
  void answer(name)
})

async function answer(name: string): Promise<void> {
  const result: WorkerAnswer = await runHubTest(name, { hub, hubData, testsFolder }, options)
  // A thread has no origin.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  parentPort?.postMessage(result)
}
