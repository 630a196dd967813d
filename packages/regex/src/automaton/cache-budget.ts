/** Something that keeps what it has computed and can do without. */
export interface Cache {
  /** Bytes that it keeps now. */
  readonly bytes: number
  /** Lets go of them. */
  clear(): void
}

/** Most bytes that all caches together may keep. */
const budget = 1 << 25

const caches = new Set<WeakRef<Cache>>()
const registered = new WeakSet<Cache>()
let reported = 0

/** To be called by a cache that has grown by that many bytes: over the budget, all other caches are cleared. */
export function reportGrowth(cache: Cache, bytes: number): void {
  if (!registered.has(cache)) {
    registered.add(cache)
    caches.add(new WeakRef(cache))
  }
  reported += bytes
  if (reported <= budget) return
  reported = 0
  for (const reference of caches) {
    const other = reference.deref()
    if (!other) caches.delete(reference)
    else if (other === cache) reported += cache.bytes
    else other.clear()
  }
}
