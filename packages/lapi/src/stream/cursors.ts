import type { ActiveSet } from '../decision/active-set.ts'
import type { Store } from '../store/store.ts'

/** How far a client has read the decision stream: the version of the set, and when it asked. */
export interface Cursor {
  readonly version: number
  readonly pulledAt: number
}

interface Kept extends Cursor {
  dirty: boolean
}

/** One client of a bouncer can name itself anew with each request; only so many names are kept. */
const maxCursorsPerBouncer = 256

/** A decision is stored some time after it was created: what may have been stored after the pull is told again. */
const slowestStoreMs = 2_000

/**
 * The cursors of all stream clients, in memory, one for each bouncer entry (a key at an address) and instance or User-Agent.
 * Times are stored now and then; after a restart a client may get again what it got since.
 */
export class StreamCursors {
  readonly #byBouncer = new Map<number, Map<string, Kept>>()
  readonly #pulls = new Map<number, { at: number; dirty: boolean }>()

  async load(store: Store, active: ActiveSet): Promise<void> {
    for (const { bouncerId, userAgent, pulledAt } of await store.bouncers.cursors()) {
      this.#keep(bouncerId, userAgent, {
        version: active.versionAt(pulledAt - slowestStoreMs),
        pulledAt,
        dirty: false,
      })
    }
  }

  get(bouncerId: number, userAgent: string): Cursor | undefined {
    return this.#byBouncer.get(bouncerId)?.get(userAgent.slice(0, 255))
  }

  set(bouncerId: number, userAgent: string, cursor: Cursor): void {
    this.#keep(bouncerId, userAgent.slice(0, 255), { ...cursor, dirty: true })
  }

  /** Notes that a bouncer asked for decisions at the time. */
  notePull(bouncerId: number, at: number): void {
    this.#pulls.set(bouncerId, { at, dirty: true })
  }

  forget(bouncerIds: readonly number[]): void {
    for (const id of bouncerIds) {
      this.#byBouncer.delete(id)
      this.#pulls.delete(id)
    }
  }

  /** Stores what changed since the last time. What could not be stored is tried again the next time. */
  async save(store: Store): Promise<void> {
    const pulls = [...this.#pulls].filter(([, pull]) => pull.dirty)
    const changed = [...this.#byBouncer].flatMap(([bouncerId, byAgent]) =>
      [...byAgent]
        .filter(([, kept]) => kept.dirty)
        .map(([userAgent, kept]) => ({ bouncerId, userAgent, kept, pulledAt: kept.pulledAt })),
    )
    if (pulls.length > 0) await store.bouncers.recordPulls(pulls.map(([id, { at }]) => ({ id, at })))
    if (changed.length > 0) {
      await store.bouncers.saveCursors(
        changed.map(({ bouncerId, userAgent, pulledAt }) => ({ bouncerId, userAgent, pulledAt })),
      )
    }
    // What came while it was stored is another pull, or another entry, of its own.
    for (const [, pull] of pulls) pull.dirty = false
    for (const { kept } of changed) kept.dirty = false
  }

  #keep(bouncerId: number, userAgent: string, kept: Kept): void {
    let byAgent = this.#byBouncer.get(bouncerId)
    if (!byAgent) this.#byBouncer.set(bouncerId, (byAgent = new Map()))
    byAgent.delete(userAgent)
    byAgent.set(userAgent, kept)
    const [oldest] = byAgent.keys()
    if (byAgent.size > maxCursorsPerBouncer && oldest !== undefined) byAgent.delete(oldest)
  }
}
