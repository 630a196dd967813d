import { unixFetch } from '@tocsin/client/unix'
import { TocsinError } from '@tocsin/model'
import type { ImportAnswer, SkippedImport } from '@tocsin/lapi/crowdsec'

export type ImportKind = 'allowlists' | 'machines' | 'bouncers' | 'alerts'

export interface ImportClientOptions {
  readonly socketPath: string
  /** Only asks what would come in. */
  readonly rehearse: boolean
  /** Decides on protected addresses too. */
  readonly force: boolean
  /** Where the person at the keyboard is logged in from. */
  readonly adminAddress: string | null
}

const timeoutMs = 300_000
/** Records go together as far as their texts are no longer than this. */
const batchBytes = 8 * 1024 * 1024

/** Hands records to the Local API of this machine over its admin socket. */
export class ImportClient {
  readonly #options: ImportClientOptions

  constructor(options: ImportClientOptions) {
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
    const { rehearse } = this.#options
    const posted = await this.#post(kind, `{"rehearse":${rehearse},"${kind}":[${records.join()}]}`)
    if ('answer' in posted) return posted.answer
    if (records.length > 1) {
      const middle = Math.floor(records.length / 2)
      return sum(
        await this.#batch(kind, records.slice(0, middle)),
        await this.#batch(kind, records.slice(middle)),
      )
    }
    return { ...noneImported, skipped: [{ name: nameOf(kind, records[0] ?? ''), reason: posted.refused }] }
  }

  async #post(kind: ImportKind, body: string): Promise<{ answer: ImportAnswer } | { refused: string }> {
    const { socketPath, force, adminAddress } = this.#options
    let response: Response
    let text: string
    try {
      response = await unixFetch(socketPath)(`http://localhost/v1/admin/import/${kind}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(force ? { 'x-tocsin-force': 'true' } : {}),
          ...(adminAddress === null ? {} : { 'x-tocsin-admin-address': adminAddress }),
        },
        body,
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      })
      text = await response.text()
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw failure('LAPI_UNREACHABLE', kind, socketPath, reason, cause)
    }
    if (response.ok) return { answer: JSON.parse(text) as ImportAnswer }
    const reason = messageOf(text) ?? `the Local API answered with status ${response.status}`
    if (response.status === 400 || response.status === 413 || response.status === 422)
      return { refused: reason }
    const isBusy = response.status === 503 || response.status === 429
    throw failure(isBusy ? 'LAPI_UNAVAILABLE' : 'LAPI_FAILED', kind, socketPath, reason)
  }
}

export const noneImported: ImportAnswer = { imported: 0, present: 0, decisions: 0, active: 0, skipped: [] }

export function sum(a: ImportAnswer, b: ImportAnswer): ImportAnswer {
  return {
    imported: a.imported + b.imported,
    present: a.present + b.present,
    decisions: (a.decisions ?? 0) + (b.decisions ?? 0),
    active: (a.active ?? 0) + (b.active ?? 0),
    skipped: joined(a.skipped, b.skipped),
  }
}

function joined(a: readonly SkippedImport[], b: readonly SkippedImport[]): readonly SkippedImport[] {
  return b.length === 0 ? a : a.concat(b)
}

function nameOf(kind: ImportKind, record: string): string {
  const { name, machine_id: machine, uuid } = JSON.parse(record) as Record<string, string | undefined>
  return `${kind.slice(0, -1)} ${uuid ?? name ?? machine ?? ''}`
}

function messageOf(text: string): string | null {
  try {
    const { message } = JSON.parse(text) as { message?: unknown }
    return typeof message === 'string' ? message : null
  } catch {
    return null
  }
}

function failure(
  code: string,
  kind: ImportKind,
  place: string,
  reason: string,
  cause?: unknown,
): TocsinError {
  const hint = 'what was imported so far stays; run the same command again to go on'
  return new TocsinError(code, `cannot import ${kind} at ${place}: ${reason}`, { hint, cause })
}
