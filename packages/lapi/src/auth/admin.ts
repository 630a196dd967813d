import type { FastifyRequest } from 'fastify'
import type { IncomingMessage } from 'node:http'
import { createHash, timingSafeEqual } from 'node:crypto'
import { forbidden } from '../server/refusal.ts'
import type { AttemptLimit } from './attempt-limit.ts'

/** Who may administer: whoever could open the admin socket, and whoever knows the token. */
export class AdminAccess {
  readonly #viaSocket = new WeakSet<IncomingMessage>()
  readonly #tokenHash: Buffer
  readonly #failures: AttemptLimit

  constructor(token: string, failures: AttemptLimit) {
    this.#failures = failures
    this.#tokenHash = digest(token)
  }

  /** Notes that the request came over the admin socket. */
  allow(request: IncomingMessage): void {
    this.#viaSocket.add(request)
  }

  /** The hook of routes for administrators. */
  readonly require = async (request: FastifyRequest): Promise<void> => {
    if (this.#viaSocket.has(request.raw)) return
    this.#failures.check(request.client)
    const [, token] = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '') ?? []
    // Digests have one length, so that comparing them tells nothing about the token.
    if (token === undefined || !timingSafeEqual(digest(token), this.#tokenHash)) {
      this.#failures.note(request.client)
      throw await Promise.resolve(forbidden())
    }
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
