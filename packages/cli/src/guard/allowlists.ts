import type { MachineClient, WireAllowlistMatch } from '@tocsin/client'
import { TocsinError } from '@tocsin/model'
import type { Terminal } from '../output/writer.ts'

/**
 * Asks the Local API's allowlists before a person's decisions go there. A Local API that is too old to keep any (an
 * early CrowdSec) is said once; then nothing counts as listed. Both throw what MachineClient throws.
 */
export class AllowlistGuard {
  readonly #client: MachineClient
  readonly #terminal: Terminal
  #missing = false

  constructor(client: MachineClient, terminal: Terminal) {
    this.#client = client
    this.#terminal = terminal
  }

  /** Which lists hold the address or range, in words; null where none does. */
  async reasonFor(target: string): Promise<string | null> {
    const { allowlisted, reason } = await this.#ask(() => this.#client.checkAllowlist(target), {})
    return allowlisted ? (reason ?? 'a list') : null
  }

  /** The addresses and ranges among these that some list holds. */
  async matches(targets: readonly string[]): Promise<WireAllowlistMatch[]> {
    return targets.length === 0 ? [] : await this.#ask(() => this.#client.checkAllowlists(targets), [])
  }

  async #ask<T>(question: () => Promise<T>, none: T): Promise<T> {
    if (this.#missing) return none
    try {
      return await question()
    } catch (error) {
      if (!(error instanceof TocsinError) || error.code !== 'LAPI_NOT_FOUND') throw error
      this.#missing = true
      this.#terminal.err('warning: this Local API keeps no allowlists, nothing was checked against any\n')
      return none
    }
  }
}
