import { type Cidr, ipToBytes, lastIp, maskIp, parseIpOrCidr, unmapIp } from '@tocsin/model'

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

export function addressBytes(cidr: Cidr): AddressBytes {
  return { family: cidr.ip.version, first: ipToBytes(cidr.ip), last: ipToBytes(lastIp(cidr)) }
}

/** Whether the scope says that the value is an address or a range. Expects the usual spelling. */
export function isAddressScope(scope: string): boolean {
  return scope === 'Ip' || scope === 'Range'
}
