import { type BoundedMap, deleteOldest } from './bounded-map.ts'

/**
 * Balances between what was used lately and what was used often, by which of the two it regretted to give up.
 * Source: N. Megiddo and D. Modha, "ARC: a self-tuning, low overhead replacement cache", 2003.
 */
export class ArcMap<V> implements BoundedMap<V> {
  /** Used once lately, and more than once. */
  readonly #recent = new Map<string, V>()
  readonly #frequent = new Map<string, V>()
  /** Keys that either gave up lately. */
  readonly #recentGhosts = new Map<string, true>()
  readonly #frequentGhosts = new Map<string, true>()
  readonly #limit: number
  /** How many entries the recent part should have. */
  #target = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  get size(): number {
    return this.#recent.size + this.#frequent.size
  }

  get(key: string): V | undefined {
    const value = this.#recent.get(key) ?? this.#frequent.get(key)
    if (value !== undefined) this.#promote(key, value)
    return value
  }

  set(key: string, value: V): void {
    if (this.#recent.has(key) || this.#frequent.has(key)) {
      this.#promote(key, value)
    } else if (this.#recentGhosts.has(key)) {
      const step = Math.max(1, Math.floor(this.#frequentGhosts.size / this.#recentGhosts.size))
      this.#target = Math.min(this.#limit, this.#target + step)
      this.#makeRoom(false)
      this.#recentGhosts.delete(key)
      this.#frequent.set(key, value)
    } else if (this.#frequentGhosts.has(key)) {
      const step = Math.max(1, Math.floor(this.#recentGhosts.size / this.#frequentGhosts.size))
      this.#target = Math.max(0, this.#target - step)
      this.#makeRoom(true)
      this.#frequentGhosts.delete(key)
      this.#frequent.set(key, value)
    } else {
      this.#add(key, value)
    }
  }

  delete(key: string): void {
    this.#recent.delete(key)
    this.#frequent.delete(key)
  }

  #promote(key: string, value: V): void {
    this.#recent.delete(key)
    this.#frequent.delete(key)
    this.#frequent.set(key, value)
  }

  #add(key: string, value: V): void {
    const [recent, ghosts] = [this.#recent.size, this.#recentGhosts.size]
    if (recent + ghosts >= this.#limit) {
      if (recent < this.#limit) {
        deleteOldest(this.#recentGhosts)
        this.#makeRoom(false)
      } else {
        deleteOldest(this.#recent)
      }
    } else if (this.size + ghosts + this.#frequentGhosts.size >= this.#limit) {
      if (this.size + ghosts + this.#frequentGhosts.size >= 2 * this.#limit)
        deleteOldest(this.#frequentGhosts)
      this.#makeRoom(false)
    }
    this.#recent.set(key, value)
  }

  /** Gives up an entry where there is no room; `favorsFrequent` settles a recent part that is just as large as wanted. */
  #makeRoom(favorsFrequent: boolean): void {
    if (this.size < this.#limit) return
    const { size } = this.#recent
    const isLarge = size > this.#target || (favorsFrequent && size === this.#target)
    const [from, ghosts] =
      (size > 0 && isLarge) || this.#frequent.size === 0
        ? [this.#recent, this.#recentGhosts]
        : [this.#frequent, this.#frequentGhosts]
    const key = deleteOldest(from)
    if (key !== undefined) ghosts.set(key, true)
  }
}
