import type { Clock } from '@tocsin/model'
import { LruMap } from './lru.ts'

export interface StashOptions {
  /** Entries that are kept; 100 unless given. */
  readonly size?: number
  /** How long an entry lasts from its writing, on the wall clock. */
  readonly ttlMs?: number
}

interface Entry {
  readonly value: string
  readonly expiresAtMs: number
}

interface Cache {
  readonly ttlMs: number
  readonly entries: LruMap<string, Entry>
}

const defaultSize = 100
const defaultTtlMs = 3_600_000
const maxSize = 1_000_000

/**
 * The named caches that parser nodes write and expressions read. Several caches may have one name: a write goes to
 * all of them, a read to the first. Every strategy of the original keeps what is used most recently here.
 */
export class StashCaches {
  readonly #clock: Clock
  readonly #caches = new Map<string, Cache[]>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Adds a cache under a name. */
  define(name: string, { size = defaultSize, ttlMs = defaultTtlMs }: StashOptions = {}): void {
    const cache = { ttlMs, entries: new LruMap<string, Entry>(Math.min(size, maxSize)) }
    this.#caches.set(name, [...(this.#caches.get(name) ?? []), cache])
  }

  has(name: string): boolean {
    return this.#caches.has(name)
  }

  /** Writes an entry; a name that was never defined gets a cache of 100 entries that last an hour. */
  set(name: string, key: string, value: string): void {
    if (!this.has(name)) this.define(name)
    for (const { ttlMs, entries } of this.#caches.get(name) ?? []) {
      entries.set(key, { value, expiresAtMs: this.#clock() + ttlMs })
    }
  }

  /** The value under a key, or '' where there is none any more. */
  get(name: string, key: string): string {
    const entries = this.#caches.get(name)?.[0]?.entries
    const entry = entries?.get(key)
    if (!entry) return ''
    if (entry.expiresAtMs > this.#clock()) return entry.value
    entries?.delete(key)
    return ''
  }
}
