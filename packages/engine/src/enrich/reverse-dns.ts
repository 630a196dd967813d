import type { Clock } from '@tocsin/model'
import { parseIp } from '@tocsin/model'
import type { EnrichMethod } from './method.ts'

/**
 * Asks the world for the names of an address; rejects, or gives none, where there is none. Null where nobody was or
 * will be asked: nothing is known then, and nothing is remembered. It must settle in bounded time, because an overflow
 * waits for it and keeps its place before those behind it.
 */
export type ReverseLookup = (address: string) => Promise<readonly string[] | null> | null

const foundMs = 3_600_000
const missingMs = 300_000
const maxNames = 20_000
const maxPending = 4000

interface Entry {
  readonly name: string
  readonly expiresMs: number
}

/**
 * The names of addresses, looked up beside the path of events: nobody ever waits for a line's address. A name is kept
 * for an hour and its absence for five minutes, at most 20,000 of them. How the world is asked, for how long and for how
 * many addresses at a time is the lookup's business; beyond 4,000 at a time even that is not asked, and the address has
 * no name.
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
    const answer = this.lookup(address)
    if (answer === null) return null
    const asked = this.remember(address, answer).finally(() => this.pending.delete(address))
    this.pending.set(address, asked)
    return asked
  }

  private async remember(address: string, answer: Promise<readonly string[] | null>): Promise<void> {
    // An address without a name is the normal case, and name servers word it as an error.
    const found = await answer.catch(() => [])
    if (found === null) return
    const [first = ''] = found
    const name = first === '' || first.endsWith('.') ? first : `${first}.`
    if (this.names.size >= maxNames) this.names.delete(this.names.keys().next().value ?? '')
    this.names.set(address, { name, expiresMs: this.clock() + (name === '' ? missingMs : foundMs) })
  }
}

/** The method reverse_dns. It sets nothing for an address whose name is not known; see ReverseNames.ask. */
export function reverseDnsMethod(names: ReverseNames): EnrichMethod {
  return {
    name: 'reverse_dns',
    prepare: (text) => names.ask(text),
    enrich: (text, event) => {
      const name = names.known(text)
      // An overflow has asked already, by `prepare`: who got no answer then goes on without.
      if (name === undefined) void (event.overflow === null && names.ask(text))
      else if (name !== '') event.enriched.set('reverse_dns', name)
      return true
    },
  }
}
