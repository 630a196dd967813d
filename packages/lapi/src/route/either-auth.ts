import type { FastifyRequest } from 'fastify'
import type { Services } from './services.ts'

type Hook = (request: FastifyRequest) => Promise<void>

/**
 * The hook of routes for machines and bouncers: a key is a bouncer, a token a machine; without either the User-Agent
 * decides who is asked for what.
 */
export function eitherAuth({ tokens, bouncers }: Services): Hook {
  return async (request) => {
    const { 'x-api-key': key, authorization, 'user-agent': agent = '' } = request.headers
    const isMachine = key === undefined && (authorization !== undefined || agent.startsWith('crowdsec/'))
    await (isMachine ? tokens.require(request) : bouncers.require(request))
  }
}

/** The hook of routes for machines that bouncers may read too: by their key, where no token comes with it. */
export function machineOrKey({ tokens, bouncers }: Services): Hook {
  return async (request) => {
    const { 'x-api-key': key, authorization } = request.headers
    const isBouncer = key !== undefined && authorization === undefined
    await (isBouncer ? bouncers.require(request) : tokens.require(request))
  }
}
