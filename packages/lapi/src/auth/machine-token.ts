import fastifyJwt from '@fastify/jwt'
import type { FastifyRequest } from 'fastify'
import { randomBytes } from 'node:crypto'
import { type Clock, TocsinError } from '@tocsin/model'
import type { App } from '../server/app.ts'
import { unauthorized } from '../server/refusal.ts'
import type { KnownMachines } from './known-machines.ts'

const tokenLifeMs = 3_600_000
const refreshWindowMs = 3_600_000

interface Claims {
  id: string
  exp: number
  orig_iat: number
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Name of the machine whose token came with the request; empty where none was asked for. */
    machine: string
  }
}

/**
 * Gives out and checks the tokens of machines. Nothing is kept of them: a token counts until it ends or its machine is deleted,
 * and a new key, which each start makes unless one is given, voids all. Throws LAPI_WEAK_SECRET.
 */
export class MachineTokens {
  readonly #app: App
  readonly #clock: Clock
  readonly #machines: KnownMachines

  constructor(app: App, machines: KnownMachines, clock: Clock, secret: string | undefined) {
    if (secret !== undefined && secret.length < 64) {
      throw new TocsinError(
        'LAPI_WEAK_SECRET',
        'cannot sign tokens: the secret is shorter than 64 characters',
        {
          hint: 'give CS_LAPI_SECRET 64 random characters or more, or leave it unset',
        },
      )
    }
    this.#app = app
    this.#machines = machines
    this.#clock = clock
    void app.register(fastifyJwt, {
      secret: secret ?? randomBytes(64).toString('base64'),
      sign: { algorithm: 'HS256' },
      // The clock of the Local API decides what has expired.
      verify: { algorithms: ['HS256'], ignoreExpiration: true },
    })
    app.decorateRequest('machine', '')
  }

  issue(machine: string): { code: 200; expire: string; token: string } {
    const now = this.#clock()
    const exp = Math.floor((now + tokenLifeMs) / 1000)
    const claims: Claims = { id: machine, exp, orig_iat: Math.floor(now / 1000) }
    const expire = `${new Date(exp * 1000).toISOString().slice(0, -5)}Z`
    return { code: 200, expire, token: this.#app.jwt.sign(claims) }
  }

  /** A new token for the holder of one that is not too old. */
  refresh(request: FastifyRequest): { code: 200; expire: string; token: string } {
    const claims = this.#claims(request)
    if (claims.orig_iat * 1000 < this.#clock() - refreshWindowMs) throw unauthorized('Token is expired')
    return this.issue(claims.id)
  }

  /** The hook of routes for machines: sets `request.machine`. */
  readonly require = async (request: FastifyRequest): Promise<void> => {
    const { id, orig_iat: issuedAt } = this.#claims(request)
    await this.#machines.require(id, issuedAt * 1000)
    request.machine = id
  }

  #claims(request: FastifyRequest): Claims {
    const token = bearerToken(request) ?? cookieToken(request)
    if (token === undefined) throw unauthorized('cookie token is empty')
    let claims: Claims
    try {
      claims = this.#app.jwt.verify<Claims>(token)
    } catch {
      throw unauthorized('signature is invalid')
    }
    if (
      typeof claims.id !== 'string' ||
      typeof claims.exp !== 'number' ||
      typeof claims.orig_iat !== 'number'
    ) {
      throw unauthorized('signature is invalid')
    }
    if (claims.exp * 1000 <= this.#clock()) throw unauthorized('Token is expired')
    return claims
  }
}

function bearerToken(request: FastifyRequest): string | undefined {
  const match = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')
  return match?.[1]
}

function cookieToken(request: FastifyRequest): string | undefined {
  const match = /(?:^|;\s*)jwt=([^;\s]+)/.exec(request.headers.cookie ?? '')
  return match?.[1]
}
