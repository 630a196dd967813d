import { type Cidr, formatIp, type Ip, lastIp } from '@tocsin/model'

/** Addresses from first to last, both included, that are enforced on until then. */
export interface Interval {
  readonly first: bigint
  readonly last: bigint
  readonly until: number
}

interface Open extends Interval {
  readonly bits: number
}

/**
 * The same addresses as the given blocks of one family, as intervals that never overlap, in order: where blocks lie
 * inside each other the longest end counts, and neighbours with the same end (to the second) become one. Kernel
 * sets of intervals refuse overlaps. Takes n log n steps and gives at most 2n intervals.
 */
export function disjointIntervals(blocks: Iterable<{ block: Cidr; until: number }>): Interval[] {
  const sorted = Array.from(blocks, ({ block, until }): Open => {
    return { first: ipToNumber(block.ip), last: ipToNumber(lastIp(block)), bits: block.bits, until }
  }).sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : a.bits - b.bits))
  const cutter = new Cutter()
  for (const block of sorted) cutter.open(block)
  return cutter.finish()
}

export function ipToNumber(ip: Ip): bigint {
  if (ip.version === 4) return BigInt(ip.w3)
  const high = (BigInt(ip.w0) << 32n) | BigInt(ip.w1)
  const low = (BigInt(ip.w2) << 32n) | BigInt(ip.w3)
  return (high << 64n) | low
}

export function numberToIp(version: 4 | 6, number: bigint): Ip {
  const word = (shift: bigint) => Number((number >> shift) & 0xffff_ffffn)
  if (version === 4) return { version, w0: 0, w1: 0, w2: 0, w3: word(0n) }
  return { version, w0: word(96n), w1: word(64n), w2: word(32n), w3: word(0n) }
}

/** `first-last`, or the address alone. */
export function formatInterval(version: 4 | 6, interval: { first: bigint; last: bigint }): string {
  const first = formatIp(numberToIp(version, interval.first))
  if (interval.first === interval.last) return first
  return `${first}-${formatIp(numberToIp(version, interval.last))}`
}

/** Walks blocks in order of their first address, outer ones before inner ones, and cuts outer ones round inner ones. */
class Cutter {
  readonly #cut: Interval[] = []
  /** The blocks around the place reached, outermost first; each end is the longest of it and those around it. */
  readonly #open: Interval[] = []
  #reached = 0n

  open(block: Interval): void {
    this.#closeBefore(block.first)
    const around = this.#open.at(-1)
    if (around !== undefined) this.#emit(block.first - 1n, around.until)
    this.#reached = block.first
    this.#open.push({ ...block, until: Math.max(block.until, around?.until ?? 0) })
  }

  finish(): Interval[] {
    this.#closeBefore(null)
    return this.#cut
  }

  /** Closes all blocks that end before this address; all of them where it is null. */
  #closeBefore(first: bigint | null): void {
    for (let top = this.#open.at(-1); top !== undefined; top = this.#open.at(-1)) {
      if (first !== null && top.last >= first) return
      this.#emit(top.last, top.until)
      this.#reached = top.last + 1n
      this.#open.pop()
    }
  }

  /** From the place reached up to this address. */
  #emit(last: bigint, until: number): void {
    const first = this.#reached
    if (last < first) return
    const before = this.#cut.at(-1)
    if (before !== undefined && before.last + 1n === first && isSameSecond(before.until, until)) {
      this.#cut[this.#cut.length - 1] = { first: before.first, last, until: Math.max(before.until, until) }
    } else {
      this.#cut.push({ first, last, until })
    }
  }
}

function isSameSecond(a: number, b: number): boolean {
  return a === b || Math.ceil(a / 1000) === Math.ceil(b / 1000)
}
