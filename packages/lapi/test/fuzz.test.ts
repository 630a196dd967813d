import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { openStore } from '../src/index.ts'
import { routeTexts } from '../src/openapi/route-texts.ts'
import { describeDatabases } from './databases.ts'
import { bearer, type Running, start, wireAlert, wireDecision } from './harness.ts'

interface Schema {
  type?: string
  const?: unknown
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  patternProperties?: Record<string, Schema>
  minLength?: number
}

interface Operation {
  parameters: { name: string; in: string; schema: Schema }[]
  requestBody?: { content: { 'application/json': { schema: Schema } } }
  security: Record<string, unknown>[]
}

type Document = { paths: Record<string, Record<string, Operation>> }

async function description(running: Running): Promise<Document> {
  return JSON.parse((await running.send({ path: '/v1/openapi.json' })).text) as Document
}

/** A value that the schema takes. */
function sample(schema: Schema): unknown {
  if ('const' in schema) return schema.const
  if (schema.type === 'array') return [sample(schema.items ?? {})]
  if (schema.type === 'object') {
    if (schema.patternProperties) return { x: sample(Object.values(schema.patternProperties)[0] ?? {}) }
    return Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([key, value]) => [key, sample(value)]),
    )
  }
  if (schema.type === 'integer' || schema.type === 'number') return 5
  if (schema.type === 'boolean') return true
  return 'x'.repeat(schema.minLength ?? 3)
}

const wrong: unknown[] = [
  null,
  true,
  -1,
  1e308,
  '',
  'x'.repeat(70_000),
  '\u0000\ud800\u202e',
  `'; drop table alerts; --`,
  [],
  [null],
  {},
  [[[[[]]]]],
]

/** The body with one place after another absent or wrong. */
function* mutations(body: unknown): Generator<unknown, void, undefined> {
  yield* wrong
  yield* placesOf(body, (replaced) => replaced)
}

function* placesOf(value: unknown, whole: (part: unknown) => unknown): Generator<unknown, void, undefined> {
  if (typeof value !== 'object' || value === null) return
  const isList = Array.isArray(value)
  for (const [key, part] of Object.entries(value)) {
    const put = (other: unknown) => {
      const copy: Record<string, unknown> = { ...(value as Record<string, unknown>) }
      if (other === undefined) delete copy[key]
      else copy[key] = other
      return whole(isList ? Object.values(copy) : copy)
    }
    yield put(undefined)
    for (const other of wrong) yield put(other)
    yield* placesOf(part, put)
  }
}

const hostileTexts = [
  '',
  `' or 1=1 --`,
  `"; delete from alerts; --`,
  `\\'; select pg_sleep(9); --`,
  '%00',
  '%ff%fe',
  '%0d%0aset-cookie:%20x=1',
  '../../../../etc/passwd',
  '${jndi:ldap://x/}',
  '-1',
  '99999999999999999999',
  '1e3',
  'NaN',
  'true',
  '%',
  'x'.repeat(4_000),
  '0.0.0.0/0',
  '::/0',
  '1.2.3.4/99',
  '🔔',
  '_%_',
]

/** Sends what was never meant, and looks at every answer. */
class Prober {
  readonly statuses = new Map<string, Set<number>>()
  readonly #running: Running
  readonly #credentials: Record<string, Record<string, string>>

  constructor(running: Running, machine: Record<string, string>) {
    this.#running = running
    this.#credentials = {
      machine,
      bouncer: { 'x-api-key': 'k1' },
      administrator: { authorization: `Bearer ${running.api.adminToken}` },
    }
  }

  async probe(method: string, path: string, operation: Operation, body?: unknown): Promise<void> {
    const [kind = ''] = Object.keys(operation.security[0] ?? {})
    const sent = this.#running.send({
      method: method.toUpperCase(),
      path,
      headers: {
        'user-agent': 'fuzz/v1',
        ...this.#credentials[kind],
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) ?? 'undefined' }),
    })
    const answer = await sent.catch((cause: unknown) => {
      throw new Error(`${method} ${path.slice(0, 200)} ${JSON.stringify(body)?.slice(0, 200)}`, { cause })
    })
    const route = `${method} ${path.split('?')[0]}`
    const known = this.statuses.get(route) ?? new Set()
    this.statuses.set(route, known.add(answer.status))
    const missing = answer.status === 500 && /not found|doesn't exist/.test(answer.text)
    if (answer.status >= 500 && !missing)
      throw new Error(
        `${method} ${path} ${JSON.stringify(body)?.slice(0, 300)}: ${answer.status} ${answer.text}`,
      )
    expect(answer.headers['set-cookie']).toBeUndefined()
  }
}

describe('the description', () => {
  it('knows every route, and no other', async () => {
    const { paths } = await description(await start())
    const routes = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
    )
    expect(routes.sort()).toEqual(Object.keys(routeTexts).sort())
    const query = paths['/v1/decisions']?.get?.parameters.map(({ name }) => name)
    expect(query).toContain('scenarios_not_containing')
    expect(paths['/v1/alerts']?.post?.requestBody?.content['application/json'].schema.type).toBe('array')
  })
})

describeDatabases((database) => {
  it(`every route on ${database.name} survives wrong bodies, wrong queries and wrong paths`, async () => {
    const running = await start({ store: await openStore(database.create()) })
    const prober = new Prober(running, await bearer(running))
    await running.machine.pushAlerts([wireAlert('192.0.2.1', { decisions: [wireDecision('192.0.2.1')] })])
    const { paths } = await description(running)
    for (const [path, operations] of Object.entries(paths)) {
      for (const [method, operation] of Object.entries(operations)) {
        const schema = operation.requestBody?.content['application/json'].schema
        const plain = path.replace(/\{\w+\}/, 'm1')
        if (schema)
          for (const body of mutations(sample(schema))) await prober.probe(method, plain, operation, body)
        // Deleting is for later: nothing would be left to ask for.
        if (method === 'delete' && !path.includes('{')) continue
        for (const text of hostileTexts) {
          const encoded = text.includes('%') ? text : encodeURIComponent(text)
          if (path.includes('{')) await prober.probe(method, path.replace(/\{\w+\}/, encoded), operation)
          for (const { name, in: where } of operation.parameters) {
            if (where !== 'query' || name === 'push') continue
            await prober.probe(method, `${plain}?${name}=${encoded}`, operation)
          }
        }
      }
    }
    for (const query of hostileTexts.map(
      (text) => `value=${text.includes('%') ? text : encodeURIComponent(text)}&uuid=x`,
    )) {
      const { delete: operation } = paths['/v1/decisions'] ?? {}
      if (operation) await prober.probe('delete', `/v1/decisions?${query}`, operation)
    }
    expect((await running.bouncer.decisions({})).map(({ value }) => value)).toContain('192.0.2.1')
    expect(await running.machine.listAlerts({ value: '192.0.2.1' })).not.toEqual([])
    expect(prober.statuses.size).toBeGreaterThan(40)
  }, 240_000)
})

describe('hostile headers', () => {
  const lines: [string, string][] = [
    [
      'two lengths',
      'POST /v1/alerts HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n[]',
    ],
    [
      'a length and chunks',
      'POST /v1/alerts HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['a line feed in a value', 'GET /v1/decisions HTTP/1.1\r\nHost: x\r\nX-Api-Key: k1\nX: y\r\n\r\n'],
    ['a head without end', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(40_000)}\r\n\r\n`],
    ['no protocol', 'GET /v1/decisions\r\n\r\n'],
    ['noise', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000'],
  ]
  it.each(lines)('%s are refused, and the connection ends', async (_name, text) => {
    const { port } = await start()
    const answer = await new Promise<string>((resolve) => {
      let got = ''
      const socket = connect(port, '127.0.0.1', () => socket.write(text))
      socket.on('data', (piece: Buffer) => (got += piece.toString()))
      socket.on('close', () => resolve(got))
      socket.on('error', () => {})
    })
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d/)
  })
})
