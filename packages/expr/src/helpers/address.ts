import {
  addressBits,
  cidrContains,
  formatCidr,
  type Ip,
  maskIp,
  parseCidr,
  parseIp,
  unmapIp,
} from '@tocsin/model'
import { types } from '../type/type.ts'
import { helper, type HelperFamily } from './capability.ts'

const { bool, string } = types
const test = types.func([string], bool)

/** An address, IPv4 where it is mapped; null for anything else. */
function address(text: string): Ip | null {
  const ip = parseIp(text)
  return ip && unmapIp(ip)
}

/** Helpers on addresses. Whatever is no address is in nothing and of no family. */
export const addressHelpers: HelperFamily = () => ({
  IsIP: helper(test, (text: string) => parseIp(text) !== null),
  IsIPV4: helper(test, (text: string) => address(text)?.version === 4),
  IsIPV6: helper(test, (text: string) => address(text)?.version === 6),
  IpInRange: helper(types.func([string, string], bool), (text: string, range: string) => {
    const [ip, block] = [address(text), parseCidr(range)]
    return ip !== null && block !== null && cidrContains(block, ip)
  }),
  IpToRange: helper(types.func([string, string], string), ipToRange),
})

/** The block of so many bits, `/24` or `24`, that an address is in; '' where either makes no sense. */
function ipToRange(text: string, bits: string): string {
  const digits = /^\/?([+-]?[0-9]+)$/.exec(bits)?.[1]
  const ip = parseIp(text)
  const count = Number(digits)
  if (digits === undefined || !ip || count < 0 || count > addressBits(ip)) return ''
  return formatCidr(maskIp(ip, count))
}
