/** How many decisions in force share scenario, origin and type. */
export interface TallyEntry {
  readonly scenario: string
  readonly origin: string
  readonly type: string
  readonly count: number
}

type Shared = Pick<TallyEntry, 'scenario' | 'origin' | 'type'>

/** Counts what the active set holds as it changes, so that nobody has to go through it. */
export class Tally {
  readonly #counts = new Map<string, { shared: Shared; count: number }>()

  add({ scenario, origin, type }: Shared, change: 1 | -1): void {
    const key = `${origin}\n${type}\n${scenario}`
    const known = this.#counts.get(key)
    if (!known) {
      this.#counts.set(key, { shared: { scenario, origin, type }, count: change })
      return
    }
    known.count += change
    if (known.count === 0) this.#counts.delete(key)
  }

  get entries(): TallyEntry[] {
    return Array.from(this.#counts.values(), ({ shared, count }) => ({ ...shared, count }))
  }
}
