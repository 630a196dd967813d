import { addressBits, type Cidr, cidrCovers, formatCidr, formatIp } from '@tocsin/model'
import type { Decision } from './decision.ts'
import { type Kind, KindTable, type TallyEntry } from './kind-table.ts'
import { readUuid, writeUuid } from './uuid-words.ts'

const chunkBits = 14
const chunkSize = 1 << chunkBits
const offsetMask = chunkSize - 1

/** A decision of the active set. Its version is the number of the change that brought it. */
export interface HeldDecision extends Decision {
  readonly version: number
  /** No other decision on its address or value came while it was held: nothing can outlast it. */
  readonly isAlone: boolean
}

/** What can be asked about a slot without reading the whole decision out of it. */
export type SlotRows = Pick<
  SlotTable,
  | 'version'
  | 'id'
  | 'until'
  | 'kind'
  | 'hasKind'
  | 'uuidWord'
  | 'value'
  | 'cidr'
  | 'isAlone'
  | 'isIp4'
  | 'isWithin'
  | 'lastWord'
  | 'read'
>

/**
 * Decisions as columns of numbers, less than seventy bytes each: a million of them must fit beside everything else.
 * A slot is a row's number; it keeps until it is freed, then another decision may take it.
 */
export class SlotTable {
  readonly #chunks: Chunk[] = []
  readonly #kinds = new KindTable()
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
    chunk.shared[at] = 0
    chunk.kind[at] = this.#kinds.take(decision).number
    writeUuid(chunk.uuid, at * 4, decision.uuid)
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

  isAlone(slot: number): boolean {
    return this.#chunk(slot).shared[slot & offsetMask] === 0
  }

  /** Frees the slot; what it held can no longer be read. */
  free(slot: number): void {
    const chunk = this.#chunk(slot)
    const at = slot & offsetMask
    chunk.version[at] = 0
    this.#kinds.drop(chunk.kind[at] ?? 0)
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

  /** What the decision has in common with many others. */
  kind(slot: number): Kind {
    return this.#kinds.get(this.#chunk(slot).kind[slot & offsetMask] ?? 0)
  }

  /** Whether there may be a decision of a kind that the test accepts. */
  hasKind(test: (kind: Kind) => boolean): boolean {
    return this.#kinds.some(test)
  }

  /** The decisions that are held by scenario, origin and type. */
  get tally(): TallyEntry[] {
    return this.#kinds.tally
  }

  /** The uuid's 32 bits of that index, 0 to 3, the most significant first. */
  uuidWord(slot: number, index: number): number {
    return this.#chunk(slot).uuid[(slot & offsetMask) * 4 + index] ?? 0
  }

  value(slot: number): string {
    const cidr = this.cidr(slot)
    return this.#values.get(slot) ?? (cidr ? canonicalValue(cidr) : '')
  }

  /** Whether the value is written as its address is. */
  isCanonical(slot: number): boolean {
    return !this.#values.has(slot)
  }

  /** Whether the value is one IPv4 address, written as usual: `lastWord` is all of it. */
  isIp4(slot: number): boolean {
    const chunk = this.#chunk(slot)
    const at = slot & offsetMask
    if (chunk.family[at] !== 4 || chunk.bits[at] !== 32) return false
    return this.#values.size === 0 || !this.#values.has(slot)
  }

  /** The last 32 bits of the address; 0 where there is none. */
  lastWord(slot: number): number {
    return this.#chunk(slot).lastWord[slot & offsetMask] ?? 0
  }

  cidr(slot: number): Cidr | null {
    const chunk = this.#chunk(slot)
    const at = slot & offsetMask
    const version = chunk.family[at]
    const w3 = chunk.lastWord[at] ?? 0
    const bits = chunk.bits[at] ?? 0
    if (version === 4) return { ip: { version, w0: 0, w1: 0, w2: 0, w3 }, bits }
    if (version !== 6) return null
    const word = (i: number) => chunk.wide?.[at * 3 + i] ?? 0
    return { ip: { version, w0: word(0), w1: word(1), w2: word(2), w3 }, bits }
  }

  /** Whether the slot holds a decision on just that block. */
  isOn(slot: number, { ip, bits }: Cidr): boolean {
    const chunk = this.#chunk(slot)
    const at = slot & offsetMask
    if (chunk.lastWord[at] !== ip.w3 || chunk.family[at] !== ip.version || chunk.bits[at] !== bits)
      return false
    if (ip.version === 4) return true
    const { wide } = chunk
    const base = at * 3
    return wide !== null && wide[base + 2] === ip.w2 && wide[base + 1] === ip.w1 && wide[base] === ip.w0
  }

  /** Whether the slot holds a decision on a block within the given one. */
  isWithin(slot: number, outer: Cidr): boolean {
    const chunk = this.#chunk(slot)
    const at = slot & offsetMask
    if (chunk.version[at] === 0 || chunk.family[at] !== outer.ip.version) return false
    if ((chunk.bits[at] ?? 0) < outer.bits) return false
    const { ip, bits } = outer
    // Shifted by the bits that may differ; by 32 is by none.
    if (ip.version === 4) return bits === 0 || ((chunk.lastWord[at] ?? 0) ^ ip.w3) >>> (32 - bits) === 0
    const cidr = this.cidr(slot)
    return cidr !== null && cidrCovers(outer, cidr)
  }

  /** Whether the slot holds a decision on the same value, of the same type and scope. */
  isLike(slot: number, { value, type, scope }: Decision): boolean {
    const kind = this.kind(slot)
    return kind.type === type && kind.scope === scope && this.value(slot) === value
  }

  read(slot: number): HeldDecision {
    const chunk = this.#chunk(slot)
    const at = slot & offsetMask
    const { origin, scenario, scope, type, simulated } = this.kind(slot)
    return {
      id: chunk.id[at] ?? 0,
      uuid: readUuid(chunk.uuid, at * 4),
      alertId: chunk.alertId[at] ?? 0,
      origin,
      scenario,
      scope,
      type,
      value: this.value(slot),
      cidr: this.cidr(slot),
      simulated,
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
  readonly kind = new Uint32Array(chunkSize)
  readonly lastWord = new Uint32Array(chunkSize)
  /** The other 96 bits of IPv6 addresses; null as long as the chunk has had none. */
  wide: Uint32Array | null = null
  readonly bits = new Uint8Array(chunkSize)
  readonly family = new Uint8Array(chunkSize)
  readonly shared = new Uint8Array(chunkSize)
}

function canonicalValue(cidr: Cidr): string {
  return cidr.bits === addressBits(cidr.ip) ? formatIp(cidr.ip) : formatCidr(cidr)
}

function writeCidr(chunk: Chunk, at: number, cidr: Cidr | null): void {
  chunk.family[at] = cidr?.ip.version ?? 0
  chunk.bits[at] = cidr?.bits ?? 0
  chunk.lastWord[at] = cidr?.ip.w3 ?? 0
  if (cidr?.ip.version !== 6) return
  const { w0, w1, w2 } = cidr.ip
  chunk.wide ??= new Uint32Array(chunkSize * 3)
  chunk.wide[at * 3] = w0
  chunk.wide[at * 3 + 1] = w1
  chunk.wide[at * 3 + 2] = w2
}
