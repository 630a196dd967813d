import { Worker } from 'node:worker_threads'
import { type Clock, TocsinError } from '@tocsin/model'
import { readHub } from '../read-hub.ts'
import { type HubTestResult, runHubTest } from './run-test.ts'
import type { WorkerAnswer, WorkerOrders } from './test-worker.ts'

/** A run of several tests: where they lie, and how many run at a time. */
export interface HubTestsRequest {
  readonly names: readonly string[]
  readonly hubFolder: string
  readonly hubData: string
  readonly testsFolder: string
  /** Milliseconds since the epoch that complete log lines without a year; the real time unless given. */
  readonly nowMs?: number
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
  const hub = readHub(request.hubFolder)
  const { hubData, testsFolder, nowMs } = request
  const options = nowMs === undefined ? {} : { clock: (() => nowMs) satisfies Clock }
  for (const name of request.names) note(await runHubTest(name, { hub, hubData, testsFolder }, options))
}

/** Each thread takes the next test when it is done with one. */
async function runThreads(
  request: HubTestsRequest,
  threads: number,
  note: (result: HubTestResult) => void,
): Promise<void> {
  const { hubFolder, hubData, testsFolder, nowMs } = request
  const orders: WorkerOrders = { hubFolder, hubData, testsFolder, nowMs }
  const waiting = [...request.names].reverse()
  await Promise.all(Array.from({ length: threads }, () => runThread(orders, waiting, note)))
}

function runThread(
  orders: WorkerOrders,
  waiting: string[],
  note: (result: HubTestResult) => void,
): Promise<void> {
  const worker = new Worker(new URL('test-worker.ts', import.meta.url), { workerData: orders })
  const done = new Promise<void>((resolve, reject) => {
    const next = () => {
      const name = waiting.pop()
      if (name === undefined) resolve()
      // A thread has no origin.
      // oxlint-disable-next-line unicorn/require-post-message-target-origin
      else worker.postMessage(name)
    }
    worker.on('error', reject)
    worker.on('exit', (code) => reject(threadEnded(code)))
    worker.on('message', (answer: WorkerAnswer) => {
      note(answer)
      next()
    })
    next()
  })
  return done.finally(async () => {
    await worker.terminate()
  })
}

function threadEnded(code: number): TocsinError {
  return new TocsinError('HUBTEST_THREAD_ENDED', `cannot run hub tests: a thread ended with code ${code}`)
}
