import { Type } from 'typebox'
import type { AdminAccess } from '../auth/admin.ts'
import { hashPassword } from '../auth/password.ts'
import type { App } from '../server/app.ts'
import { Refusal } from '../server/refusal.ts'
import type { Machine } from '../store/store.ts'
import { toWireMachine } from '../wire/admin.ts'
import { ByName } from './path-params.ts'
import { durationParam } from './query.ts'
import type { Services } from './services.ts'

const NewMachine = Type.Object({
  machine_id: Type.String({ minLength: 1, maxLength: 255 }),
  password: Type.String({ minLength: 1, maxLength: 1024 }),
  force: Type.Optional(Type.Boolean()),
})

const Prune = Type.Object({
  older_than: Type.String({ maxLength: 64 }),
  only_not_validated: Type.Optional(Type.Boolean()),
  rehearse: Type.Optional(Type.Boolean()),
})

/** Machines as administrators manage them. */
export function adminMachineRoutes(app: App, services: Services, access: AdminAccess): void {
  const { store, audit, clock, machines } = services
  const onRequest = access.require

  app.get('/v1/admin/machines', { onRequest }, async (_request, reply) => {
    return await reply.send((await store.machines.list()).map(toWireMachine))
  })

  app.post('/v1/admin/machines', { onRequest, schema: { body: NewMachine } }, async (request, reply) => {
    const { machine_id: name, password, force = false } = request.body
    const passwordHash = await hashPassword(password)
    const machine = { name, passwordHash, validated: true, address: request.client.address, at: clock() }
    if (!(await store.machines.add(machine, force))) {
      throw new Refusal(409, `there is a machine named '${name}' already`)
    }
    await audit.note(request, 'machine.add', name)
    return await reply.code(201).send({ machine_id: name })
  })

  app.get('/v1/admin/machines/:name', { onRequest, schema: { params: ByName } }, async (request, reply) => {
    const machine = await store.machines.get(request.params.name)
    if (!machine) throw noMachine(request.params.name)
    return await reply.send(toWireMachine(machine))
  })

  app.post(
    '/v1/admin/machines/:name/validate',
    { onRequest, schema: { params: ByName } },
    async (request, reply) => {
      const { name } = request.params
      if (!(await store.machines.validate(name, clock()))) throw noMachine(name)
      await audit.note(request, 'machine.validate', name)
      return await reply.code(204).send()
    },
  )

  app.delete(
    '/v1/admin/machines/:name',
    { onRequest, schema: { params: ByName } },
    async (request, reply) => {
      const { name } = request.params
      if ((await store.machines.delete([name])) === 0) throw noMachine(name)
      machines.forget()
      await audit.note(request, 'machine.delete', name)
      return await reply.code(204).send()
    },
  )

  app.post('/v1/admin/machines/prune', { onRequest, schema: { body: Prune } }, async (request, reply) => {
    const {
      older_than: olderThan,
      only_not_validated: onlyNotValidated = false,
      rehearse = false,
    } = request.body
    const cutoff = clock() - durationParam('older_than', olderThan)
    const isStale = ({ validated, lastHeartbeatAt, createdAt }: Machine) =>
      !validated || (!onlyNotValidated && (lastHeartbeatAt ?? createdAt) <= cutoff)
    const names = (await store.machines.list()).filter(isStale).map(({ name }) => name)
    if (!rehearse) {
      await store.machines.delete(names)
      machines.forget()
      const details = { count: names.length, names: names.slice(0, 20) }
      if (names.length > 0) await audit.note(request, 'machine.delete', 'prune', details)
    }
    return await reply.send({ names })
  })
}

function noMachine(name: string): Refusal {
  return new Refusal(404, `there is no machine named '${name}'`)
}
