import {
  countAlerts,
  type CrowdsecDatabase,
  type ImportAnswer,
  readAlerts,
  readAllowlists,
  readBouncers,
  readMachines,
  type Records,
  type SkippedImport,
} from '@tocsin/lapi/crowdsec'
import type { ImportKind } from '@tocsin/client'
import { type ImportClient, noneImported, sum } from './import-client.ts'

/** What came of an import. Of allowlists, entries are counted. */
export interface ImportReport {
  readonly allowlists: ImportAnswer
  readonly machines: ImportAnswer
  readonly bouncers: ImportAnswer
  readonly alerts: ImportAnswer
  /** Ended decisions of the community and of lists, left out without a name for each. */
  readonly endedListed: number
}

/** Called while it runs with what is being read, how many are done and how many there are. */
export type OnProgress = (what: string, done: number, total: number) => void

const principalsPerRequest = 500
const listsPerRequest = 100
const alertsPerRequest = 200
/** How many entries of an allowlist travel together. */
const itemsPerPart = 5_000

/** Takes everything over: allowlists first, so that they count for the decisions, and machines before their alerts. */
export async function runImport(
  database: CrowdsecDatabase,
  client: ImportClient,
  onProgress: OnProgress,
): Promise<ImportReport> {
  const send = async (kind: ImportKind, { records, skipped }: Records<object>, perRequest: number) => {
    onProgress(kind, records.length, records.length)
    return withSkipped(await client.send(kind, records, perRequest), skipped)
  }
  const lists = await readAllowlists(database)
  const parts = lists.records.flatMap((list) => inParts(list.items).map((items) => ({ ...list, items })))
  // Entries of different lists in one request are bounded by the size of the request.
  const allowlists = await send('allowlists', { records: parts, skipped: lists.skipped }, listsPerRequest)
  const machines = await send('machines', await readMachines(database), principalsPerRequest)
  const bouncers = await send('bouncers', await readBouncers(database), principalsPerRequest)
  const total = await countAlerts(database)
  let alerts = noneImported
  let read = 0
  let endedListed = 0
  let sending = Promise.resolve(noneImported)
  // While a batch is on its way, the next one is read.
  for await (const batch of readAlerts(database, Date.now())) {
    alerts = sum(alerts, await sending)
    sending = client.send('alerts', batch.alerts, alertsPerRequest)
    // It is awaited in its turn; should reading fail before, that failure is the one to tell.
    sending.catch(() => {})
    alerts = withSkipped(alerts, batch.skipped)
    read += batch.read
    endedListed += batch.endedListed
    onProgress('alerts', read, total)
  }
  alerts = sum(alerts, await sending)
  return { allowlists, machines, bouncers, alerts, endedListed }
}

function withSkipped(answer: ImportAnswer, skipped: readonly SkippedImport[]): ImportAnswer {
  return skipped.length === 0 ? answer : { ...answer, skipped: [...answer.skipped, ...skipped] }
}

function inParts<T>(items: readonly T[]): T[][] {
  const parts: T[][] = [items.slice(0, itemsPerPart)]
  for (let at = itemsPerPart; at < items.length; at += itemsPerPart)
    parts.push(items.slice(at, at + itemsPerPart))
  return parts
}
