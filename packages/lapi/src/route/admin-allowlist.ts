import { addressBits, type Cidr } from '@tocsin/model'
import { Type } from 'typebox'
import type { AdminAccess } from '../auth/admin.ts'
import { ActiveReader } from '../decision/active-reader.ts'
import { parseAddress } from '../decision/address.ts'
import type { Decision } from '../decision/decision.ts'
import type { DecisionFilter } from '../decision/decision-filter.ts'
import { PrefixIndex } from '../decision/prefix-index.ts'
import type { App } from '../server/app.ts'
import { Refusal } from '../server/refusal.ts'
import { letOthersRun } from '../store/query/column.ts'
import { parseTime } from '../wire/time.ts'
import { ByName } from './path-params.ts'
import type { Services } from './services.ts'

const NewList = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 255 }),
  description: Type.String({ maxLength: 1024 }),
})

const NewItems = Type.Object({
  items: Type.Array(
    Type.Object({
      value: Type.String({ maxLength: 64 }),
      comment: Type.Optional(Type.String({ maxLength: 1024 })),
      expires_at: Type.Optional(Type.String({ maxLength: 64 })),
    }),
    { maxItems: 100_000 },
  ),
})

const OldItems = Type.Object({ values: Type.Array(Type.String({ maxLength: 64 }), { maxItems: 100_000 }) })

/** Allowlists as administrators fill them. */
export function adminAllowlistRoutes(app: App, services: Services, access: AdminAccess): void {
  const { store, allowlists, audit, clock } = services
  const onRequest = access.require
  const config = { authenticated: true }

  app.post('/v1/admin/allowlists', { onRequest, schema: { body: NewList } }, async (request, reply) => {
    const { name, description } = request.body
    if (!(await store.allowlists.create(name, description, clock()))) {
      throw new Refusal(409, `there is an allowlist named '${name}' already`)
    }
    await audit.note(request, 'allowlist.add', name)
    return await reply.code(201).send({ name })
  })

  app.delete(
    '/v1/admin/allowlists/:name',
    { onRequest, schema: { params: ByName } },
    async (request, reply) => {
      if (!(await store.allowlists.delete(request.params.name))) throw noList(request.params.name)
      await allowlists.reload()
      await audit.note(request, 'allowlist.delete', request.params.name)
      return await reply.code(204).send()
    },
  )

  app.post(
    '/v1/admin/allowlists/:name/items',
    { onRequest, config, schema: { params: ByName, body: NewItems } },
    async (request, reply) => {
      const { name } = request.params
      const now = clock()
      const items = request.body.items.map((item) => readItem(item, now))
      const names = await store.allowlists.addItems(name, items, now)
      if (!names) throw noList(name)
      await allowlists.reload()
      await endWithin(
        services,
        items.map(({ cidr }) => cidr),
        now,
      )
      await audit.note(request, 'allowlist.add-items', name, shown(names))
      return await reply.code(201).send({ names })
    },
  )

  app.delete(
    '/v1/admin/allowlists/:name/items',
    { onRequest, config, schema: { params: ByName, body: OldItems } },
    async (request, reply) => {
      const { name } = request.params
      const names = await store.allowlists.removeItems(name, request.body.values, clock())
      if (!names) throw noList(name)
      await allowlists.reload()
      await audit.note(request, 'allowlist.remove-items', name, shown(names))
      return await reply.send({ names })
    },
  )
}

function shown(values: readonly string[]) {
  return { count: values.length, values: values.slice(0, 20) }
}

interface PostedItem {
  readonly value: string
  readonly comment?: string
  readonly expires_at?: string
}

function readItem({ value, comment = '', expires_at: expiry }: PostedItem, now: number) {
  const cidr = parseAddress(value)
  if (!cidr) throw new Refusal(400, `'${value}' is neither an address nor a range`)
  return {
    value,
    comment,
    createdAt: now,
    expiresAt: expiry === undefined ? null : expiryTime(expiry, now),
    cidr,
  }
}

/** Ends what stands against the allowlist from now on: decisions around the blocks and within them. */
export async function endWithin(
  { active, ledger }: Services,
  blocks: readonly Cidr[],
  now: number,
): Promise<void> {
  active.expire(now)
  const { rows } = active
  const around = blocks.flatMap((cidr) => active.around(cidr))
  const near = new Map(around.map((slot) => [rows.id(slot), rows.read(slot)]))
  await ledger.end([...near.values()], now)
  const wide = new PrefixIndex<Cidr>()
  const ranges = blocks.filter(({ ip, bits }) => bits < addressBits(ip))
  for (const cidr of ranges) wide.add(cidr, cidr)
  if (ranges.length === 0) return
  // However many blocks there are, the set is gone through once.
  const reader = new ActiveReader(active, everything, { after: 0, upTo: active.version })
  for (let more = true; more; await letOthersRun()) {
    const part: Decision[] = []
    more = reader.step((slot) => {
      const cidr = rows.cidr(slot)
      if (cidr && !wide.around(cidr).next().done) part.push(rows.read(slot))
      return part.length < endedAtOnce
    })
    await ledger.end(part, now)
  }
}

const endedAtOnce = 500
const everything: DecisionFilter = { contains: true, scopes: [], withSimulated: true }

function expiryTime(text: string, now: number): number {
  const time = parseTime(text)
  if (!time) throw new Refusal(400, `expires_at '${text}' is no RFC 3339 time`)
  if (time.ms <= now) throw new Refusal(400, `expires_at '${text}' is in the past`)
  return time.ms
}

function noList(name: string): Refusal {
  return new Refusal(404, `there is no allowlist named '${name}'`)
}
