/**
 * An address of either family as four unsigned 32-bit words, most significant first. An IPv4 address sits in
 * `w3` with the other words zero; `version` tells it from the IPv6 address of the same words. Zones are refused.
 */
export interface Ip {
  readonly version: 4 | 6
  readonly w0: number
  readonly w1: number
  readonly w2: number
  readonly w3: number
}

/** An address block: `bits` leading bits of `ip` count, the others are zero. */
export interface Cidr {
  readonly ip: Ip
  readonly bits: number
}

/** Parses dotted IPv4 or RFC 4291 IPv6 text; null for anything else, leading zeros and zones included. */
export function parseIp(text: string): Ip | null {
  if (text.length < 2 || text.length > 45) return null
  return text.includes(':') ? parseIp6(text) : parseIp4(text)
}

/** Parses `address/bits`; bits beyond the prefix are cleared. Null for anything else, a bare address included. */
export function parseCidr(text: string): Cidr | null {
  const slash = text.indexOf('/')
  if (slash < 0) return null
  const ip = parseIp(text.slice(0, slash))
  const digits = text.slice(slash + 1)
  if (!ip || !/^(0|[1-9][0-9]{0,2})$/.test(digits)) return null
  const bits = Number(digits)
  return bits > addressBits(ip) ? null : maskIp(ip, bits)
}

/** Parses an address or a block; an address becomes the block that holds it alone. */
export function parseIpOrCidr(text: string): Cidr | null {
  if (text.includes('/')) return parseCidr(text)
  const ip = parseIp(text)
  return ip && { ip, bits: addressBits(ip) }
}

/** Canonical text: dotted for IPv4, RFC 5952 for IPv6 (IPv4-mapped addresses keep their dotted tail). */
export function formatIp(ip: Ip): string {
  return ip.version === 4 ? formatIp4(ip.w3) : formatIp6(ip)
}

export function formatCidr(cidr: Cidr): string {
  return `${formatIp(cidr.ip)}/${cidr.bits}`
}

/** 32 or 128. */
export function addressBits(ip: Ip): number {
  return ip.version === 4 ? 32 : 128
}

/** The block of the first `bits` bits of an address. Bits out of range are clamped. */
export function maskIp(ip: Ip, bits: number): Cidr {
  const kept = Math.max(0, Math.min(bits, addressBits(ip)))
  if (ip.version === 4) return { ip: { ...ip, w3: maskWord(ip.w3, kept) }, bits: kept }
  const masked: Ip = {
    version: 6,
    w0: maskWord(ip.w0, kept),
    w1: maskWord(ip.w1, kept - 32),
    w2: maskWord(ip.w2, kept - 64),
    w3: maskWord(ip.w3, kept - 96),
  }
  return { ip: masked, bits: kept }
}

/** The last address of a block. */
export function lastIp(cidr: Cidr): Ip {
  const { ip, bits } = cidr
  if (ip.version === 4) return { ...ip, w3: (ip.w3 | hostMask(bits)) >>> 0 }
  return {
    version: 6,
    w0: (ip.w0 | hostMask(bits)) >>> 0,
    w1: (ip.w1 | hostMask(bits - 32)) >>> 0,
    w2: (ip.w2 | hostMask(bits - 64)) >>> 0,
    w3: (ip.w3 | hostMask(bits - 96)) >>> 0,
  }
}

/** Whether the block holds the address. Families never mix: an IPv4-mapped IPv6 address is IPv6 here. */
export function cidrContains(cidr: Cidr, ip: Ip): boolean {
  const block = cidr.ip
  if (block.version !== ip.version) return false
  const bits = cidr.bits
  if (block.version === 4) return maskWord(ip.w3, bits) === block.w3
  return (
    maskWord(ip.w0, bits) === block.w0 &&
    maskWord(ip.w1, bits - 32) === block.w1 &&
    maskWord(ip.w2, bits - 64) === block.w2 &&
    maskWord(ip.w3, bits - 96) === block.w3
  )
}

/** Whether the outer block holds every address of the inner one. */
export function cidrCovers(outer: Cidr, inner: Cidr): boolean {
  return outer.bits <= inner.bits && cidrContains(outer, inner.ip)
}

/** IPv4-mapped IPv6 addresses (::ffff:a.b.c.d) as IPv4; every other address as it is. */
export function unmapIp(ip: Ip): Ip {
  const mapped = ip.version === 6 && ip.w0 === 0 && ip.w1 === 0 && ip.w2 === 0xffff
  return mapped ? ip4(ip.w3) : ip
}

/** Order by family, then by value: negative, zero or positive. */
export function compareIp(a: Ip, b: Ip): number {
  return a.version - b.version || a.w0 - b.w0 || a.w1 - b.w1 || a.w2 - b.w2 || a.w3 - b.w3
}

/** Sixteen bytes, network order, IPv4 in its mapped form: one sortable column for both families. */
export function ipToBytes(ip: Ip): Uint8Array {
  const bytes = new Uint8Array(16)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, ip.w0)
  view.setUint32(4, ip.w1)
  view.setUint32(8, ip.version === 4 ? 0xffff : ip.w2)
  view.setUint32(12, ip.w3)
  return bytes
}

/** The inverse of ipToBytes: mapped addresses come back as IPv4. */
export function ipFromBytes(bytes: Uint8Array): Ip {
  const view = new DataView(bytes.buffer, bytes.byteOffset, 16)
  return unmapIp({
    version: 6,
    w0: view.getUint32(0),
    w1: view.getUint32(4),
    w2: view.getUint32(8),
    w3: view.getUint32(12),
  })
}

/** 127.0.0.0/8, ::1 and their mapped forms. */
export function isLoopback(ip: Ip): boolean {
  const plain = unmapIp(ip)
  if (plain.version === 4) return plain.w3 >>> 24 === 127
  return plain.w0 === 0 && plain.w1 === 0 && plain.w2 === 0 && plain.w3 === 1
}

function ip4(word: number): Ip {
  return { version: 4, w0: 0, w1: 0, w2: 0, w3: word >>> 0 }
}

function maskWord(word: number, bits: number): number {
  if (bits >= 32) return word
  return bits <= 0 ? 0 : (word & (-1 << (32 - bits))) >>> 0
}

function hostMask(bits: number): number {
  if (bits >= 32) return 0
  return bits <= 0 ? 0xffffffff : 0xffffffff >>> bits
}

function parseIp4(text: string): Ip | null {
  const word = parseDotted(text)
  return word < 0 ? null : ip4(word)
}

/** The 32-bit value of a dotted address, or -1. */
function parseDotted(text: string): number {
  let word = 0
  let octet = -1
  let dots = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 46) {
      if (octet < 0 || ++dots > 3) return -1
      word = word * 256 + octet
      octet = -1
    } else {
      if (code < 48 || code > 57 || octet === 0) return -1
      octet = octet < 0 ? code - 48 : octet * 10 + (code - 48)
      if (octet > 255) return -1
    }
  }
  return dots === 3 && octet >= 0 ? word * 256 + octet : -1
}

function parseIp6(text: string): Ip | null {
  const gap = text.indexOf('::')
  if (gap >= 0 && text.includes('::', gap + 1)) return null
  const head = gap < 0 ? text : text.slice(0, gap)
  const tail = gap < 0 ? '' : text.slice(gap + 2)
  const left = parseGroups(head, gap < 0)
  const right = parseGroups(tail, true)
  if (!left || !right) return null
  const missing = 8 - left.length - right.length
  if (gap < 0 ? missing !== 0 : missing < 1) return null
  const groups = [...left, ...Array.from({ length: missing }, () => 0), ...right]
  const word = (at: number) => ((groups[at] ?? 0) * 65536 + (groups[at + 1] ?? 0)) >>> 0
  return { version: 6, w0: word(0), w1: word(2), w2: word(4), w3: word(6) }
}

/** Sixteen-bit groups of a colon-separated run; a dotted tail counts as two. Null if malformed. */
function parseGroups(text: string, mayEndDotted: boolean): number[] | null {
  if (text === '') return []
  const parts = text.split(':')
  const groups: number[] = []
  for (const [index, part] of parts.entries()) {
    if (mayEndDotted && index === parts.length - 1 && part.includes('.')) {
      const word = parseDotted(part)
      if (word < 0) return null
      groups.push(word >>> 16, word & 0xffff)
    } else {
      if (!/^[0-9a-fA-F]{1,4}$/.test(part)) return null
      groups.push(Number.parseInt(part, 16))
    }
  }
  return groups.length > 8 ? null : groups
}

function formatIp4(word: number): string {
  return `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`
}

function formatIp6(ip: Ip): string {
  if (unmapIp(ip).version === 4) return `::ffff:${formatIp4(ip.w3)}`
  const groups = [ip.w0, ip.w1, ip.w2, ip.w3].flatMap((word) => [word >>> 16, word & 0xffff])
  const { start, length } = longestZeroRun(groups)
  const hex = groups.map((group) => group.toString(16))
  if (length < 2) return hex.join(':')
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 }
  let start = 0
  for (let i = 0; i <= groups.length; i++) {
    if (groups[i] === 0) continue
    if (i - start > best.length) best = { start, length: i - start }
    start = i + 1
  }
  return best
}
