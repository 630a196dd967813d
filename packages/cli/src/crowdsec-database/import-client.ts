import type { AdminClient, ImportKind, ImportOptions } from '@tocsin/client'
import type { ImportAnswer } from '@tocsin/lapi/crowdsec'
import { TocsinError } from '@tocsin/model'

/** Records go together as far as their texts are no longer than this. */
const batchBytes = 8 * 1024 * 1024

/** Hands records to the Local API of this machine over its admin socket, in batches that it takes. */
export class ImportClient {
  readonly #admin: AdminClient
  readonly #options: ImportOptions

  constructor(admin: AdminClient, options: ImportOptions) {
    this.#admin = admin
    this.#options = options
  }

  /**
   * Sends the records in requests of a bounded size. What the Local API will not take is left out, one by one.
   * Throws LAPI_UNREACHABLE, LAPI_UNAVAILABLE or LAPI_FAILED.
   */
  async send(kind: ImportKind, records: readonly object[], maxCount: number): Promise<ImportAnswer> {
    let answer = noneImported
    let batch: string[] = []
    let bytes = 0
    for (const record of records) {
      const text = JSON.stringify(record)
      if (batch.length >= maxCount || (batch.length > 0 && bytes + text.length > batchBytes)) {
        answer = sum(answer, await this.#batch(kind, batch))
        batch = []
        bytes = 0
      }
      batch.push(text)
      bytes += text.length
    }
    return batch.length === 0 ? answer : sum(answer, await this.#batch(kind, batch))
  }

  async #batch(kind: ImportKind, records: readonly string[]): Promise<ImportAnswer> {
    try {
      return await this.#admin.importRecords(kind, records, this.#options)
    } catch (error) {
      if (!(error instanceof TocsinError) || error.code !== 'LAPI_REFUSED') throw goOnAgain(error)
      if (records.length > 1) {
        const middle = Math.floor(records.length / 2)
        return sum(
          await this.#batch(kind, records.slice(0, middle)),
          await this.#batch(kind, records.slice(middle)),
        )
      }
      return { ...noneImported, skipped: [{ name: nameOf(kind, records[0] ?? ''), reason: reasonOf(error) }] }
    }
  }
}

export const noneImported: ImportAnswer = { imported: 0, present: 0, decisions: 0, active: 0, skipped: [] }

export function sum(a: ImportAnswer, b: ImportAnswer): ImportAnswer {
  return {
    imported: a.imported + b.imported,
    present: a.present + b.present,
    decisions: (a.decisions ?? 0) + (b.decisions ?? 0),
    active: (a.active ?? 0) + (b.active ?? 0),
    skipped: b.skipped.length === 0 ? a.skipped : a.skipped.concat(b.skipped),
  }
}

function nameOf(kind: ImportKind, record: string): string {
  const { name, machine_id: machine, uuid } = JSON.parse(record) as Record<string, string | undefined>
  return `${kind.slice(0, -1)} ${uuid ?? name ?? machine ?? ''}`
}

/** Why a record was refused, without what was attempted and where. */
function reasonOf({ message }: TocsinError): string {
  return message.replace(/^cannot import \w+ at .*?: /, '')
}

function goOnAgain(error: unknown): unknown {
  if (!(error instanceof TocsinError)) return error
  const hint = 'what was imported so far stays; run the same command again to go on'
  return new TocsinError(error.code, error.message, { hint, cause: error })
}
