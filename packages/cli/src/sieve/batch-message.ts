import type { SiftedBatch } from '@tocsin/engine'

/** A sifted batch on its way to another thread: of its texts those that were not told before. */
export interface BatchMessage extends Omit<SiftedBatch, 'texts'> {
  readonly freshTexts: readonly string[]
  /** Whether the texts begin anew. */
  readonly isRenewed: boolean
}

/** Tells the batches of one sieve, in their order. */
export class BatchTeller {
  #texts: readonly string[] | null = null
  #told = 0

  tell({ texts, ...rest }: SiftedBatch): BatchMessage {
    const isRenewed = texts !== this.#texts
    const freshTexts = texts.slice(isRenewed ? 0 : this.#told)
    this.#texts = texts
    this.#told = texts.length
    return { ...rest, freshTexts, isRenewed }
  }
}

/** Understands what one teller tells, in the same order. */
export class BatchHearer {
  #texts: string[] = []

  hear({ freshTexts, isRenewed, ...rest }: BatchMessage): SiftedBatch {
    // Batches that were heard before may not be read yet: they keep the texts that they came with.
    if (isRenewed) this.#texts = []
    for (const text of freshTexts) this.#texts.push(text)
    return { ...rest, texts: this.#texts }
  }
}
