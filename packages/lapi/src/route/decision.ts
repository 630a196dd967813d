import type { FastifyReply, FastifyRequest } from 'fastify'
import { ActiveReader } from '../decision/active-reader.ts'
import type { HeldDecision } from '../decision/active-set.ts'
import type { DecisionFilter } from '../decision/decision-filter.ts'
import type { App } from '../server/app.ts'
import type { ByteBuffer } from '../server/byte-buffer.ts'
import { pieceLength, sendBytes, type Writing } from '../server/byte-stream.ts'
import { forbidden, Refusal } from '../server/refusal.ts'
import { letOthersRun } from '../store/query/column.ts'
import type { Bouncer } from '../store/store.ts'
import { emptyPull, writePull } from '../stream/pull.ts'
import { DecisionBytes } from '../wire/decision-bytes.ts'
import {
  type DecisionListQuery,
  readDecisionQuery,
  readDeletionQuery,
  readStreamQuery,
  type StreamQuery,
} from './decision-query.ts'
import { ById } from './path-params.ts'
import { idParam, queryParams } from './query.ts'
import { jsonType, plainType, type Services } from './services.ts'

const deletionSize = 500

/** Decisions for bouncers, live and as a stream, and their end. */
export function decisionRoutes(app: App, services: Services): void {
  const { store, active, ledger, clock, cursors, tokens, bouncers } = services

  app.get('/v1/decisions', { onRequest: bouncers.require }, async (request, reply) => {
    const now = clock()
    const query = readDecisionQuery(queryParams(request))
    const { id, name } = bouncerOf(request)
    cursors.notePull(id, now)
    const found = (any: boolean) => services.metrics.noteLiveQuery(name, any)
    return await sendBytes(reply, jsonType, (out) => writeList(services, query, now, out, found))
  })

  app.head('/v1/decisions', { onRequest: bouncers.require }, async (request, reply) => {
    readDecisionQuery(queryParams(request))
    return await reply.type(plainType).send()
  })

  app.get('/v1/decisions/stream', { onRequest: bouncers.require }, async (request, reply) => {
    const params = queryParams(request)
    if (params.get('push') === 'true') return await pushDecisions(services, request, reply)
    const query = tolerantStreamQuery(params)
    if (!query) return await reply.type('application/json').send(Buffer.from(emptyPull))
    const now = clock()
    active.expire(now)
    const { id } = bouncerOf(request)
    const client = streamClient(request, params)
    const { version } = active
    cursors.notePull(id, now)
    // Only a client that got everything has moved on.
    reply.raw.once('finish', () => {
      if (reply.statusCode === 200) cursors.set(id, client, { version, pulledAt: now })
    })
    const cursor = query.startup ? undefined : cursors.get(id, client)
    const { filter, dedup } = query
    const pull = { filter, cursor, dedup, now, version }
    return await sendBytes(reply, 'application/json', (out) => writePull(active, store, pull, out))
  })

  app.head('/v1/decisions/stream', { onRequest: bouncers.require }, async (_request, reply) => {
    return await reply.type(plainType).send()
  })

  app.delete('/v1/decisions', { onRequest: tokens.require }, async (request, reply) => {
    const params = queryParams(request)
    const count = await endDecisions(services, readDeletionQuery(params))
    const object = params.size === 0 ? 'all' : params.toString()
    await services.audit.note(request, 'decision.delete', object, { count })
    return await reply.type(jsonType).send(JSON.stringify({ nbDeleted: String(count) }))
  })

  app.delete(
    '/v1/decisions/:id',
    { onRequest: tokens.require, schema: { params: ById } },
    async (request, reply) => {
      const id = idParam('decision_id', request.params.id)
      const decision = active.get(id) ?? (await store.decisions.get(id))
      if (!decision) throw new Refusal(500, `decision with id '${id}' doesn't exist: unable to delete`)
      await ledger.end([decision], clock())
      await services.audit.note(request, 'decision.delete', decision.value, { count: 1, id })
      return await reply.type(jsonType).send(JSON.stringify({ nbDeleted: '1' }))
    },
  )
}

/** Tells of changes as they come, for as long as the bouncer keeps the connection. */
async function pushDecisions(
  { push, cursors, clock }: Services,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const params = queryParams(request)
  const { filter, dedup, startup } = readStreamQuery(params)
  const { id } = bouncerOf(request)
  push.admit(id)
  cursors.notePull(id, clock())
  const { 'last-event-id': lastEvent } = request.headers
  const cursor = typeof lastEvent === 'string' ? lastEvent : (params.get('cursor') ?? undefined)
  reply.hijack()
  await push.serve(reply.raw, { bouncerId: id, filter: { filter, dedup }, cursor, startup })
  return reply
}

const instancePattern = /^[!-~]{1,128}$/

/**
 * What tells clients of one bouncer entry apart: the name that an instance gives itself, else its User-Agent, which
 * all stock clients of one kind have in common.
 */
function streamClient(request: FastifyRequest, params: URLSearchParams): string {
  const { 'x-tocsin-cursor': header, 'user-agent': agent = '' } = request.headers
  const instance = typeof header === 'string' ? header : params.get('cursor')
  return instance !== null && instancePattern.test(instance) ? `#${instance}` : agent
}

const openBracket = 0x5b
const comma = 0x2c

/** A list of what matches, `null` where nothing does, as the reference answers; `told` hears whether anything did. */
async function* writeList(
  { active }: Services,
  query: DecisionListQuery,
  now: number,
  out: ByteBuffer,
  told: (any: boolean) => void,
): Writing {
  active.expire(now)
  const { rows, version } = active
  const writer = new DecisionBytes(rows, now, false)
  const reader = new ActiveReader(active, query.filter, { after: 0, upTo: version })
  let { offset } = query
  let left = query.limit ?? Number.POSITIVE_INFINITY
  let separator = openBracket
  const take = (slot: number) => {
    if (rows.until(slot) < now || rows.id(slot) <= query.idAbove || offset-- > 0) return true
    out.byte(separator)
    separator = comma
    writer.write(slot, out)
    return --left > 0 && out.length < pieceLength
  }
  for (let more = true; more;) {
    more = reader.step(take) && left > 0
    if (more) yield
  }
  const any = separator === comma
  told(any)
  out.text(any ? ']' : 'null')
}

/** What is wrong with the filters of a pull stays unseen: bouncers take any other answer for a broken server. */
function tolerantStreamQuery(params: URLSearchParams): StreamQuery | undefined {
  try {
    return readStreamQuery(params)
  } catch (error) {
    if (error instanceof Refusal) return undefined
    throw error
  }
}

async function endDecisions({ active, ledger, clock }: Services, filter: DecisionFilter): Promise<number> {
  const now = clock()
  active.expire(now)
  const reader = new ActiveReader(active, filter, { after: 0, upTo: active.version })
  let count = 0
  for (let more = true; more; await letOthersRun()) {
    const part: HeldDecision[] = []
    more = reader.step((slot) => part.push(active.rows.read(slot)) < deletionSize)
    await ledger.end(part, now)
    count += part.length
  }
  return count
}

function bouncerOf(request: FastifyRequest): Bouncer {
  if (!request.bouncer) throw forbidden()
  return request.bouncer
}
