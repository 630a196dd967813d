import { addressBits, type Cidr, cidrCovers, formatCidr, formatIp } from '@tocsin/model'
import { parseAddress } from '../decision/address.ts'

/** An address that must not be banned by accident, and why, worded to follow "it is". */
export interface ProtectedAddress {
  readonly cidr: Cidr
  readonly reason: string
}

/** The protected address that a decision would hit, as a reason to refuse it; null where it hits none. */
export function protectionReason(
  decided: Cidr,
  protectedAddresses: readonly ProtectedAddress[],
): string | null {
  const hit = protectedAddresses.find(({ cidr }) => cidrCovers(decided, cidr) || cidrCovers(cidr, decided))
  if (!hit) return null
  const isWhole = cidrCovers(hit.cidr, decided)
  return isWhole ? `it is ${hit.reason}` : `it covers ${formatBlock(hit.cidr)}, ${hit.reason}`
}

/** The protection that a request asks for by naming the address its sender is logged in from. */
export function senderProtection(address: string | undefined): ProtectedAddress[] {
  const cidr = address === undefined ? null : parseAddress(address)
  return cidr ? [{ cidr, reason: 'the address that you are logged in from' }] : []
}

function formatBlock(cidr: Cidr): string {
  return cidr.bits === addressBits(cidr.ip) ? formatIp(cidr.ip) : formatCidr(cidr)
}
