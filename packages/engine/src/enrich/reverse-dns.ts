import type { Clock } from '@tocsin/model'
import { parseIp } from '@tocsin/model'
import type { EnrichMethod } from './method.ts'

/** Asks the world for the names of an address; rejects, or gives none, where there is none. */
export type ReverseLookup = (address: string) => Promise<readonly string[]>

const foundMs = 3_600_000
const missingMs = 300_000
const timeoutMs = 3000
const maxNames = 20_000
const maxPending = 64

interface Entry {
  readonly name: string
  readonly expiresMs: number
}

/**
 * The names of addresses, looked up beside the path of events: nobody ever waits for a line's address. A name is kept
 * for an hour and its absence for five minutes; a name server that does not answer within 3 s has no name. At most 64
 * lookups are under way and 20,000 names kept; what goes beyond has no name and is counted.
 */
export class ReverseNames {
  /** Lookups that were not made because too many were under way. */
  refused = 0
  private readonly lookup: ReverseLookup | null
  private readonly clock: Clock
  private readonly names = new Map<string, Entry>()
  private readonly pending = new Map<string, Promise<void>>()

  constructor(lookup: ReverseLookup | null, clock: Clock) {
    this.lookup = lookup
    this.clock = clock
  }

  /** The first name, with its final dot, as far as it is known now; "" for none, undefined for not yet. */
  known(address: string): string | undefined {
    const entry = this.names.get(address)
    if (entry === undefined) return undefined
    if (entry.expiresMs > this.clock()) return entry.name
    this.names.delete(address)
    return undefined
  }

  /** Makes an address known, if it can be; null where there is nothing to wait for. Never rejects. */
  ask(address: string): Promise<void> | null {
    if (this.lookup === null || this.known(address) !== undefined || parseIp(address) === null) return null
    const pending = this.pending.get(address)
    if (pending) return pending
    if (this.pending.size >= maxPending) {
      this.refused++
      return null
    }
    const asked = this.resolve(this.lookup, address).finally(() => this.pending.delete(address))
    this.pending.set(address, asked)
    return asked
  }

  private async resolve(lookup: ReverseLookup, address: string): Promise<void> {
    const name = await firstName(lookup, address)
    if (this.names.size >= maxNames) this.names.delete(this.names.keys().next().value ?? '')
    this.names.set(address, { name, expiresMs: this.clock() + (name === '' ? missingMs : foundMs) })
  }
}

/** The first name with its final dot; "" where there is none within the time. */
async function firstName(lookup: ReverseLookup, address: string): Promise<string> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<readonly string[]>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, [])
  })
  try {
    const [name = ''] = await Promise.race([lookup(address), timeout])
    return name === '' || name.endsWith('.') ? name : `${name}.`
  } catch {
    // An address without a name is the normal case, and name servers word it as an error.
    return ''
  } finally {
    clearTimeout(timer)
  }
}

/** The method reverse_dns. It sets nothing for an address whose name is not known; see ReverseNames.ask. */
export function reverseDnsMethod(names: ReverseNames): EnrichMethod {
  return {
    name: 'reverse_dns',
    prepare: (text) => names.ask(text),
    enrich: (text, event) => {
      const name = names.known(text)
      if (name === undefined) void names.ask(text)
      else if (name !== '') event.enriched.set('reverse_dns', name)
      return true
    },
  }
}
