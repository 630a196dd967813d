import type { StashCaches } from '@tocsin/expr'
import { parseDurationMs } from '@tocsin/model'
import type { StashDocument } from '../item/parser-schema.ts'
import { type Expression, failed } from './expression.ts'
import type { Run } from './run.ts'

/** What a node keeps of an event for later events, under a key of a named cache. */
export class StashEntry {
  private readonly cache: string
  private readonly key: Expression
  private readonly value: Expression
  private readonly caches: StashCaches

  constructor(cache: string, key: Expression, value: Expression, caches: StashCaches) {
    this.cache = cache
    this.key = key
    this.value = value
    this.caches = caches
  }

  /** The expressions of key and value. */
  get expressions(): readonly Expression[] {
    return [this.key, this.value]
  }

  /** Keeps the value; skipped where key or value is not text. */
  keep(run: Run): void {
    const key = this.key.value(run)
    const value = this.value.value(run)
    if (key === failed || value === failed) return
    if (typeof key !== 'string' || typeof value !== 'string') run.fault('stash')
    else this.caches.set(this.cache, key, value)
  }
}

/** Creates the cache that a stash names and the entry that fills it. */
export function defineStash(
  document: StashDocument,
  key: Expression,
  value: Expression,
  caches: StashCaches,
): StashEntry {
  const ttlMs = parseDurationMs(document.ttl.value) ?? 0
  caches.define(document.name.value, { size: document.size, ttlMs, strategy: document.strategy })
  return new StashEntry(document.name.value, key, value, caches)
}
