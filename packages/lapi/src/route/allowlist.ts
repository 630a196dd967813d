import type { Cidr } from '@tocsin/model'
import { Type } from 'typebox'
import { parseAddress } from '../decision/address.ts'
import type { App } from '../server/app.ts'
import { Refusal } from '../server/refusal.ts'
import type { Allowlist } from '../store/store.ts'
import { formatMillisecond } from '../wire/time.ts'
import { machineOrKey } from './either-auth.ts'
import { ByAddress, ByName } from './path-params.ts'
import { queryParams } from './query.ts'
import { jsonType, type Services } from './services.ts'

const BulkCheck = Type.Object({ targets: Type.Array(Type.String({ maxLength: 64 }), { maxItems: 100_000 }) })

const never = '0001-01-01T00:00:00.000Z'

/** Allowlists as machines see them, and bouncers that block nothing of them. */
export function allowlistRoutes(app: App, services: Services): void {
  const { store, allowlists, clock } = services
  const onRequest = machineOrKey(services)

  app.get('/v1/allowlists', { onRequest }, async (request, reply) => {
    const withContent = queryParams(request).get('with_content') === 'true'
    const lists = (await store.allowlists.list()).map((list) => toWire(list, withContent))
    return await reply.type(jsonType).send(JSON.stringify(lists))
  })

  app.get('/v1/allowlists/:name', { onRequest, schema: { params: ByName } }, async (request, reply) => {
    const { name } = request.params
    const list = (await store.allowlists.list()).find((candidate) => candidate.name === name)
    if (!list) throw new Refusal(500, `allowlist '${name}' not found`)
    const withContent = queryParams(request).get('with_content') === 'true'
    return await reply.type(jsonType).send(JSON.stringify(toWire(list, withContent)))
  })

  app.get(
    '/v1/allowlists/check/:ip',
    { onRequest, schema: { params: ByAddress } },
    async (request, reply) => {
      const reasons = allowlists.reasons(target(request.params.ip), clock())
      const answer = reasons.length === 0 ? {} : { allowlisted: true, reason: reasons.join(', ') }
      return await reply.type(jsonType).send(JSON.stringify(answer))
    },
  )

  app.head(
    '/v1/allowlists/check/:ip',
    { onRequest, schema: { params: ByAddress } },
    async (request, reply) => {
      const listed = allowlists.reasons(target(request.params.ip), clock()).length > 0
      return await reply.code(listed ? 200 : 204).send()
    },
  )

  const config = { authenticated: true }
  app.post(
    '/v1/allowlists/check',
    { onRequest, config, schema: { body: BulkCheck } },
    async (request, reply) => {
      const { targets } = request.body
      if (targets.length === 0) throw new Refusal(400, 'targets list cannot be empty')
      const now = clock()
      const results = targets.flatMap((text) => {
        const reasons = allowlists.reasons(target(text), now)
        return reasons.length === 0 ? [] : [{ allowlists: reasons, target: text }]
      })
      return await reply.type(jsonType).send(JSON.stringify({ results }))
    },
  )
}

function target(text: string): Cidr {
  const cidr = parseAddress(text)
  if (!cidr) throw new Refusal(400, `invalid ip address '${text}'`)
  return cidr
}

function toWire(list: Allowlist, withContent: boolean) {
  return {
    created_at: formatMillisecond(list.createdAt),
    ...(list.description === '' ? {} : { description: list.description }),
    items: withContent
      ? list.items.map((item) => ({
          created_at: formatMillisecond(item.createdAt),
          ...(item.comment === '' ? {} : { description: item.comment }),
          expiration: item.expiresAt === null ? never : formatMillisecond(item.expiresAt),
          value: item.value,
        }))
      : [],
    name: list.name,
    updated_at: formatMillisecond(list.updatedAt),
  }
}
