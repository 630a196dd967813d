import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { CertificateIdentity } from '../auth/certificate/certificate-auth.ts'
import { hashPassword, isForeignHash, isPassword } from '../auth/password.ts'
import type { App } from '../server/app.ts'
import { forbidden, Refusal, unauthorized } from '../server/refusal.ts'
import { jsonType, type Services } from './services.ts'

/** Something to see, and nothing that plays tricks on a terminal. */
const name = { minLength: 1, maxLength: 255, pattern: String.raw`^[^\u0000-\u001f\u007f-\u009f]*$` }

const Registration = Type.Object({
  machine_id: Type.String(name),
  password: Type.String({ minLength: 1, maxLength: 1024 }),
  registration_token: Type.Optional(Type.String({ minLength: 32, maxLength: 255 })),
})

const scenarioNames = Type.Array(Type.String({ maxLength: 1024 }), { maxItems: 100_000 })

const Login = Type.Object({
  machine_id: Type.String({ maxLength: 255 }),
  password: Type.String({ maxLength: 1024 }),
  scenarios: Type.Optional(scenarioNames),
})

/** Of a login by a certificate only the scenarios count. */
const certificateLogin = Compile(Type.Object({ scenarios: Type.Optional(scenarioNames) }))

/** So many may wait for an administrator; more would be nobody's to look through. */
const maxPending = 1_000

/** Registration, login and what a machine says about itself. */
export function machineRoutes(app: App, services: Services): void {
  const { store, tokens, machines, clock } = services

  app.post('/v1/watchers', { schema: { body: Registration } }, async (request, reply) => {
    const { machine_id: machine, password } = request.body
    if (!services.remoteRegistration && !request.client.isLocal) throw forbidden()
    services.registrations.check(request.client)
    services.registrations.note(request.client)
    const taken = new Refusal(403, `user '${machine}': user already exist`)
    const { address } = request.client
    const validated = acceptsRegistration(services, request, request.body.registration_token)
    // Looked up first: hashing is dear, and anybody may ask.
    if (await store.machines.get(machine)) throw taken
    if (!validated && (await store.machines.countPending()) >= maxPending) {
      throw new Refusal(429, 'too many machines wait for an administrator already')
    }
    const passwordHash = await hashPassword(password)
    const added = await store.machines.add({ name: machine, passwordHash, validated, address, at: clock() })
    if (!added) throw taken
    if (validated) await services.audit.note(request, 'machine.add', machine, { registered: true })
    return await reply.code(validated ? 202 : 201).send()
  })

  const config = { refuseAs: refuseLogin }
  const login = { schema: { body: Login }, config, attachValidation: true }
  app.post('/v1/watchers/login', login, async (request, reply) => {
    const machine = await whoLogsIn(services, request)
    return await reply.type(jsonType).send(JSON.stringify(tokens.issue(machine)))
  })

  app.get('/v1/refresh_token', { onRequest: tokens.require }, async (request, reply) => {
    return await reply.type(jsonType).send(JSON.stringify(tokens.refresh(request)))
  })

  app.delete('/v1/watchers/self', { onRequest: tokens.require }, async (request, reply) => {
    const deleted = await store.machines.delete([request.machine])
    if (deleted === 0) throw new Refusal(500, `machine '${request.machine}' doesn't exist: unable to delete`)
    machines.noteLeft(request.machine)
    return await reply.code(204).send()
  })

  app.get('/v1/heartbeat', { onRequest: tokens.require }, async (request, reply) => {
    await store.machines.recordHeartbeat(request.machine, clock())
    return await reply.code(200).send()
  })
}

/** A wrong token is a failed login. */
function acceptsRegistration(
  services: Services,
  request: FastifyRequest,
  token: string | undefined,
): boolean {
  services.failures.check(request.client)
  try {
    return services.autoRegistration.accepts(token, request.client.address)
  } catch (error) {
    services.failures.note(request.client)
    throw error
  }
}

/** The name of the machine that has proved who it is. Throws a Refusal. */
async function whoLogsIn(services: Services, request: FastifyRequest): Promise<string> {
  services.failures.check(request.client)
  const identity = (await services.certificates?.identify(request, 'machine')) ?? null
  try {
    return identity
      ? await loginByCertificate(services, request, identity)
      : await loginByPassword(services, request)
  } catch (error) {
    if (error instanceof Refusal && error.status === 401) services.failures.note(request.client)
    throw error
  }
}

async function loginByPassword(services: Services, request: FastifyRequest): Promise<string> {
  if (request.validationError) throw request.validationError
  const { machine_id: machine, password, scenarios = null } = request.body as Type.Static<typeof Login>
  const known = await services.store.machines.get(machine)
  if (!known) throw unauthorized('ent: machine not found')
  if (!known.validated) throw unauthorized(`machine ${machine} not validated`)
  if (known.authType !== 'password') {
    throw unauthorized(
      `machine ${machine} attempted to auth with password but it is configured to use ${known.authType}`,
    )
  }
  if (!(await isPassword(password, known.passwordHash))) throw unauthorized(wrongCredentials)
  await recordLogin(services, request, machine, scenarios)
  if (isForeignHash(known.passwordHash)) {
    await services.store.machines.replaceHash(machine, known.passwordHash, await hashPassword(password))
  }
  if (known.address !== '' && known.address !== request.client.address) {
    services.logger.warn(
      `machine "${machine}" now comes from ${request.client.address} instead of ${known.address}`,
    )
  }
  return machine
}

/** A machine that shows a certificate for the first time is added, and at work at once. */
async function loginByCertificate(
  services: Services,
  request: FastifyRequest,
  identity: CertificateIdentity,
): Promise<string> {
  if ('refused' in identity) throw unauthorized(identity.refused)
  const { store, clock } = services
  const { name } = identity
  const { address } = request.client
  const machine = { name, authType: 'tls', passwordHash: '', validated: true, address, at: clock() } as const
  await store.machines.add(machine)
  const known = await store.machines.get(name)
  if (known?.authType !== 'tls' || !known.validated) throw unauthorized(wrongCredentials)
  const { body } = request
  await recordLogin(services, request, name, certificateLogin.Check(body) ? (body.scenarios ?? null) : null)
  return name
}

/** Notes what the machine says about itself. Throws a Refusal for a User-Agent that names no version. */
async function recordLogin(
  { store, clock }: Services,
  request: FastifyRequest,
  machine: string,
  scenarios: readonly string[] | null,
): Promise<void> {
  const [, version, ...rest] = (request.headers['user-agent'] ?? '').split('/')
  if (version === undefined || rest.length > 0) throw unauthorized(wrongCredentials)
  await store.machines.recordLogin(machine, {
    address: request.client.address,
    version: version.slice(0, 255),
    scenarios: scenarios !== null && scenarios.length > 0 ? scenarios : null,
    at: clock(),
  })
}

const wrongCredentials = 'incorrect Username or Password'

/** Whatever is wrong with a login is answered with 401. */
function refuseLogin(refusal: Refusal): Refusal {
  if (refusal.status === 401 || refusal.status === 429 || refusal.status >= 500) return refusal
  return unauthorized(refusal.status === 400 ? `missing: ${refusal.message}` : refusal.message)
}
