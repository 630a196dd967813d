import { Type } from 'typebox'
import { hashBouncerKey, newBouncerKey } from '../auth/bouncer-key.ts'
import type { AdminAccess } from '../auth/admin.ts'
import type { App } from '../server/app.ts'
import { Refusal } from '../server/refusal.ts'
import type { Bouncer } from '../store/store.ts'
import { toWireBouncer } from '../wire/admin.ts'
import { ByName } from './path-params.ts'
import { durationParam } from './query.ts'
import type { Services } from './services.ts'

const NewBouncer = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 200 }),
  key: Type.Optional(Type.String({ minLength: 1, maxLength: 1024 })),
})

const Prune = Type.Object({
  older_than: Type.String({ maxLength: 64 }),
  rehearse: Type.Optional(Type.Boolean()),
})

/** Bouncers as administrators manage them. */
export function adminBouncerRoutes(app: App, services: Services, access: AdminAccess): void {
  const { store, audit, clock } = services
  const onRequest = access.require

  app.get('/v1/admin/bouncers', { onRequest }, async (_request, reply) => {
    return await reply.send((await listBouncers(services)).map(toWireBouncer))
  })

  app.post('/v1/admin/bouncers', { onRequest, schema: { body: NewBouncer } }, async (request, reply) => {
    const { name, key = newBouncerKey() } = request.body
    const added = await store.bouncers.add({
      name,
      keyHash: hashBouncerKey(key),
      address: '',
      kind: '',
      version: '',
      autoCreated: false,
      at: clock(),
    })
    if (!added) throw new Refusal(409, `there is a bouncer named '${name}' already`)
    await audit.note(request, 'bouncer.add', name)
    return await reply.code(201).send({ name, api_key: key })
  })

  app.get('/v1/admin/bouncers/:name', { onRequest, schema: { params: ByName } }, async (request, reply) => {
    return await reply.send(toWireBouncer(await findBouncer(services, request.params.name)))
  })

  app.delete(
    '/v1/admin/bouncers/:name',
    { onRequest, schema: { params: ByName } },
    async (request, reply) => {
      const bouncer = await findBouncer(services, request.params.name)
      const withKey = await store.bouncers.withKey(bouncer.keyHash)
      if (
        bouncer.autoCreated &&
        bouncer.authType === 'api-key' &&
        withKey.some((entry) => !entry.autoCreated)
      ) {
        throw new Refusal(
          409,
          `bouncer '${bouncer.name}' was made for a shared key: delete the bouncer of that key`,
        )
      }
      const children = withKey.filter(({ autoCreated, name }) => autoCreated && name !== bouncer.name)
      const deleted = await deleteBouncers(services, [bouncer, ...children], false)
      await audit.note(request, 'bouncer.delete', deleted.names.join(', '))
      return await reply.send(deleted)
    },
  )

  app.post('/v1/admin/bouncers/prune', { onRequest, schema: { body: Prune } }, async (request, reply) => {
    const { older_than: olderThan, rehearse = false } = request.body
    const cutoff = clock() - durationParam('older_than', olderThan)
    const all = await listBouncers(services)
    const isStale = ({ lastPullAt, createdAt }: Bouncer) => (lastPullAt ?? createdAt) <= cutoff
    // A key goes as a whole: an entry of its own would be made anew while one of the others still pulls.
    const usedKeys = new Set(all.filter((bouncer) => !isStale(bouncer)).map(({ keyHash }) => keyHash))
    const stale = all.filter((bouncer) => isStale(bouncer) && !usedKeys.has(bouncer.keyHash))
    const deleted = await deleteBouncers(services, stale, rehearse)
    if (!rehearse && deleted.names.length > 0) {
      await audit.note(request, 'bouncer.delete', 'prune', {
        count: deleted.names.length,
        names: deleted.names.slice(0, 20),
      })
    }
    return await reply.send(deleted)
  })
}

/** With pulls that are not stored yet. */
async function listBouncers({ store, cursors }: Services): Promise<Bouncer[]> {
  await cursors.save(store)
  return await store.bouncers.list()
}

async function findBouncer({ store, cursors }: Services, name: string): Promise<Bouncer> {
  await cursors.save(store)
  const bouncer = await store.bouncers.get(name)
  if (!bouncer) throw new Refusal(404, `there is no bouncer named '${name}'`)
  return bouncer
}

async function deleteBouncers(
  { store, cursors, push, bouncers: keys }: Services,
  bouncers: readonly Bouncer[],
  rehearse: boolean,
): Promise<{ names: string[] }> {
  const names = bouncers.map(({ name }) => name)
  if (rehearse) return { names }
  await store.bouncers.delete(names)
  cursors.forget(bouncers.map(({ id }) => id))
  await keys.reload()
  push.keepOnly((id) => keys.isKnown(id))
  return { names }
}
