import type { Clock } from '@tocsin/model'
import { ArcMap } from './arc.ts'
import type { BoundedMap } from './bounded-map.ts'
import { LfuMap } from './lfu.ts'
import { LruMap } from './lru.ts'

/** Which entry a full cache gives up: the least recently used, the least often used, or a balance of both. */
export type StashStrategy = 'LRU' | 'LFU' | 'ARC'

export interface StashOptions {
  /** Entries that are kept; 100 unless given, at most a million. */
  readonly size?: number
  /** How long an entry lasts from its writing; an hour unless given. */
  readonly ttlMs?: number
  /** LRU unless given. */
  readonly strategy?: StashStrategy
}

interface Entry {
  readonly value: string
  readonly expiresAtMs: number
}

interface Cache {
  readonly ttlMs: number
  readonly entries: BoundedMap<Entry>
}

const defaultSize = 100
const defaultTtlMs = 3_600_000
const maxSize = 1_000_000

/**
 * The named caches that parser nodes write and expressions read. Several caches may have one name: a write goes to
 * all of them, a read to the first.
 */
export class StashCaches {
  readonly #clock: Clock
  readonly #caches = new Map<string, Cache[]>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Adds a cache under a name. */
  define(name: string, options: StashOptions = {}): void {
    const { size = defaultSize, ttlMs = defaultTtlMs, strategy = 'LRU' } = options
    const limit = Math.max(1, Math.min(size, maxSize))
    const caches = this.#caches.get(name) ?? []
    this.#caches.set(name, [...caches, { ttlMs, entries: makeMap(strategy, limit) }])
  }

  /** Whether a cache of that name was defined. */
  has(name: string): boolean {
    return this.#caches.has(name)
  }

  /** Writes an entry to every cache of a name. */
  set(name: string, key: string, value: string): void {
    for (const { entries, ttlMs } of this.#caches.get(name) ?? []) {
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

function makeMap(strategy: StashStrategy, limit: number): BoundedMap<Entry> {
  if (strategy === 'LFU') return new LfuMap(limit)
  return strategy === 'ARC' ? new ArcMap(limit) : new LruMap(limit)
}
