import { parentPort, workerData } from 'node:worker_threads'
import { createSieve, type Line } from '@tocsin/engine'
import { loadItems } from '../items.ts'
import { BatchTeller } from './batch-message.ts'
import type { SieveSetup, SieveTask } from './sieve-thread.ts'

/** A thread that parses lines and asks filters: see SievePool. */
function work(port: NonNullable<typeof parentPort>, { places, mode, nowMs }: SieveSetup): void {
  const { files, dataFile } = loadItems(places)
  const sieve = createSieve(files, {
    mode,
    dataFile,
    tolerant: true,
    ...(nowMs === null ? {} : { clock: () => nowMs }),
  })
  const teller = new BatchTeller()
  port.postMessage('ready')
  port.on('message', ({ raws, src, module, timeMs, labels, arrivedMs }: SieveTask) => {
    const texts = typeof raws === 'string' ? raws.split('\n') : raws
    const lines = texts.map((raw): Line => ({ raw, src, module, timeMs, labels }))
    const message = teller.tell(sieve.sift(lines, mode, arrivedMs))
    port.postMessage(message, [message.numbers.buffer])
  })
}

if (parentPort) work(parentPort, workerData as SieveSetup)
