import type { FastifyRequest } from 'fastify'
import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '@tocsin/model'
import type { App } from '../server/app.ts'
import { forbidden } from '../server/refusal.ts'
import { isUnavailable } from '../store/dialect/failure.ts'
import type { Bouncer, NewBouncer, Store } from '../store/store.ts'
import type { AttemptLimit } from './attempt-limit.ts'
import type { CertificateAuth, CertificateIdentity } from './certificate/certificate-auth.ts'

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

export interface BouncerKeysOptions {
  readonly store: Store
  readonly clock: Clock
  /** Counts keys that are none. */
  readonly failures: AttemptLimit
  /** Null where certificates prove nothing. */
  readonly certificates: CertificateAuth | null
}

/** Finds the bouncer that a request comes from by its key and address; a key gets one entry for each address. */
export class BouncerKeys {
  readonly #store: Store
  readonly #clock: Clock
  readonly #failures: AttemptLimit
  readonly #certificates: CertificateAuth | null
  #knownIds: ReadonlySet<number> = new Set()
  /** What the database said last, by hash: it stands in while the database is away. */
  readonly #lastKnown = new Map<string, readonly Bouncer[]>()

  constructor(app: App, options: BouncerKeysOptions) {
    this.#store = options.store
    this.#clock = options.clock
    this.#failures = options.failures
    this.#certificates = options.certificates
    app.decorateRequest('bouncer', null)
  }

  /** The hook of routes for bouncers: sets `request.bouncer`. */
  readonly require = async (request: FastifyRequest): Promise<void> => {
    const identity = (await this.#certificates?.identify(request, 'bouncer')) ?? null
    if (identity) request.bouncer = await this.#byCertificate(request, identity)
    else request.bouncer = await this.#byKey(request)
  }

  async #byKey(request: FastifyRequest): Promise<Bouncer> {
    const { client } = request
    const key = request.headers['x-api-key']
    if (typeof key !== 'string' || key === '') throw forbidden()
    const entries = await this.#entriesOf(hashBouncerKey(key))
    const [oldest] = entries
    if (!oldest) {
      this.#failures.check(client)
      this.#failures.note(client)
      throw forbidden()
    }
    if (request.method === 'HEAD') return oldest
    const agent = userAgent(request)
    const known = entries.find((entry) => entry.address === client.address)
    const adoptable = entries.length === 1 && oldest.address === '' ? oldest : undefined
    const bouncer = known ?? adoptable ?? (await this.#child(oldest, client.address, agent))
    await this.#recordSeen(bouncer, client.address, agent)
    return bouncer
  }

  /** A certificate has an entry for each address it is used from, as a key has. */
  async #byCertificate(request: FastifyRequest, identity: CertificateIdentity): Promise<Bouncer> {
    if ('refused' in identity) throw forbidden(`access forbidden: ${identity.refused}`)
    const { name } = identity
    const { address } = request.client
    const agent = userAgent(request)
    const keyHash = `tls:${name}`
    const [known] = await this.#entriesOf(keyHash)
    const bouncer =
      known ?? (await this.#added({ name, keyHash, address, ...agent, authType: 'tls', autoCreated: true }))
    await this.#recordSeen(bouncer, address, agent)
    return bouncer
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
    return await this.#added({ name, keyHash: parent.keyHash, address, ...agent, autoCreated: true })
  }

  async #added(bouncer: Omit<NewBouncer, 'at'>): Promise<Bouncer> {
    const added = await this.#store.bouncers.add({ ...bouncer, at: this.#clock() })
    // Two first requests at once: the other one has added it. Or the name is somebody else's.
    const there = added ?? (await this.#store.bouncers.get(bouncer.name))
    if (there?.keyHash !== bouncer.keyHash) throw forbidden()
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
