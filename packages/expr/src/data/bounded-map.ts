/** A map of a fixed size that gives up an entry when it takes one too many; which one is its strategy. */
export interface BoundedMap<V> {
  readonly size: number
  /** The value of a key; asking for it counts as use. */
  get(key: string): V | undefined
  set(key: string, value: V): void
  delete(key: string): void
}

/** Takes the entry out of a map that went in first, and gives its key. */
export function deleteOldest<K>(entries: Map<K, unknown>): K | undefined {
  const oldest = entries.keys().next()
  if (oldest.done) return undefined
  entries.delete(oldest.value)
  return oldest.value
}
