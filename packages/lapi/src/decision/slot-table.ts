import { addressBits, type Cidr, cidrCovers, formatCidr, formatIp } from '@tocsin/model'
import type { Decision } from './decision.ts'
import { TextTable } from './text-table.ts'

const chunkBits = 14
const chunkSize = 1 << chunkBits
const offsetMask = chunkSize - 1

/** A decision of the active set. Its version is the number of the change that brought it. */
export interface HeldDecision extends Decision {
  readonly version: number
  /** No other decision on its address or value came while it was held: nothing can outlast it. */
  readonly isAlone: boolean
}

/**
 * Decisions as columns of numbers, about a hundred bytes each: a million of them must fit beside everything else.
 * A slot is a row's number; it keeps until it is freed, then another decision may take it.
 */
export class SlotTable {
  readonly #chunks: Chunk[] = []
  readonly #texts = new TextTable()
  /** Values that are not what their address looks like when written by us. */
  readonly #values = new Map<number, string>()
  readonly #free: number[] = []
  #length = 0

  /** One more than the highest slot that was ever taken. */
  get length(): number {
    return this.#length
  }

  insert(decision: Decision, version: number): number {
    const slot = this.#free.pop() ?? this.#length++
    let chunk = this.#chunks[slot >> chunkBits]
    if (!chunk) this.#chunks.push((chunk = new Chunk()))
    const at = slot & offsetMask
    chunk.version[at] = version
    chunk.id[at] = decision.id
    chunk.alertId[at] = decision.alertId
    chunk.createdAt[at] = decision.createdAt
    chunk.until[at] = decision.until
    chunk.simulated[at] = decision.simulated ? 1 : 0
    chunk.shared[at] = 0
    writeUuid(chunk.uuid, at * 4, decision.uuid)
    chunk.texts.set(
      [
        this.#texts.take(decision.origin),
        this.#texts.take(decision.scenario),
        this.#texts.take(decision.scope),
        this.#texts.take(decision.type),
      ],
      at * 4,
    )
    writeCidr(chunk, at, decision.cidr)
    if (decision.cidr === null || canonicalValue(decision.cidr) !== decision.value) {
      this.#values.set(slot, decision.value)
    }
    return slot
  }

  /** Notes that there is another decision on the same address or value. */
  markShared(slot: number): void {
    this.#chunk(slot).shared[slot & offsetMask] = 1
  }

  /** Frees the slot; what it held can no longer be read. */
  free(slot: number): void {
    const chunk = this.#chunk(slot)
    const at = slot & offsetMask
    chunk.version[at] = 0
    for (let i = 0; i < 4; i++) this.#texts.drop(chunk.texts[at * 4 + i] ?? 0)
    this.#values.delete(slot)
    this.#free.push(slot)
  }

  /** 0 for a free slot. */
  version(slot: number): number {
    return this.#chunk(slot).version[slot & offsetMask] ?? 0
  }

  id(slot: number): number {
    return this.#chunk(slot).id[slot & offsetMask] ?? 0
  }

  createdAt(slot: number): number {
    return this.#chunk(slot).createdAt[slot & offsetMask] ?? 0
  }

  until(slot: number): number {
    return this.#chunk(slot).until[slot & offsetMask] ?? 0
  }

  value(slot: number): string {
    const cidr = this.cidr(slot)
    return this.#values.get(slot) ?? (cidr ? canonicalValue(cidr) : '')
  }

  /** Whether the value is written as its address is. */
  isCanonical(slot: number): boolean {
    return !this.#values.has(slot)
  }

  cidr(slot: number): Cidr | null {
    const chunk = this.#chunk(slot)
    const at = slot & offsetMask
    const version = chunk.family[at]
    if (version !== 4 && version !== 6) return null
    const word = (i: number) => chunk.words[at * 4 + i] ?? 0
    return { ip: { version, w0: word(0), w1: word(1), w2: word(2), w3: word(3) }, bits: chunk.bits[at] ?? 0 }
  }

  /** Whether the slot holds a decision on just that block. */
  isOn(slot: number, { ip, bits }: Cidr): boolean {
    const chunk = this.#chunk(slot)
    const at = slot & offsetMask
    const base = at * 4
    return (
      chunk.family[at] === ip.version &&
      chunk.bits[at] === bits &&
      chunk.words[base + 3] === ip.w3 &&
      chunk.words[base + 2] === ip.w2 &&
      chunk.words[base + 1] === ip.w1 &&
      chunk.words[base] === ip.w0
    )
  }

  /** Whether the slot holds a decision on a block within the given one. */
  isWithin(slot: number, outer: Cidr): boolean {
    const chunk = this.#chunk(slot)
    const at = slot & offsetMask
    if (chunk.version[at] === 0 || chunk.family[at] !== outer.ip.version) return false
    if ((chunk.bits[at] ?? 0) < outer.bits) return false
    const cidr = this.cidr(slot)
    return cidr !== null && cidrCovers(outer, cidr)
  }

  /** Whether the slot holds a decision on the same value, of the same type and scope. */
  isLike(slot: number, { value, type, scope }: Decision): boolean {
    const chunk = this.#chunk(slot)
    const at = (slot & offsetMask) * 4
    return (
      this.#texts.get(chunk.texts[at + 3] ?? 0) === type &&
      this.#texts.get(chunk.texts[at + 2] ?? 0) === scope &&
      this.value(slot) === value
    )
  }

  /** What many decisions have in common. */
  shared(slot: number): Pick<Decision, 'scenario' | 'origin' | 'type'> {
    const { texts } = this.#chunk(slot)
    const at = (slot & offsetMask) * 4
    const text = (i: number) => this.#texts.get(texts[at + i] ?? 0)
    return { origin: text(0), scenario: text(1), type: text(3) }
  }

  read(slot: number): HeldDecision {
    const chunk = this.#chunk(slot)
    const at = slot & offsetMask
    const text = (i: number) => this.#texts.get(chunk.texts[at * 4 + i] ?? 0)
    return {
      id: chunk.id[at] ?? 0,
      uuid: readUuid(chunk.uuid, at * 4),
      alertId: chunk.alertId[at] ?? 0,
      origin: text(0),
      scenario: text(1),
      scope: text(2),
      type: text(3),
      value: this.value(slot),
      cidr: this.cidr(slot),
      simulated: chunk.simulated[at] === 1,
      createdAt: chunk.createdAt[at] ?? 0,
      until: chunk.until[at] ?? 0,
      version: chunk.version[at] ?? 0,
      isAlone: chunk.shared[at] === 0,
    }
  }

  #chunk(slot: number): Chunk {
    const chunk = this.#chunks[slot >> chunkBits]
    if (!chunk) throw new RangeError(`there is no slot ${slot}`)
    return chunk
  }
}

class Chunk {
  readonly version = new Float64Array(chunkSize)
  readonly id = new Float64Array(chunkSize)
  readonly alertId = new Float64Array(chunkSize)
  readonly createdAt = new Float64Array(chunkSize)
  readonly until = new Float64Array(chunkSize)
  readonly uuid = new Uint32Array(chunkSize * 4)
  readonly texts = new Uint32Array(chunkSize * 4)
  readonly words = new Uint32Array(chunkSize * 4)
  readonly bits = new Uint8Array(chunkSize)
  readonly family = new Uint8Array(chunkSize)
  readonly simulated = new Uint8Array(chunkSize)
  readonly shared = new Uint8Array(chunkSize)
}

function canonicalValue(cidr: Cidr): string {
  return cidr.bits === addressBits(cidr.ip) ? formatIp(cidr.ip) : formatCidr(cidr)
}

function writeCidr(chunk: Chunk, at: number, cidr: Cidr | null): void {
  chunk.family[at] = cidr?.ip.version ?? 0
  chunk.bits[at] = cidr?.bits ?? 0
  const { w0, w1, w2, w3 } = cidr?.ip ?? { w0: 0, w1: 0, w2: 0, w3: 0 }
  chunk.words.set([w0, w1, w2, w3], at * 4)
}

function writeUuid(words: Uint32Array, base: number, uuid: string): void {
  const hex = uuid.replaceAll('-', '')
  for (let i = 0; i < 4; i++) words[base + i] = Number.parseInt(hex.slice(i * 8, i * 8 + 8), 16)
}

const hexBytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

function readUuid(words: Uint32Array, base: number): string {
  const half = (i: number, shift: number) => {
    const word = (words[base + i] ?? 0) >>> shift
    return `${hexBytes[(word >>> 8) & 255]}${hexBytes[word & 255]}`
  }
  return (
    `${half(0, 16)}${half(0, 0)}-${half(1, 16)}-${half(1, 0)}-` +
    `${half(2, 16)}-${half(2, 0)}${half(3, 16)}${half(3, 0)}`
  )
}
