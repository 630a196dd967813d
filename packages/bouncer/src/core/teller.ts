import type { DecisionSet } from './decision-set.ts'
import type { Changes } from './remediation.ts'
import { wait } from './wait.ts'

/** Who is told what happened to the set, in the order of events. */
export interface DecisionListener {
  /** The first whole set is there. */
  loaded(): void
  /**
   * The net effect since the last time. While the promise is pending nothing more is told: what changes meanwhile
   * is told at once when it resolves. It must not reject.
   */
  changed(changes: Changes): void | Promise<void>
}

/** Between two messages to a listener: so many times what it took over the last one, within these bounds. */
const gapFactor = 3
const minGapMs = 100
const maxGapMs = 5_000

/**
 * Tells a listener what changed in a set: at once where it was quiet, else in batches, so that a burst of pushed
 * decisions is some transactions of a packet filter and not thousands.
 */
export class Teller {
  readonly #set: DecisionSet
  readonly #listener: DecisionListener | undefined
  #isLoaded = false
  #isDue = false
  #isTelling = false

  constructor(set: DecisionSet, listener: DecisionListener | undefined) {
    this.#set = set
    this.#listener = listener
  }

  /** The first whole set is there, or something changed. */
  tell(signal: AbortSignal): void {
    this.#isDue = true
    if (!this.#isTelling) void this.#tellOn(signal)
  }

  async #tellOn(signal: AbortSignal): Promise<void> {
    this.#isTelling = true
    try {
      while (this.#isDue && !signal.aborted) {
        this.#isDue = false
        const begun = performance.now()
        if (!(await this.#tellOnce())) continue
        const tookMs = performance.now() - begun
        await wait(Math.min(Math.max(tookMs * gapFactor, minGapMs), maxGapMs), signal)
      }
    } finally {
      this.#isTelling = false
    }
  }

  /** Whether a pause is due: not where nothing had to be said, nor after the first time. */
  async #tellOnce(): Promise<boolean> {
    if (!this.#isLoaded) {
      this.#isLoaded = true
      this.#set.commitSilently()
      this.#listener?.loaded()
      return false
    }
    const changes = this.#set.commit()
    if (changes.added.length === 0 && changes.removed.length === 0) return false
    await this.#listener?.changed(changes)
    return true
  }
}
