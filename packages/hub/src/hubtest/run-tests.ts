import { Worker } from 'node:worker_threads'
import { TocsinError } from '@tocsin/model'
import type { HubTestResult } from './run-test.ts'
import { type TestOrders, testRunner } from './test-orders.ts'

/** A run of several tests: where they lie, and how many run at a time. */
export interface HubTestsRequest {
  readonly names: readonly string[]
  readonly hubFolder: string
  readonly hubData: string
  readonly testsFolder: string
  /** Milliseconds since the epoch that complete log lines without a year; the real time unless given. */
  readonly nowMs?: number
  /** Compare, instead of judging asserts, with a run where every item of the hub is installed. */
  readonly withAllItems?: boolean
  /** Worker threads; 1 runs everything in the calling thread. */
  readonly jobs: number
  /** Told of each test as it ends. */
  onResult?(result: HubTestResult): void
}

/** The report of a run, in the order of the request. */
export interface HubTestsReport {
  readonly success: string[]
  readonly fail: { readonly name: string; readonly reason: string }[]
  readonly results: readonly HubTestResult[]
}

/** Runs hub tests, on as many threads as asked for. Throws what reading the hub throws. */
export async function runHubTests(request: HubTestsRequest): Promise<HubTestsReport> {
  const found = new Map<string, HubTestResult>()
  const note = (result: HubTestResult) => {
    found.set(result.name, result)
    request.onResult?.(result)
  }
  const threads = Math.min(request.jobs, request.names.length)
  await (threads > 1 ? runThreads(request, threads, note) : runHere(request, note))
  const results = request.names.flatMap((name) => found.get(name) ?? [])
  return {
    success: results.filter(({ success }) => success).map(({ name }) => name),
    fail: results.filter(({ success }) => !success).map(({ name, reason }) => ({ name, reason })),
    results,
  }
}

async function runHere(request: HubTestsRequest, note: (result: HubTestResult) => void): Promise<void> {
  const run = testRunner(ordersOf(request))
  for (const name of request.names) note(await run(name))
}

function ordersOf(request: HubTestsRequest): TestOrders {
  const { hubFolder, hubData, testsFolder, nowMs, withAllItems = false } = request
  return { hubFolder, hubData, testsFolder, nowMs, withAllItems }
}

/** Each thread takes the next test when it is done with one. */
async function runThreads(
  request: HubTestsRequest,
  threads: number,
  note: (result: HubTestResult) => void,
): Promise<void> {
  const orders = ordersOf(request)
  const waiting = [...request.names].reverse()
  await Promise.all(Array.from({ length: threads }, () => runThread(orders, waiting, note)))
}

async function runThread(
  orders: TestOrders,
  waiting: string[],
  note: (result: HubTestResult) => void,
): Promise<void> {
  const worker = new Worker(new URL('test-worker.ts', import.meta.url), { workerData: orders })
  try {
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) note(await ask(worker, name))
  } finally {
    await worker.terminate()
  }
}

/** Sends a thread the name of a test and waits for the result. */
function ask(worker: Worker, name: string): Promise<HubTestResult> {
  return new Promise((resolve, reject) => {
    const ended = (code: number) => reject(threadEnded(code))
    worker.once('error', reject)
    worker.once('exit', ended)
    worker.once('message', (answer: HubTestResult) => {
      worker.off('error', reject)
      worker.off('exit', ended)
      resolve(answer)
    })
    // A thread has no origin.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    worker.postMessage(name)
  })
}

function threadEnded(code: number): TocsinError {
  return new TocsinError('HUBTEST_THREAD_ENDED', `cannot run hub tests: a thread ended with code ${code}`)
}
