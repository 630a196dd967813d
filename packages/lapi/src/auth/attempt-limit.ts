import { type Clock, formatIp, maskIp, parseIp } from '@tocsin/model'
import type { Client } from '../server/client-address.ts'
import { Refusal } from '../server/refusal.ts'

export interface AttemptLimitOptions {
  /** So many within the time are let pass. */
  readonly attempts: number
  readonly windowMs: number
}

interface Attempts {
  count: number
  readonly since: number
}

/** What is remembered at most: whoever comes from more places pushes the oldest out. */
const maxPlaces = 10_000
/** Whoever has one IPv6 address has all of its network. */
const v6PlaceBits = 64

/**
 * Counts attempts for each address, within a time that begins with the first. Clients on this machine are not
 * counted: whoever is here needs no guessing.
 */
export class AttemptLimit {
  readonly #options: AttemptLimitOptions
  readonly #clock: Clock
  readonly #places = new Map<string, Attempts>()
  /** How often somebody was told to wait. */
  refused = 0

  constructor(options: AttemptLimitOptions, clock: Clock) {
    this.#options = options
    this.#clock = clock
  }

  /** Throws a Refusal with 429 where the client has made too many attempts. */
  check(client: Client): void {
    if (client.isLocal) return
    const attempts = this.#places.get(placeOf(client))
    if (!attempts) return
    const leftMs = attempts.since + this.#options.windowMs - this.#clock()
    if (leftMs <= 0 || attempts.count < this.#options.attempts) return
    this.refused++
    throw new Refusal(429, 'too many attempts from this address', {
      retryAfterSeconds: Math.ceil(leftMs / 1000),
    })
  }

  /** Notes an attempt. */
  note(client: Client): void {
    if (client.isLocal) return
    const place = placeOf(client)
    const now = this.#clock()
    const known = this.#places.get(place)
    if (known && now - known.since < this.#options.windowMs) {
      known.count++
      return
    }
    this.#places.delete(place)
    this.#places.set(place, { count: 1, since: now })
    const [oldest] = this.#places.keys()
    if (this.#places.size > maxPlaces && oldest !== undefined) this.#places.delete(oldest)
  }
}

function placeOf({ address }: Client): string {
  const ip = parseIp(address)
  return ip?.version === 6 ? formatIp(maskIp(ip, v6PlaceBits).ip) : address
}
