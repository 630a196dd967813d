import { Agent, type IncomingHttpHeaders, request as httpRequest } from 'node:http'
import type { Logger, WireAlert } from '@tocsin/model'
import { afterEach } from 'vitest'
import { BouncerClient, MachineClient } from '../../client/src/index.ts'
import { hashBouncerKey } from '../src/auth/bouncer-key.ts'
import { hashPassword } from '../src/auth/password.ts'
import { createLocalApi, type LocalApi, type LocalApiOptions, openStore, type Store } from '../src/index.ts'

/** A Local API on a free port of the loopback, with machine m1 (password pw) and bouncer b1 (key k1). */
export interface Running {
  api: LocalApi
  store: Store
  url: string
  port: number
  machine: MachineClient
  bouncer: BouncerClient
  /** Lines that the Local API logged, each with its level. */
  log: string[]
  /** Moves the clock. */
  pass(ms: number): void
  now(): number
  send(request: RawRequest): Promise<RawAnswer>
  close(): Promise<void>
}

export interface RawRequest {
  method?: string
  path: string
  headers?: Record<string, string>
  body?: string | Buffer
  socketPath?: string
  localAddress?: string
}

export interface RawAnswer {
  status: number
  headers: IncomingHttpHeaders
  text: string
}

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
})

export async function start(options: Partial<LocalApiOptions> & { path?: string } = {}): Promise<Running> {
  const { path = ':memory:', ...apiOptions } = options
  const store = options.store ?? (await openStore({ path }))
  const origin = Date.now()
  let passed = 0
  const now = () => origin + passed
  const log: string[] = []
  await seed(store, now())
  const api = await createLocalApi({ clock: now, logger: collecting(log), ...apiOptions, store })
  const { port } = await api.listen({ host: '127.0.0.1', port: 0 })
  const url = `http://127.0.0.1:${port}`
  const agent = new Agent({ keepAlive: false })
  let closed = false
  const close = async () => {
    if (closed) return
    closed = true
    agent.destroy()
    await api.close()
    await store.close()
  }
  closers.push(close)
  return {
    api,
    store,
    url,
    port,
    log,
    machine: new MachineClient({ url, machineId: 'm1', password: 'pw' }),
    bouncer: new BouncerClient({ url, key: 'k1', userAgent: 'test-bouncer/v1' }),
    pass: (ms) => {
      passed += ms
    },
    now,
    send: async (request) => await sendRaw({ port, agent, ...request }),
    close,
  }
}

let passwordHash: string | undefined

async function seed(store: Store, at: number): Promise<void> {
  passwordHash ??= await hashPassword('pw')
  await store.machines.add({ name: 'm1', passwordHash, validated: true, address: '', at })
  const bouncer = {
    keyHash: hashBouncerKey('k1'),
    address: '',
    kind: '',
    version: '',
    autoCreated: false,
    at,
  }
  await store.bouncers.add({ name: 'b1', ...bouncer })
}

function collecting(lines: string[]): Logger {
  const at = (level: string) => (message: string) => void lines.push(`${level} ${message}`)
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

async function sendRaw(request: RawRequest & { port: number; agent: Agent }): Promise<RawAnswer> {
  const { port, agent, socketPath, localAddress, path, method = 'GET', headers = {}, body } = request
  const to = socketPath === undefined ? { port, host: '127.0.0.1', agent } : { socketPath }
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  return await new Promise<RawAnswer>((resolve, reject) => {
    const sent = httpRequest(
      { ...to, localAddress, path, method, headers: { ...headers, ...length } },
      (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (piece: string) => (text += piece))
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        )
        response.on('error', reject)
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

/** The token of a machine, for raw requests. */
export async function bearer(running: Running, machine = 'm1'): Promise<Record<string, string>> {
  const { text } = await running.send({
    method: 'POST',
    path: '/v1/watchers/login',
    headers: { 'user-agent': 'test/v1', 'content-type': 'application/json' },
    body: JSON.stringify({ machine_id: machine, password: 'pw' }),
  })
  return { authorization: `Bearer ${(JSON.parse(text) as { token: string }).token}` }
}

export function wireAlert(value: string, more: Partial<WireAlert> = {}): WireAlert {
  const time = new Date().toISOString()
  return {
    scenario: 'tocsin/ssh-bf',
    scenario_hash: 'h',
    scenario_version: '1',
    message: `Ip ${value} performed tocsin/ssh-bf`,
    events_count: 6,
    start_at: time,
    stop_at: time,
    capacity: 5,
    leakspeed: '10s',
    simulated: false,
    remediation: true,
    events: [{ timestamp: time, meta: [{ key: 'source_ip', value }] }],
    source: { scope: value.includes('/') ? 'Range' : 'Ip', value },
    ...more,
  }
}

export function wireDecision(value: string, more: object = {}) {
  const scope = value.includes('/') ? 'Range' : 'Ip'
  return { origin: 'cscli', scenario: 'manual', scope, type: 'ban', value, duration: '4h', ...more }
}
