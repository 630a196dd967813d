import { type Cidr, cidrContains, formatIp, type Ip, parseCidr, parseIp, unmapIp } from '@tocsin/model'
import type { Demand } from '../demand/demand.ts'
import { FieldKey } from '../field-key.ts'
import type { WhitelistDocument } from '../item/parser-schema.ts'
import type { Expression } from './expression.ts'
import type { Run } from './run.ts'

/** The field of the address that an event is about. */
const sourceAddress = new FieldKey('source_ip')

/** The addresses, ranges and expressions by which a node lets events off. */
export class Whitelist {
  readonly reason: string
  private readonly addresses4: ReadonlySet<number>
  private readonly addresses6: ReadonlySet<string>
  /** The IPv4 addresses as the only text that they have; null where a text has to be read all the same. */
  private readonly texts4: ReadonlySet<string> | null
  private readonly ranges: readonly Cidr[]
  private readonly hasAddresses: boolean
  private readonly expressions: readonly Expression[]

  constructor(document: WhitelistDocument, expressions: readonly Expression[]) {
    this.reason = document.reason
    const addresses = document.ips.map(({ value }) => parseIp(value)).filter((ip) => ip !== null)
    this.addresses4 = new Set(addresses.filter(({ version }) => version === 4).map(({ w3 }) => w3))
    this.addresses6 = new Set(addresses.filter(({ version }) => version === 6).map(formatIp))
    this.ranges = document.cidrs.map(({ value }) => parseCidr(value)).filter((cidr) => cidr !== null)
    this.texts4 = this.ranges.length > 0 ? null : new Set(addresses.map(formatIp))
    this.hasAddresses = addresses.length + this.ranges.length > 0
    this.expressions = expressions
  }

  /** Its expressions. */
  get parts(): readonly Expression[] {
    return this.expressions
  }

  /** Adds what it reads. */
  addReads(demand: Demand): void {
    demand.add('Meta', 'source_ip')
    for (const { program } of this.expressions) demand.addExpression(program.source)
  }

  /** Whether an expression may write fields of the event. */
  get writes(): boolean {
    return this.expressions.some((expression) => expression.writes)
  }

  /** Whether an address of the event, or an expression, lets it off. An expression that fails ends the search. */
  covers(run: Run): boolean {
    if (this.coversAddress(run)) return true
    const { expressions } = this
    for (let at = 0; at < expressions.length; at++) {
      const verdict = (expressions[at] as Expression).test(run)
      if (verdict !== false) return verdict === true
    }
    return false
  }

  /** Whether an address of the event lets it off. */
  coversAddress(run: Run): boolean {
    if (!this.hasAddresses) return false
    const { event } = run
    if (event.overflow) return [...event.overflow.sources.keys()].some((key) => this.coversText(run, key))
    const address = sourceAddress.get(event.meta)
    return address !== undefined && this.coversText(run, address)
  }

  private coversText(run: Run, text: string): boolean {
    return this.texts4 !== null && !text.includes(':') ? this.texts4.has(text) : this.coversRead(run, text)
  }

  private coversRead(run: Run, text: string): boolean {
    const found = run.address(text)
    // A ban on a mapped address hits the IPv4 address behind it, so that one counts.
    const ip = found && unmapIp(found)
    if (ip === null) return false
    if (this.holds(ip)) return true
    for (let at = 0; at < this.ranges.length; at++) {
      if (cidrContains(this.ranges[at] as Cidr, ip)) return true
    }
    return false
  }

  private holds(ip: Ip): boolean {
    if (ip.version === 4) return this.addresses4.has(ip.w3)
    return this.addresses6.size > 0 && this.addresses6.has(formatIp(ip))
  }
}
