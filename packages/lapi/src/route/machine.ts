import { Type } from 'typebox'
import { hashPassword, isPassword } from '../auth/password.ts'
import type { App } from '../server/app.ts'
import { clientAddress } from '../server/client-address.ts'
import { Refusal, unauthorized } from '../server/refusal.ts'
import { jsonType, type Services } from './services.ts'

const name = { maxLength: 255 }

const Registration = Type.Object({
  machine_id: Type.String(name),
  password: Type.String({ maxLength: 1024 }),
  registration_token: Type.Optional(Type.String({ minLength: 32, maxLength: 255 })),
})

const Login = Type.Object({
  machine_id: Type.String(name),
  password: Type.String({ maxLength: 1024 }),
  scenarios: Type.Optional(Type.Array(Type.String({ maxLength: 1024 }), { maxItems: 100_000 })),
})

/** Registration, login and what a machine says about itself. */
export function machineRoutes(app: App, services: Services): void {
  const { store, tokens, clock } = services

  app.post('/v1/watchers', { schema: { body: Registration } }, async (request, reply) => {
    const { machine_id: machine, password } = request.body
    const taken = new Refusal(403, `user '${machine}': user already exist`)
    const address = clientAddress(request)
    const validated = services.autoRegistration.accepts(request.body.registration_token, address)
    // Looked up first: hashing is dear, and anybody may ask.
    if (await store.machines.get(machine)) throw taken
    const passwordHash = await hashPassword(password)
    const added = await store.machines.add({ name: machine, passwordHash, validated, address, at: clock() })
    if (!added) throw taken
    return await reply.code(validated ? 202 : 201).send()
  })

  const config = { refuseAs: refuseLogin }
  app.post('/v1/watchers/login', { schema: { body: Login }, config }, async (request, reply) => {
    const { machine_id: machine, password, scenarios = null } = request.body
    const known = await store.machines.get(machine)
    if (!known) throw unauthorized('ent: machine not found')
    if (!known.validated) throw unauthorized(`machine ${machine} not validated`)
    if (!(await isPassword(password, known.passwordHash))) throw unauthorized(wrongCredentials)
    const [, version, ...rest] = (request.headers['user-agent'] ?? '').split('/')
    if (version === undefined || rest.length > 0) throw unauthorized(wrongCredentials)
    const address = clientAddress(request)
    if (known.address !== '' && known.address !== address) {
      services.logger.warn(`machine "${machine}" now comes from ${address} instead of ${known.address}`)
    }
    const told = scenarios !== null && scenarios.length > 0 ? scenarios : null
    const login = { address, version: version.slice(0, 255), scenarios: told, at: clock() }
    await store.machines.recordLogin(machine, login)
    return await reply.type(jsonType).send(JSON.stringify(tokens.issue(machine)))
  })

  app.get('/v1/refresh_token', { onRequest: tokens.require }, async (request, reply) => {
    return await reply.type(jsonType).send(JSON.stringify(tokens.refresh(request)))
  })

  app.delete('/v1/watchers/self', { onRequest: tokens.require }, async (request, reply) => {
    const deleted = await store.machines.delete([request.machine])
    if (deleted === 0) throw new Refusal(500, `machine '${request.machine}' doesn't exist: unable to delete`)
    return await reply.code(204).send()
  })

  app.get('/v1/heartbeat', { onRequest: tokens.require }, async (request, reply) => {
    await store.machines.recordHeartbeat(request.machine, clock())
    return await reply.code(200).send()
  })
}

const wrongCredentials = 'incorrect Username or Password'

/** Whatever is wrong with a login is answered with 401. */
function refuseLogin(refusal: Refusal): Refusal {
  if (refusal.status === 401) return refusal
  return unauthorized(refusal.status === 400 ? `missing: ${refusal.message}` : refusal.message)
}
