import type { Cidr } from '@tocsin/model'

/** No slot. */
export const none = -1

const used = 1
const dead = 2
const shown = 4
const touched = 8

/** Codes of a block's family and length: 1 to 33 for IPv4, 34 to 162 for IPv6. */
const blockCodes = 163

export function blockCode(version: 4 | 6, bits: number): number {
  return version === 4 ? bits + 1 : bits + 34
}

/** Whether blocks of this code hold one address. */
export function isAddressCode(code: number): boolean {
  return code === 33 || code === 162
}

/** The family and length of a block code. */
function codeFamily(code: number): { version: 4 | 6; bits: number } {
  return code < 34 ? { version: 4, bits: code - 1 } : { version: 6, bits: code - 34 }
}

/**
 * The memory of the decision set: one slot a decision in flat columns (about 60 bytes each, nothing for the
 * garbage collector to walk), and a hash table with linear probing from each block to the first of its slots. The
 * hash is seeded: the addresses are chosen by attackers.
 */
export class DecisionTable {
  /** Milliseconds at which the decision ends. */
  until: Float64Array = new Float64Array(0)
  /** The end that hosts were told. */
  shownUntil: Float64Array = new Float64Array(0)
  /** The Local API's number, or NaN. */
  id: Float64Array = new Float64Array(0)
  label: Int32Array = new Int32Array(0)
  /** The pull that named the decision last. */
  pull: Uint32Array = new Uint32Array(0)
  /** The next decision on the same block, or `none`. */
  next: Int32Array = new Int32Array(0)
  /** Blocks held of each block code. */
  readonly blocks = new Int32Array(blockCodes)
  #words: Uint32Array = new Uint32Array(0)
  #codes: Uint8Array = new Uint8Array(0)
  #flags: Uint8Array = new Uint8Array(0)
  /** First slot of a block plus one; 0 is free. */
  #heads: Int32Array = new Int32Array(16)
  readonly #seed = (Math.random() * 0x1_0000_0000) | 0
  #headCount = 0
  #free = none
  #end = 0
  #size = 0

  /** Decisions held. */
  get size(): number {
    return this.#size
  }

  /** Slots are numbered below this; not all of them are in use. */
  get end(): number {
    return this.#end
  }

  /** Blocks held. */
  get blockCount(): number {
    return this.#headCount
  }

  /** The first slot of the block, or `none`. */
  find(block: Cidr): number {
    const { ip, bits } = block
    const { version, w0, w1, w2, w3 } = ip
    return this.findWords(blockCode(version, bits), w0, w1, w2, w3)
  }

  /** Like find, for a block given as its code and words. */
  findWords(code: number, w0: number, w1: number, w2: number, w3: number): number {
    return (this.#heads[this.#place(code, w0, w1, w2, w3)] as number) - 1
  }

  /** A new slot on the block behind its first one, with no column filled but the block. */
  add(block: Cidr): number {
    const slot = this.#take()
    const { ip, bits } = block
    const code = blockCode(ip.version, bits)
    const at = slot * 4
    this.#words[at] = ip.w0
    this.#words[at + 1] = ip.w1
    this.#words[at + 2] = ip.w2
    this.#words[at + 3] = ip.w3
    this.#codes[slot] = code
    this.#flags[slot] = used
    this.#size++
    const place = this.#place(code, ip.w0, ip.w1, ip.w2, ip.w3)
    const head = (this.#heads[place] as number) - 1
    if (head === none) {
      this.next[slot] = none
      this.#heads[place] = slot + 1
      this.blocks[code] = (this.blocks[code] as number) + 1
      this.#headCount++
      this.#growHeads()
    } else {
      this.next[slot] = this.next[head] as number
      this.next[head] = slot
    }
    return slot
  }

  /** Frees all dead slots of the block and says which is its first now, or `none`. */
  sweep(head: number, freed: (slot: number) => void): number {
    let first: number = none
    let last: number = none
    for (let slot = head; slot !== none;) {
      const following = this.next[slot] as number
      if (this.isDead(slot)) {
        freed(slot)
      } else {
        if (last === none) first = slot
        else this.next[last] = slot
        last = slot
      }
      slot = following
    }
    if (last !== none) this.next[last] = none
    if (first !== head) this.#moveHead(head, first)
    return first
  }

  /** Gives the slot back. Only after `sweep` took it out of its block. */
  release(slot: number): void {
    this.#flags[slot] = 0
    this.next[slot] = this.#free
    this.#free = slot
    this.#size--
  }

  block(slot: number): Cidr {
    const { version, bits } = codeFamily(this.#codes[slot] as number)
    const words = this.#words
    const at = slot * 4
    const w0 = words[at] as number
    const w1 = words[at + 1] as number
    const w2 = words[at + 2] as number
    const w3 = words[at + 3] as number
    return { ip: { version, w0, w1, w2, w3 }, bits }
  }

  code(slot: number): number {
    return this.#codes[slot] as number
  }

  isUsed(slot: number): boolean {
    return ((this.#flags[slot] as number) & (used | dead)) === used
  }

  isDead(slot: number): boolean {
    return ((this.#flags[slot] as number) & dead) !== 0
  }

  /** Takes the decision out of force; its slot stays readable until `sweep`. */
  kill(slot: number): void {
    this.#flags[slot] = (this.#flags[slot] as number) | dead
  }

  isShown(slot: number): boolean {
    return ((this.#flags[slot] as number) & shown) !== 0
  }

  /** Marks the decision that hosts were told for its block, or takes the mark away. */
  setShown(slot: number, value: boolean): void {
    const flags = this.#flags[slot] as number
    this.#flags[slot] = value ? flags | shown : flags & ~shown
  }

  /** Marks a first slot as touched; false where it was already. */
  touch(head: number): boolean {
    const flags = this.#flags[head] as number
    this.#flags[head] = flags | touched
    return (flags & touched) === 0
  }

  untouch(head: number): void {
    this.#flags[head] = (this.#flags[head] as number) & ~touched
  }

  /** Where the block's first slot is noted, or the free place where it would be. */
  #place(code: number, w0: number, w1: number, w2: number, w3: number): number {
    const mask = this.#heads.length - 1
    let place = this.#hash(code, w0, w1, w2, w3) & mask
    for (;;) {
      const slot = (this.#heads[place] as number) - 1
      if (slot === none) return place
      const at = slot * 4
      const same =
        this.#words[at + 3] === w3 &&
        this.#words[at + 2] === w2 &&
        this.#words[at + 1] === w1 &&
        this.#words[at] === w0 &&
        this.#codes[slot] === code
      if (same) return place
      place = (place + 1) & mask
    }
  }

  #placeOf(slot: number): number {
    const at = slot * 4
    const words = this.#words
    return this.#place(
      this.#codes[slot] as number,
      words[at] as number,
      words[at + 1] as number,
      words[at + 2] as number,
      words[at + 3] as number,
    )
  }

  #hash(code: number, w0: number, w1: number, w2: number, w3: number): number {
    let hash = mix(this.#seed ^ code, w3)
    if (code > 33) hash = mix(mix(mix(hash, w2), w1), w0)
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
    return hash ^ (hash >>> 16)
  }

  #hashOf(slot: number): number {
    const at = slot * 4
    const words = this.#words
    return this.#hash(
      this.#codes[slot] as number,
      words[at] as number,
      words[at + 1] as number,
      words[at + 2] as number,
      words[at + 3] as number,
    )
  }

  /** The block's first slot becomes another of its slots, or the block goes. */
  #moveHead(head: number, first: number): void {
    const place = this.#placeOf(head)
    if (first !== none) {
      this.#heads[place] = first + 1
      return
    }
    const code = this.#codes[head] as number
    this.blocks[code] = (this.blocks[code] as number) - 1
    this.#headCount--
    this.#closeGap(place)
  }

  /** Moves later entries of the probe run back, so that none is cut off by the free place. */
  #closeGap(place: number): void {
    const heads = this.#heads
    const mask = heads.length - 1
    let gap = place
    for (let at = (gap + 1) & mask; heads[at] !== 0; at = (at + 1) & mask) {
      const home = this.#hashOf((heads[at] as number) - 1) & mask
      if (((at - home) & mask) < ((at - gap) & mask)) continue
      heads[gap] = heads[at] as number
      gap = at
    }
    heads[gap] = 0
  }

  #take(): number {
    if (this.#free !== none) {
      const slot = this.#free
      this.#free = this.next[slot] as number
      return slot
    }
    if (this.#end === this.until.length) this.#growSlots()
    return this.#end++
  }

  #growSlots(): void {
    const capacity = Math.max(64, this.until.length * 2)
    this.until = grown(new Float64Array(capacity), this.until)
    this.shownUntil = grown(new Float64Array(capacity), this.shownUntil)
    this.id = grown(new Float64Array(capacity), this.id)
    this.label = grown(new Int32Array(capacity), this.label)
    this.pull = grown(new Uint32Array(capacity), this.pull)
    this.next = grown(new Int32Array(capacity), this.next)
    this.#words = grown(new Uint32Array(capacity * 4), this.#words)
    this.#codes = grown(new Uint8Array(capacity), this.#codes)
    this.#flags = grown(new Uint8Array(capacity), this.#flags)
  }

  #growHeads(): void {
    const old = this.#heads
    if (this.#headCount * 3 < old.length * 2) return
    this.#heads = new Int32Array(old.length * 2)
    for (const entry of old) if (entry !== 0) this.#heads[this.#placeOf(entry - 1)] = entry
  }
}

function mix(hash: number, word: number): number {
  const scrambled = Math.imul(Math.imul(word, 0xcc9e2d51) ^ (word >>> 15), 0x1b873593)
  const mixed = hash ^ scrambled
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0
}

function grown<T extends { set(from: T): void }>(to: T, from: T): T {
  to.set(from)
  return to
}
