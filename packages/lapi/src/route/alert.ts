import type { FastifyRequest } from 'fastify'
import { cidrContains, parseIp } from '@tocsin/model'
import type { App } from '../server/app.ts'
import { listText, sendText } from '../server/json-stream.ts'
import { forbidden, Refusal } from '../server/refusal.ts'
import { letOthersRun } from '../store/query/column.ts'
import type { AlertFilter, AlertPage, Store } from '../store/store.ts'
import { toWireAlert } from '../wire/alert.ts'
import { AlertsBody } from '../wire/alert-schema.ts'
import { type AlertQuery, readAlertQuery } from './alert-query.ts'
import { ById } from './path-params.ts'
import { idParam, queryParams } from './query.ts'
import { jsonType, plainType, type Services } from './services.ts'

const pageSize = 100
const deletionSize = 200

/** Alerts in, out, and away. */
export function alertRoutes(app: App, services: Services): void {
  const { store, ledger, clock, intake, tokens } = services
  const onRequest = tokens.require

  const config = { authenticated: true, nullBody: [] }
  app.post('/v1/alerts', { onRequest, config, schema: { body: AlertsBody } }, async (request, reply) => {
    const ids = await intake.take(request.body, {
      machine: request.machine,
      force: header(request, 'x-tocsin-force') === 'true',
      adminAddress: header(request, 'x-tocsin-admin-address'),
      keepUuids: header(request, 'x-tocsin-keep-uuids') === 'true',
    })
    return await reply.code(201).type(jsonType).send(JSON.stringify(ids))
  })

  app.get('/v1/alerts', { onRequest }, async (request, reply) => {
    const now = clock()
    const query = readAlertQuery(queryParams(request), now)
    return await sendText(reply, jsonType, listText(alertTexts(store, query, now)))
  })

  app.head('/v1/alerts', { onRequest }, async (request, reply) => {
    const { filter, order } = readAlertQuery(queryParams(request), clock())
    await store.alerts.page(filter, { limit: 1, order, withDecisions: false })
    return await reply.type(plainType).send()
  })

  app.get('/v1/alerts/:id', { onRequest, schema: { params: ById } }, async (request, reply) => {
    const alert = await store.alerts.get(idParam('alert_id', request.params.id))
    if (!alert) throw new Refusal(404, 'object not found')
    return await reply.type(jsonType).send(JSON.stringify(toWireAlert(alert, clock())))
  })

  app.head('/v1/alerts/:id', { onRequest, schema: { params: ById } }, async (request, reply) => {
    const alert = await store.alerts.get(idParam('alert_id', request.params.id))
    if (!alert) throw new Refusal(404, 'object not found')
    return await reply.type(plainType).send()
  })

  app.delete('/v1/alerts', { onRequest }, async (request, reply) => {
    requireTrusted(request, services)
    const { filter } = readAlertQuery(queryParams(request), clock())
    const count = await deleteAlerts(services, filter)
    return await reply.type(jsonType).send(JSON.stringify({ nbDeleted: String(count) }))
  })

  app.delete('/v1/alerts/:id', { onRequest, schema: { params: ById } }, async (request, reply) => {
    requireTrusted(request, services)
    const id = idParam('alert_id', request.params.id)
    let deletion = await ledger.deleteAlert(id)
    while (deletion.more) {
      await letOthersRun()
      deletion = await ledger.deleteAlert(id)
    }
    if (deletion.alerts === 0) throw new Refusal(500, 'ent: alert not found')
    return await reply.type(jsonType).send(JSON.stringify({ nbDeleted: '1' }))
  })
}

async function* alertTexts(store: Store, query: AlertQuery, now: number): AsyncGenerator<string[]> {
  let left = query.limit ?? Number.POSITIVE_INFINITY
  let after: AlertPage['after']
  while (left > 0) {
    const limit = Math.min(left, pageSize)
    const { order, withDecisions } = query
    const page = await store.alerts.page(query.filter, {
      limit,
      order,
      withDecisions,
      ...(after ? { after } : {}),
    })
    yield page.map((alert) => JSON.stringify(toWireAlert(alert, now)))
    after = page.at(-1)
    if (page.length < limit) return
    left -= page.length
    await letOthersRun()
  }
}

/** In parts, so that others are served in between and readers see less and less of the set. */
async function deleteAlerts({ ledger }: Services, filter: AlertFilter): Promise<number> {
  let count = 0
  for (;;) {
    const deleted = await ledger.deleteAlerts(filter, deletionSize)
    count += deleted.alerts
    if (!deleted.more) return count
    await letOthersRun()
  }
}

function requireTrusted({ client }: FastifyRequest, { trustedAddresses }: Services): void {
  const ip = parseIp(client.address)
  const isTrusted = ip !== null && trustedAddresses.some((cidr) => cidrContains(cidr, ip))
  if (!client.isLocal && !isTrusted) throw forbidden(`access forbidden from this IP (${client.address})`)
}

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name]
  return typeof value === 'string' ? value : undefined
}
