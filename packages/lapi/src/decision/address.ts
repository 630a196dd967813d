import { addressBits, type Cidr, type Ip, lastIp, maskIp, parseIpOrCidr, unmapIp } from '@tocsin/model'

/** The first and last address of a block as the database keeps them: sixteen bytes, sortable over both families. */
export interface AddressBytes {
  readonly family: 4 | 6
  readonly first: Uint8Array
  readonly last: Uint8Array
}

/** An address or a block; IPv4-mapped ones count as IPv4. Null where the text is neither. */
export function parseAddress(text: string): Cidr | null {
  const cidr = parseIpOrCidr(text)
  if (!cidr || cidr.ip.version === 4) return cidr
  const plain = unmapIp(cidr.ip)
  return plain.version === 4 && cidr.bits >= 96 ? maskIp(plain, cidr.bits - 96) : cidr
}

/** The bounds of a block; those of a single address are one and the same list of bytes. */
export function addressBytes(cidr: Cidr): AddressBytes {
  const first = bytesOf(cidr.ip)
  const isSingle = cidr.bits === addressBits(cidr.ip)
  return { family: cidr.ip.version, first, last: isSingle ? first : bytesOf(lastIp(cidr)) }
}

/** As `ipToBytes`, without the buffer outside of the heap that a view makes: rows come by the hundred thousand. */
function bytesOf({ version, w0, w1, w2, w3 }: Ip): Uint8Array {
  const bytes = new Uint8Array(16)
  const words = [w0, w1, version === 4 ? 0xffff : w2, w3]
  for (let i = 0; i < 16; i++) bytes[i] = (words[i >> 2] ?? 0) >>> (24 - (i & 3) * 8)
  return bytes
}

/** Whether the scope says that the value is an address or a range. Expects the usual spelling. */
export function isAddressScope(scope: string): boolean {
  return scope === 'Ip' || scope === 'Range'
}
