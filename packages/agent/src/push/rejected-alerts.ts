import { appendFile, stat } from 'node:fs/promises'
import { TocsinError } from '@tocsin/model'
import { reasonOf } from '../file-error.ts'

/**
 * The file of alerts that the Local API will never take: one JSON object a line, with the time and the reason. It is
 * for people; nothing reads it back. Once it is full, later ones are not kept.
 */
export class RejectedAlerts {
  readonly path: string
  readonly #maxBytes: number

  constructor(path: string, maxBytes = 16 * 1024 * 1024) {
    this.path = path
    this.#maxBytes = maxBytes
  }

  /** Whether there was room. Throws AGENT_STATE_FAILED. */
  async add(json: string, reason: string, atMs: number): Promise<boolean> {
    const size = await stat(this.path).then(
      (stats) => stats.size,
      () => 0,
    )
    const head = `{"rejected_at":${JSON.stringify(new Date(atMs).toISOString())},"reason":${JSON.stringify(reason)}`
    const line = `${head},"alert":${json}}\n`
    if (size + line.length > this.#maxBytes) return false
    await appendFile(this.path, line, { mode: 0o600 }).catch((cause: unknown) => {
      const message = `cannot write ${this.path}: ${reasonOf(cause)}`
      throw new TocsinError('AGENT_STATE_FAILED', message, { cause })
    })
    return true
  }
}
