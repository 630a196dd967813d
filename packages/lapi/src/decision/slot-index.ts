import { type Cidr, type Ip, maskIp } from '@tocsin/model'
import { mix, SlotChains } from './slot-chains.ts'
import type { SlotTable } from './slot-table.ts'

const v6Levels = 64

/**
 * Finds slots by address. A lookup of what lies around a block costs one hash access for each prefix length in use.
 */
export class AddressIndex {
  readonly #table: SlotTable
  readonly #chains: SlotChains
  /** How many decisions have each prefix length, by family. */
  readonly #levels = new Map<number, number>()

  constructor(table: SlotTable) {
    this.#table = table
    this.#chains = new SlotChains((slot) => {
      const cidr = table.cidr(slot)
      return cidr ? blockHash(cidr.ip, cidr.bits) : 0
    })
  }

  add(slot: number, cidr: Cidr): void {
    this.#chains.add(slot)
    this.#count(cidr, 1)
  }

  delete(slot: number, cidr: Cidr): void {
    this.#chains.delete(slot)
    this.#count(cidr, -1)
  }

  /** The first slot on just that block; -1 for none. The order means nothing. */
  firstOn(cidr: Cidr): number {
    return this.#nextMatch(this.#chains.first(blockHash(cidr.ip, cidr.bits)), cidr)
  }

  /** The next slot on that block after one; -1 for none. */
  nextOn(slot: number, cidr: Cidr): number {
    return this.#nextMatch(this.#chains.after(slot), cidr)
  }

  #nextMatch(from: number, cidr: Cidr): number {
    let slot = from
    while (slot >= 0 && !this.#table.isOn(slot, cidr)) slot = this.#chains.after(slot)
    return slot
  }

  /** Slots on just that block. */
  on(cidr: Cidr): number[] {
    const found: number[] = []
    for (let slot = this.firstOn(cidr); slot >= 0; slot = this.nextOn(slot, cidr)) found.push(slot)
    return found
  }

  /** Slots on blocks that hold the whole of the given one. */
  around(cidr: Cidr): number[] {
    return [...this.#levels.keys()].flatMap((level) => {
      const bits = level < v6Levels ? level : level - v6Levels
      const family = level < v6Levels ? 4 : 6
      return family === cidr.ip.version && bits <= cidr.bits ? this.on(maskIp(cidr.ip, bits)) : []
    })
  }

  #count({ ip, bits }: Cidr, change: number): void {
    const level = ip.version === 4 ? bits : v6Levels + bits
    const count = (this.#levels.get(level) ?? 0) + change
    if (count === 0) this.#levels.delete(level)
    else this.#levels.set(level, count)
  }
}

function blockHash({ version, w0, w1, w2, w3 }: Ip, bits: number): number {
  const last = mix(mix(version, bits), w3)
  return version === 4 ? last : mix(mix(mix(last, w2), w1), w0)
}

/** Finds slots by id. */
export class IdIndex {
  readonly #table: SlotTable
  readonly #chains: SlotChains

  constructor(table: SlotTable) {
    this.#table = table
    this.#chains = new SlotChains((slot) => idHash(table.id(slot)))
  }

  add(slot: number): void {
    this.#chains.add(slot)
  }

  delete(slot: number): void {
    this.#chains.delete(slot)
  }

  get(id: number): number | undefined {
    for (let slot = this.#chains.first(idHash(id)); slot >= 0; slot = this.#chains.after(slot)) {
      if (this.#table.id(slot) === id) return slot
    }
    return undefined
  }
}

function idHash(id: number): number {
  return mix(Math.floor(id / 0x100000000), id >>> 0)
}
