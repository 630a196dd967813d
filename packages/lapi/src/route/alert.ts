import type { FastifyRequest } from 'fastify'
import { cidrContains, parseIp } from '@tocsin/model'
import type { App } from '../server/app.ts'
import { sendText } from '../server/json-stream.ts'
import { forbidden, Refusal } from '../server/refusal.ts'
import { checkedByRoute } from '../server/validation.ts'
import { letOthersRun } from '../store/query/column.ts'
import type { AlertFilter, Store, StoredAlert } from '../store/store.ts'
import { checkAlerts } from '../wire/alert-check.ts'
import { AlertsBody, type PostedAlert } from '../wire/alert-schema.ts'
import { alertListText, oneAlertText } from './alert-list.ts'
import { readAlertQuery } from './alert-query.ts'
import { ById } from './path-params.ts'
import { idParam, queryParams } from './query.ts'
import { jsonType, plainType, type Services } from './services.ts'

const deletionSize = 200
const shownValues = 10

/** Alerts in, out, and away. */
export function alertRoutes(app: App, services: Services): void {
  const { store, ledger, clock, intake, tokens } = services
  const onRequest = tokens.require

  const config = { authenticated: true, nullBody: [] }
  app.post(
    '/v1/alerts',
    { onRequest, config, schema: { body: checkedByRoute(AlertsBody) } },
    async (request, reply) => {
      const posted = await checkAlerts(request.body)
      const ids = await intake.take(posted, {
        machine: request.machine,
        force: header(request, 'x-tocsin-force') === 'true',
        adminAddress: header(request, 'x-tocsin-admin-address'),
        keepUuids: header(request, 'x-tocsin-keep-uuids') === 'true',
      })
      await noteDecisions(services, request, posted)
      return await reply.code(201).type(jsonType).send(JSON.stringify(ids))
    },
  )

  app.get('/v1/alerts', { onRequest }, async (request, reply) => {
    const now = clock()
    const query = readAlertQuery(queryParams(request), now)
    return await sendText(reply, jsonType, alertListText(store, query, now))
  })

  app.head('/v1/alerts', { onRequest }, async (request, reply) => {
    const { filter, order } = readAlertQuery(queryParams(request), clock())
    await store.alerts.page(filter, { limit: 1, order, withDecisions: false })
    return await reply.type(plainType).send()
  })

  app.get('/v1/alerts/:id', { onRequest, schema: { params: ById } }, async (request, reply) => {
    const alert = await findAlert(store, request.params.id)
    return await sendText(reply, jsonType, oneAlertText(store, alert, clock()))
  })

  app.head('/v1/alerts/:id', { onRequest, schema: { params: ById } }, async (request, reply) => {
    await findAlert(store, request.params.id)
    return await reply.type(plainType).send()
  })

  app.delete('/v1/alerts', { onRequest }, async (request, reply) => {
    requireTrusted(request, services)
    const { filter } = readAlertQuery(queryParams(request), clock())
    const count = await deleteAlerts(services, filter)
    const { search } = new URL(request.url, 'http://localhost')
    await services.audit.note(request, 'alert.delete', search === '' ? 'all' : search, { count })
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
    await services.audit.note(request, 'alert.delete', String(id), { count: 1 })
    return await reply.type(jsonType).send(JSON.stringify({ nbDeleted: '1' }))
  })
}

/** Decisions that came with their alerts are somebody's own: of a person or an import. */
async function noteDecisions(
  { audit }: Services,
  request: FastifyRequest,
  posted: readonly PostedAlert[],
): Promise<void> {
  const decisions = posted.flatMap(({ decisions = [] }) => decisions)
  const [first] = decisions
  if (!first) return
  const values = decisions.slice(0, shownValues).map(({ value }) => value)
  const { origin, type, duration, scenario } = first
  const object = decisions.length > shownValues ? `${values.join(', ')}, …` : values.join(', ')
  await audit.note(request, 'decision.add', object, {
    count: decisions.length,
    origin,
    type,
    duration,
    scenario,
  })
}

/** An alert without its decisions. */
async function findAlert({ alerts }: Store, text: string): Promise<StoredAlert> {
  const alert = await alerts.get(idParam('alert_id', text), false)
  if (!alert) throw new Refusal(404, 'object not found')
  return alert
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
