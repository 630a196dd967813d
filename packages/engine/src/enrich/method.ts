import type { Event } from '../event.ts'

/** What the `method` of a static names: it looks something up and writes what it found into `enriched`. */
export interface EnrichMethod {
  readonly name: string
  /** Whether it is called with empty text too. */
  readonly acceptsEmpty?: boolean
  /** The enriched fields that it sets, if it does nothing else: where nobody reads them it need not be called. */
  readonly sets?: readonly string[]
  /** Has the world asked for what `enrich` will need, where somebody can wait; null where there is nothing to wait for. */
  prepare?(text: string): Promise<void> | null
  /** False where it could not work with the text. */
  enrich(text: string, event: Event): boolean
}
