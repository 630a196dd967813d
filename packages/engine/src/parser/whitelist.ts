import { type Cidr, cidrContains, formatIp, type Ip, parseCidr, parseIp } from '@tocsin/model'
import type { Event } from '../event.ts'
import type { WhitelistDocument } from '../item/parser-schema.ts'
import type { Expression } from './expression.ts'
import type { Run } from './run.ts'

const maxRemembered = 4096

/** The addresses, ranges and expressions by which a node lets events off. */
export class Whitelist {
  readonly reason: string
  private readonly addresses: ReadonlySet<string>
  private readonly ranges: readonly Cidr[]
  private readonly expressions: readonly Expression[]
  /** Answers for addresses seen lately: attackers and monitors repeat themselves. */
  private readonly remembered = new Map<string, boolean>()

  constructor(document: WhitelistDocument, expressions: readonly Expression[]) {
    this.reason = document.reason
    this.addresses = new Set(document.ips.map(({ value }) => value).map(canonical))
    this.ranges = document.cidrs.map(({ value }) => parseCidr(value)).filter((cidr) => cidr !== null)
    this.expressions = expressions
  }

  /** Whether an address of the event, or an expression, lets it off. An expression that fails ends the search. */
  covers(run: Run): boolean {
    if (this.coversAddress(run.event)) return true
    for (const expression of this.expressions) {
      const verdict = expression.test(run)
      if (verdict !== false) return verdict === true
    }
    return false
  }

  private coversAddress(event: Event): boolean {
    if (this.addresses.size === 0 && this.ranges.length === 0) return false
    if (event.overflow) return [...event.overflow.sources.keys()].some((key) => this.coversText(key))
    const address = event.meta.get('source_ip')
    return address !== undefined && this.coversText(address)
  }

  private coversText(text: string): boolean {
    const known = this.remembered.get(text)
    if (known !== undefined) return known
    const ip = parseIp(text)
    if (ip === null) return false
    const covered = this.coversIp(ip)
    if (this.remembered.size >= maxRemembered) this.remembered.clear()
    this.remembered.set(text, covered)
    return covered
  }

  private coversIp(ip: Ip): boolean {
    return this.addresses.has(formatIp(ip)) || this.ranges.some((range) => cidrContains(range, ip))
  }
}

function canonical(text: string): string {
  const ip = parseIp(text)
  return ip === null ? text : formatIp(ip)
}
