import type { FastifyRequest } from 'fastify'
import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '@tocsin/model'
import type { App } from '../server/app.ts'
import { clientAddress } from '../server/client-address.ts'
import { forbidden } from '../server/refusal.ts'
import { isUnavailable } from '../store/dialect/failure.ts'
import type { Bouncer, Store } from '../store/store.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The bouncer whose key came with the request; null where none was asked for. */
    bouncer: Bouncer | null
  }
}

/** A key of 32 random bytes in base64 without padding. */
export function newBouncerKey(): string {
  return randomBytes(32).toString('base64').replace(/=+$/, '')
}

/** What is stored of a key: its SHA-512 in lower-case hexadecimal. Source: the wire format of CrowdSec's keys. */
export function hashBouncerKey(key: string): string {
  return createHash('sha512').update(key).digest('hex')
}

/** Finds the bouncer that a request comes from by its key and address; a key gets one entry for each address. */
export class BouncerKeys {
  readonly #store: Store
  readonly #clock: Clock
  #knownIds: ReadonlySet<number> = new Set()
  /** What the database said last, by hash: it stands in while the database is away. */
  readonly #lastKnown = new Map<string, readonly Bouncer[]>()

  constructor(app: App, store: Store, clock: Clock) {
    this.#store = store
    this.#clock = clock
    app.decorateRequest('bouncer', null)
  }

  /** The hook of routes for bouncers: sets `request.bouncer`. */
  readonly require = async (request: FastifyRequest): Promise<void> => {
    const key = request.headers['x-api-key']
    if (typeof key !== 'string' || key === '') throw forbidden()
    const entries = await this.#entriesOf(hashBouncerKey(key))
    const [oldest] = entries
    if (!oldest) throw forbidden()
    if (request.method === 'HEAD') {
      request.bouncer = oldest
      return
    }
    const address = clientAddress(request)
    const agent = userAgent(request)
    const known = entries.find((entry) => entry.address === address)
    const adoptable = entries.length === 1 && oldest.address === '' ? oldest : undefined
    request.bouncer = known ?? adoptable ?? (await this.#child(oldest, address, agent))
    await this.#recordSeen(request.bouncer, address, agent)
  }

  /** Whether the last reading of all keys has found the bouncer. */
  isKnown(bouncerId: number): boolean {
    return this.#knownIds.has(bouncerId)
  }

  /** Reads all keys, to know them if the database goes away, and to forget those that are no more. */
  async reload(): Promise<void> {
    const bouncers = await this.#store.bouncers.list()
    this.#lastKnown.clear()
    this.#knownIds = new Set(bouncers.map(({ id }) => id))
    for (const bouncer of bouncers.slice(-maxLastKnown)) {
      const entries = this.#lastKnown.get(bouncer.keyHash) ?? []
      this.#lastKnown.set(bouncer.keyHash, [...entries, bouncer])
    }
  }

  async #entriesOf(keyHash: string): Promise<readonly Bouncer[]> {
    try {
      const entries = await this.#store.bouncers.withKey(keyHash)
      this.#lastKnown.delete(keyHash)
      if (entries.length > 0) this.#lastKnown.set(keyHash, entries)
      const [oldest] = this.#lastKnown.keys()
      if (this.#lastKnown.size > maxLastKnown && oldest !== undefined) this.#lastKnown.delete(oldest)
      return entries
    } catch (error) {
      const known = this.#lastKnown.get(keyHash)
      if (known && isUnavailable(error)) return known
      throw error
    }
  }

  async #child(parent: Bouncer, address: string, agent: UserAgent): Promise<Bouncer> {
    const name = `${baseName(parent.name)}@${address}`
    const { keyHash } = parent
    const child = await this.#store.bouncers.add({
      name,
      keyHash,
      address,
      ...agent,
      autoCreated: true,
      at: this.#clock(),
    })
    // Two first requests at once: the other one has added it.
    const there = child ?? (await this.#store.bouncers.get(name))
    if (there?.keyHash !== keyHash) throw forbidden()
    return there
  }

  async #recordSeen(bouncer: Bouncer, address: string, agent: UserAgent): Promise<void> {
    const same =
      bouncer.address === address && bouncer.kind === agent.kind && bouncer.version === agent.version
    if (same) return
    try {
      await this.#store.bouncers.recordSeen(bouncer.id, { address, ...agent, at: this.#clock() })
    } catch (error) {
      // It will come again and be noted then.
      if (!isUnavailable(error)) throw error
    }
  }
}

const maxLastKnown = 10_000

interface UserAgent {
  kind: string
  version: string
}

function userAgent(request: FastifyRequest): UserAgent {
  const text = (request.headers['user-agent'] ?? '').slice(0, 255)
  const [kind = '', version, ...rest] = text.split('/')
  if (version === undefined || rest.length > 0) return { kind: text, version: 'N/A' }
  return { kind, version }
}

/** The name without the addresses that were put behind it. */
function baseName(name: string): string {
  return name.replace(/(?:@[0-9a-f.:]+)+$/i, '')
}
