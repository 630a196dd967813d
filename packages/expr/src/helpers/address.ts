import {
  addressBits,
  type Cidr,
  cidrContains,
  formatCidr,
  type Ip,
  lastIp,
  maskIp,
  parseIp,
  unmapIp,
} from '@tocsin/model'
import { types } from '../type/type.ts'
import { helper, type HelperFamily } from './capability.ts'

const { bool, string } = types
const test = types.func([string], bool)

/** Helpers on addresses. Whatever is no address is in nothing and of no family; a mapped one is IPv4. */
export const addressHelpers: HelperFamily = () => {
  const addressOf = rememberLast(parseAddress)
  const blockOf = rememberMany(parseBlock)
  return {
    IsIP: helper(test, (text: string) => addressOf(text) !== null),
    IsIPV4: helper(test, (text: string) => addressOf(text)?.version === 4),
    IsIPV6: helper(test, (text: string) => addressOf(text)?.version === 6),
    IpInRange: {
      ...helper(types.func([string, string], bool), (text: string, range: string) => {
        const ip = addressOf(text)
        if (ip === null) return false
        const block = blockOf(range)
        return block !== null && cidrContains(block, ip)
      }),
      search: (ranges) => inSomeRange(ranges.map(parseBlock), addressOf),
      prepare: ([, range]) => (range === undefined ? undefined : inRange(parseBlock(range), addressOf)),
    },
    IpToRange: helper(types.func([string, string], string), ipToRange),
  }
}

/** A test of addresses for one block, which is none for null. */
function inRange(block: Cidr | null, addressOf: (text: string) => Ip | null): (text: string) => boolean {
  if (block === null) return () => false
  return (text) => {
    const ip = addressOf(text)
    return ip !== null && cidrContains(block, ip)
  }
}

/** A test of addresses for several blocks. */
function inSomeRange(
  blocks: readonly (Cidr | null)[],
  addressOf: (text: string) => Ip | null,
): (text: string) => boolean {
  const spans = spansOf(blocks.filter((block) => block?.ip.version === 4))
  const others = blocks.filter((block) => block?.ip.version === 6)
  return (text) => {
    const ip = addressOf(text)
    if (ip === null) return false
    if (ip.version === 4) return isInSpan(spans, ip.w3)
    return others.some((block) => block !== null && cidrContains(block, ip))
  }
}

/** The first and the last address of IPv4 blocks in turn, ascending; blocks inside others are left out. */
function spansOf(blocks: readonly (Cidr | null)[]): Float64Array {
  const all = blocks
    .flatMap((block) => (block ? [[block.ip.w3, lastIp(block).w3] as const] : []))
    .sort(([a, aEnd], [b, bEnd]) => a - b || bEnd - aEnd)
  const spans: number[] = []
  // Blocks are apart or one inside the other.
  for (const [start, end] of all) if (end > (spans.at(-1) ?? -1)) spans.push(start, end)
  return Float64Array.from(spans)
}

function isInSpan(spans: Float64Array, address: number): boolean {
  let low = 0
  let high = spans.length / 2
  while (low < high) {
    const middle = (low + high) >> 1
    if (address > (spans[middle * 2 + 1] ?? 0)) low = middle + 1
    else high = middle
  }
  return low * 2 < spans.length && address >= (spans[low * 2] ?? 0)
}

function parseAddress(text: string): Ip | null {
  const ip = parseIp(text)
  return ip && unmapIp(ip)
}

/** A block as Go reads it: leading zeros of the bits do not count, and one of mapped addresses is of IPv4. */
function parseBlock(text: string): Cidr | null {
  const [, address = '', digits = ''] = /^([^/]+)\/0*([0-9]{1,3})$/.exec(text) ?? []
  const ip = parseIp(address)
  const bits = Number(digits)
  if (!ip || bits > addressBits(ip)) return null
  const block = maskIp(ip, bits)
  const plain = unmapIp(block.ip)
  return plain.version === 4 && ip.version === 6 && bits >= 96 ? { ip: plain, bits: bits - 96 } : block
}

/** The block of so many bits, `/24` or `24`, that an address is in; '' where either makes no sense. */
function ipToRange(text: string, bits: string): string {
  const digits = /^\/?([+-]?[0-9]+)$/.exec(bits)?.[1]
  const ip = parseAddress(text)
  const count = Number(digits)
  if (digits === undefined || !ip || count < 0 || count > addressBits(ip)) return ''
  return formatCidr(maskIp(ip, count))
}

/** One address is asked about again and again, a list of ranges being gone through. */
function rememberLast<T>(parse: (text: string) => T): (text: string) => T {
  let lastText: string | undefined
  let last: T
  return (text) => {
    if (text !== lastText) [lastText, last] = [text, parse(text)]
    return last
  }
}

const maxRemembered = 16_384
const maxRememberedLength = 64

/** Ranges are constants of items and lines of their files, in practice. */
function rememberMany<T>(parse: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>()
  return (text) => {
    const answer = known.get(text)
    if (answer !== undefined) return answer
    const parsed = parse(text)
    if (text.length > maxRememberedLength) return parsed
    if (known.size >= maxRemembered) known.clear()
    known.set(text, parsed)
    return parsed
  }
}
