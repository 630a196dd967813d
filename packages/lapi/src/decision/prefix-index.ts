import { type Cidr, cidrCovers, type Ip, maskIp } from '@tocsin/model'

/**
 * Things that lie on address blocks, found by address. A lookup costs one hash access for each prefix length in
 * use, whatever the number of things.
 */
export class PrefixIndex<T> {
  readonly #levels = new Map<number, Level<T>>()

  add(cidr: Cidr, item: T): void {
    const number = levelNumber(cidr)
    let level = this.#levels.get(number)
    if (!level) this.#levels.set(number, (level = { bits: cidr.bits, blocks: new Map() }))
    const key = blockKey(cidr.ip)
    const block = level.blocks.get(key)
    if (block) block.items.push(item)
    else level.blocks.set(key, { cidr, items: [item] })
  }

  delete(cidr: Cidr, item: T): void {
    const level = this.#levels.get(levelNumber(cidr))
    const key = blockKey(cidr.ip)
    const block = level?.blocks.get(key)
    if (!level || !block) return
    const at = block.items.indexOf(item)
    if (at < 0) return
    block.items.splice(at, 1)
    if (block.items.length > 0) return
    level.blocks.delete(key)
    if (level.blocks.size === 0) this.#levels.delete(levelNumber(cidr))
  }

  /** What lies on blocks that hold the whole of the given one. */
  *around(cidr: Cidr): Generator<T, void, undefined> {
    for (const [number, { bits, blocks }] of this.#levels) {
      if (bits > cidr.bits || number < v6Levels !== (cidr.ip.version === 4)) continue
      const block = blocks.get(blockKey(maskIp(cidr.ip, bits).ip))
      if (block) yield* block.items
    }
  }

  /** What lies on blocks within the given one, itself included. Costs every block at least as narrow. */
  *within(cidr: Cidr): Generator<T, void, undefined> {
    for (const { bits, blocks } of this.#levels.values()) {
      if (bits < cidr.bits) continue
      for (const block of blocks.values()) if (cidrCovers(cidr, block.cidr)) yield* block.items
    }
  }
}

interface Level<T> {
  bits: number
  blocks: Map<number | string, { cidr: Cidr; items: T[] }>
}

const v6Levels = 64

function levelNumber(cidr: Cidr): number {
  return cidr.ip.version === 4 ? cidr.bits : v6Levels + cidr.bits
}

function blockKey(ip: Ip): number | string {
  return ip.version === 4 ? ip.w3 : `${ip.w0},${ip.w1},${ip.w2},${ip.w3}`
}
