import { grown } from './slot-chains.ts'
import type { SlotTable } from './slot-table.ts'

/** The slots of a table in the order of their versions. Freed slots stay in place until half the log is gone. */
export class VersionLog {
  readonly #table: SlotTable
  #slots = new Uint32Array(1024)
  #versions = new Float64Array(1024)
  #length = 0
  #version = 0

  constructor(table: SlotTable) {
    this.#table = table
  }

  /** The last version given. */
  get version(): number {
    return this.#version
  }

  /** Notes the slot of the next version. */
  add(slot: number): void {
    if (this.#length === this.#slots.length) {
      this.#slots = grown(this.#slots, this.#length + 1)
      this.#versions = grown(this.#versions, this.#length + 1)
    }
    this.#slots[this.#length] = slot
    this.#versions[this.#length] = ++this.#version
    this.#length++
  }

  /**
   * Looks at up to `limit` slots whose versions come after the given one and that still hold what came with them, until
   * `take` answers false. Answers the version of the last one looked at, or null where none is left.
   */
  scan(version: number, limit: number, take: (slot: number) => boolean): number | null {
    let left = limit
    for (let at = this.#firstAfter(version); at < this.#length; at++) {
      const slot = this.#slots[at] ?? 0
      if (!this.#isHeld(at)) continue
      if (!take(slot) || --left <= 0) return this.#versions[at] ?? 0
    }
    return null
  }

  /** The version before the first held one that the test accepts; the last version where it accepts none. */
  before(test: (slot: number) => boolean): number {
    for (let at = 0; at < this.#length; at++) {
      if (this.#isHeld(at) && test(this.#slots[at] ?? 0)) return (this.#versions[at] ?? 1) - 1
    }
    return this.#version
  }

  /** Closes the gaps once they are more than what is held. */
  compact(held: number): void {
    if (this.#length < 1024 || this.#length < held * 2) return
    let to = 0
    for (let at = 0; at < this.#length; at++) {
      if (!this.#isHeld(at)) continue
      this.#slots[to] = this.#slots[at] ?? 0
      this.#versions[to] = this.#versions[at] ?? 0
      to++
    }
    this.#length = to
    if (this.#slots.length > 4096 && to * 4 < this.#slots.length) {
      this.#slots = grown(this.#slots.subarray(0, to), to)
      this.#versions = grown(this.#versions.subarray(0, to), to)
    }
  }

  #isHeld(at: number): boolean {
    return this.#table.version(this.#slots[at] ?? 0) === this.#versions[at]
  }

  #firstAfter(version: number): number {
    let low = 0
    let high = this.#length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#versions[middle] ?? 0) > version) high = middle
      else low = middle + 1
    }
    return low
  }
}
