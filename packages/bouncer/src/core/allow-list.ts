import { type Cidr, formatCidr, type Logger, TocsinError } from '@tocsin/model'
import { canonicalBlock } from './remediation.ts'

/**
 * Blocks that are never enforced on: a list, or who knows them at any time, such as the addresses of those who are
 * logged in. Some dozens: each decision is compared with all of them.
 */
export type AllowSource = readonly Cidr[] | (() => readonly Cidr[] | Promise<readonly Cidr[]>)

/** Asks for the allowed blocks, knows what was said last, and says what is new. */
export class AllowList {
  readonly #source: AllowSource
  readonly #logger: Logger
  /** Of the host, for log lines. */
  readonly #name: string
  /** What was said last; nothing before the first time. */
  #blocks: readonly Cidr[] = []
  #isKnown = true
  /** Times other blocks became allowed, and times nobody could say which are. */
  changes = 0
  failures = 0

  constructor(source: AllowSource, options: { logger: Logger; name: string }) {
    this.#source = source
    this.#logger = options.logger
    this.#name = options.name
  }

  get blocks(): readonly Cidr[] {
    return this.#blocks
  }

  /** Whether the answer may change. */
  get isAsked(): boolean {
    return typeof this.#source === 'function'
  }

  /** Asks for the first time. Throws BOUNCER_ALLOW_UNKNOWN where nobody answers. */
  async load(): Promise<void> {
    this.#blocks = await this.#ask()
  }

  /** Asks again; true where the answer is another one. Where nobody answers, what was said before holds. */
  async refresh(): Promise<boolean> {
    let blocks: readonly Cidr[]
    try {
      blocks = await this.#ask()
    } catch (error) {
      if (!(error instanceof TocsinError)) throw error
      this.failures++
      if (this.#isKnown)
        this.#logger.warn(`${error.message}. What was known before holds.`, { code: error.code })
      this.#isKnown = false
      return false
    }
    if (!this.#isKnown) this.#logger.info(`${this.#name}: it is known again whom never to block.`)
    this.#isKnown = true
    const added = without(blocks, this.#blocks)
    const removed = without(this.#blocks, blocks)
    if (added.length + removed.length === 0) return false
    this.#blocks = blocks
    this.changes++
    this.#say(added, removed)
    return true
  }

  #say(added: readonly Cidr[], removed: readonly Cidr[]): void {
    const list = (blocks: readonly Cidr[]) => blocks.slice(0, 10).map(formatCidr).join(', ')
    const news = [
      ...(added.length > 0 ? [`never blocked from now on: ${list(added)}`] : []),
      ...(removed.length > 0 ? [`no longer exempt: ${list(removed)}`] : []),
    ]
    const fields = { added: added.length, removed: removed.length }
    this.#logger.info(`${this.#name}: ${news.join('; ')}.`, fields)
  }

  async #ask(): Promise<Cidr[]> {
    try {
      const blocks = typeof this.#source === 'function' ? await this.#source() : this.#source
      return blocks.map(canonicalBlock)
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new TocsinError(
        'BOUNCER_ALLOW_UNKNOWN',
        `cannot learn which addresses are never to be blocked: ${reason}`,
        { cause },
      )
    }
  }
}

/** Those of the blocks that the others do not name. */
export function without(blocks: readonly Cidr[], others: readonly Cidr[]): Cidr[] {
  const known = new Set(others.map(formatCidr))
  return blocks.filter((block) => !known.has(formatCidr(block)))
}
