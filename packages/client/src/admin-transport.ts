import type { TocsinError } from '@tocsin/model'
import type { WirePruned } from './admin-wire.ts'
import { readArray, readCount, readObject } from './answer.ts'
import { type Call, type Fetch, Transport, type TransportOptions } from './transport.ts'

/** Either the socket `admin.sock` of the state folder (Node only), or a url with the token in `admin.token` there. */
export type AdminClientOptions = (
  ({ socketPath: string } & Omit<TransportOptions, 'url' | 'fetch'>) | ({ token: string } & TransportOptions)
) & {
  /** Who asks, for the audit log: 1 to 64 printable characters without blanks. */
  actor?: string
}

const tokenHint = 'use the token in the file admin.token of the state folder of the Local API'

/** Calls below `/v1/admin` as an administrator. */
export class AdminTransport {
  readonly #transport: Transport
  readonly #headers: Record<string, string>

  /** Throws LAPI_BAD_URL. */
  constructor(options: AdminClientOptions) {
    const viaSocket = 'socketPath' in options
    const transport = viaSocket
      ? { ...options, url: 'http://localhost', fetch: lazyUnixFetch(options.socketPath) }
      : options
    const place = viaSocket ? options.socketPath : undefined
    this.#transport = new Transport(transport, { unauthorized: tokenHint, forbidden: tokenHint }, place)
    this.#headers = {
      ...(viaSocket ? {} : { authorization: `Bearer ${options.token}` }),
      ...(options.actor === undefined ? {} : { 'x-tocsin-actor': options.actor }),
    }
  }

  async json(call: Call): Promise<unknown> {
    const headers = { ...this.#headers, ...call.headers }
    return await this.#transport.json({ ...call, path: `/v1/admin${call.path}`, headers })
  }

  async list(call: Call): Promise<unknown[]> {
    return readArray(this.#transport, call, await this.json(call))
  }

  async object(call: Call): Promise<Record<string, unknown>> {
    return readObject(this.#transport, call, await this.json(call))
  }

  async count(call: Call): Promise<number> {
    return readCount(this.#transport, call, await this.json(call))
  }

  async pruned(call: Call): Promise<WirePruned> {
    const answer = await this.object(call)
    if (Array.isArray(answer.names)) return { names: answer.names.map(String) }
    throw this.badAnswer(call, 'the answer names nothing')
  }

  badAnswer(call: Call, reason: string): TocsinError {
    return this.#transport.failure(call, 'LAPI_BAD_ANSWER', reason)
  }
}

/** Keeps node:http out of programs that never reach for the socket. */
function lazyUnixFetch(socketPath: string): Fetch {
  return async (url, init) => {
    const { unixFetch } = await import('./unix.ts')
    return await unixFetch(socketPath)(url, init)
  }
}
