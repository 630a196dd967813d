const entries = 1 << 10

/**
 * Remembers which instruction was chosen at places of the same kind, the last ones only. A kind is the instruction
 * that a walk comes from, the state of the place and the side left of it.
 */
export class ChoiceCache {
  private readonly origins = new Int32Array(entries).fill(-1)
  private readonly places = new Int32Array(entries)
  private readonly chosen = new Int32Array(entries)

  /** The instruction chosen; -1 if it is not known. */
  get(from: number, state: number, left: number): number {
    const entry = entryOf(from, state)
    if (this.origins[entry] !== from || this.places[entry] !== state * 4 + left) return -1
    return this.chosen[entry] ?? -1
  }

  set(from: number, state: number, left: number, chosen: number): void {
    const entry = entryOf(from, state)
    this.origins[entry] = from
    this.places[entry] = state * 4 + left
    this.chosen[entry] = chosen
  }

  clear(): void {
    this.origins.fill(-1)
  }
}

function entryOf(from: number, state: number): number {
  return (Math.imul(from, 0x9e3779b1) ^ Math.imul(state, 0x85ebca6b)) >>> 22
}
