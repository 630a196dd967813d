import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { basename } from 'node:path'
import { hashBouncerKey } from '../src/auth/bouncer-key.ts'
import { hashPassword } from '../src/auth/password.ts'
import { createLocalApi, loadProfiles, openStore, type Store } from '../src/index.ts'
import { matches } from './golden-match.ts'

/** One recorded request and its answer; see the README beside the recordings. */
interface Line {
  name: string
  method: string
  path: string
  auth?: string
  headers?: Record<string, string>
  body?: unknown
  raw?: string
  wait_seconds?: number
  save?: string
  status: number
  type?: string
  www_authenticate?: string
  answer?: unknown
  empty?: boolean
  unordered?: boolean
}

export interface Judgement {
  file: string
  passed: number
  /** One text for each request that was answered otherwise than recorded. */
  failures: string[]
}

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  text: string
}

const profiles = `
name: default_ip_remediation
filters: ['Alert.Remediation == true && Alert.GetScope() == "Ip"']
decisions: [{type: ban, duration: 4h}]
on_success: break
---
name: default_range_remediation
filters: ['Alert.Remediation == true && Alert.GetScope() == "Range"']
decisions: [{type: ban, duration: 8h}]
on_success: break
`

/** Plays a recorded conversation to a fresh Local API over the store, and compares every answer. */
export async function judgeConversation(
  path: string,
  open: () => Promise<Store> = async () => await openStore({ path: ':memory:' }),
): Promise<Judgement> {
  const base = Math.floor(Date.now() / 1000) * 1000
  let now = base
  const clock = () => now
  const store = await open()
  await setUp(store, base)
  const api = await createLocalApi({ store, profiles: loadProfiles(profiles, 'golden'), clock })
  const { port } = await api.listen({ host: '127.0.0.1', port: 0 })
  const player = new Player(port, base)
  const judgement: Judgement = { file: basename(path), passed: 0, failures: [] }
  try {
    for (const [index, text] of readFileSync(path, 'utf8').trimEnd().split('\n').entries()) {
      const line = JSON.parse(text) as Line
      now += 4 + (line.wait_seconds ?? 0) * 1000
      const failure = await player.play(line)
      if (failure === null) judgement.passed++
      else judgement.failures.push(`${index} ${line.name}: ${line.method} ${line.path}: ${failure}`)
    }
  } finally {
    player.end()
    await api.close()
    await store.close()
  }
  return judgement
}

async function setUp(store: Store, now: number): Promise<void> {
  const passwordHash = await hashPassword('pw-m1')
  await store.machines.add({ name: 'm1', passwordHash, validated: true, address: '', at: now })
  for (const name of ['b1', 'b2', 'b3']) {
    const keyHash = hashBouncerKey(`key-${name}`)
    const bouncer = { name, keyHash, address: '', kind: '', version: '', autoCreated: false, at: now }
    await store.bouncers.add(bouncer)
  }
  await store.allowlists.create('al1', 'first list', now)
  const item = { createdAt: now, comment: 'office', expiresAt: null }
  const inAWeek = { createdAt: now, comment: '', expiresAt: now + 7 * 24 * 3_600_000 }
  const items = [
    { ...item, value: '10.9.0.0/16' },
    { ...item, value: '203.0.113.200' },
    { ...inAWeek, value: '2001:db8:ffff::/48' },
  ]
  await store.allowlists.addItems('al1', items, now)
}

/** The client of a conversation: fills in marks, sends, remembers tokens and ids. */
class Player {
  readonly #port: number
  readonly #base: number
  readonly #saved = new Map<string, string>()
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 })

  constructor(port: number, base: number) {
    this.#port = port
    this.#base = base
  }

  end(): void {
    this.#agent.destroy()
  }

  /** Null where the answer is as recorded, else what is different. */
  async play(line: Line): Promise<string | null> {
    const answer = await this.#send(line)
    this.#save(line, answer)
    return this.#difference(line, answer)
  }

  async #send(line: Line): Promise<Answer> {
    const body = line.raw ?? (line.body === undefined ? undefined : JSON.stringify(line.body))
    const headers: Record<string, string> = {
      'user-agent': /^b\d$/.test(line.auth ?? '') ? 'test-bouncer/v1.0' : 'crowdsec-test/v1.0',
      ...this.#credentials(line.auth),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    }
    for (const [name, value] of Object.entries(line.headers ?? {}))
      headers[name.toLowerCase()] = this.#fill(value)
    const filled = body === undefined ? undefined : this.#fill(body)
    if (filled !== undefined) headers['content-length'] = String(Buffer.byteLength(filled))
    return await new Promise<Answer>((resolve, reject) => {
      const sent = httpRequest(
        { port: this.#port, agent: this.#agent, method: line.method, path: this.#fill(line.path), headers },
        (response) => {
          let text = ''
          response.setEncoding('utf8')
          response.on('data', (piece: string) => (text += piece))
          response.on('end', () => {
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text })
          })
        },
      )
      sent.on('error', reject)
      sent.end(filled)
    })
  }

  #credentials(auth: string | undefined): Record<string, string> {
    if (auth === undefined) return {}
    if (/^b\d$/.test(auth)) return { 'x-api-key': `key-${auth}` }
    const token = auth === 'bad' ? foreignToken(this.#base) : this.#saved.get(auth)
    return { authorization: `Bearer ${token ?? 'none'}` }
  }

  #fill(text: string): string {
    return text.replace(
      /\{now(?:-(\d+)([smhd]))?\}|\{id:(\w+)\}/g,
      (_mark, count?: string, unit?: string, id?: string) => {
        if (id !== undefined) return this.#saved.get(id) ?? `{id:${id}}`
        const unitMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[unit ?? 's'] ?? 0
        return `${new Date(this.#base - Number(count ?? 0) * unitMs).toISOString().slice(0, -5)}Z`
      },
    )
  }

  #save({ save }: Line, answer: Answer): void {
    if (save === undefined) return
    const parsed: unknown = parse(answer.text)
    if (Array.isArray(parsed)) this.#saved.set(save.replace(/^id:/, ''), String(parsed[0]))
    else this.#saved.set(save, String((parsed as { token?: unknown } | undefined)?.token))
  }

  #difference(line: Line, answer: Answer): string | null {
    const { status, headers, text } = answer
    const badInput = line.status === 500 && (status === 400 || status === 422)
    if (status !== line.status && !badInput)
      return `status ${status} instead of ${line.status}: ${text.slice(0, 300)}`
    const saidMore = line.status === 500 && line.empty === true && text !== ''
    const type = saidMore ? 'application/json; charset=utf-8' : line.type
    if (headers['content-type'] !== type) return `type ${headers['content-type']} instead of ${type}`
    if (headers['www-authenticate'] !== line.www_authenticate)
      return `challenge ${headers['www-authenticate']}`
    if (saidMore) return null
    if (line.empty) return text === '' ? null : `a body instead of none: ${text.slice(0, 300)}`
    const expected: unknown = JSON.parse(this.#fill(JSON.stringify(line.answer)))
    const problem = matches(expected, parse(text), {
      unordered: line.unordered ?? false,
      freeMessage: line.status >= 400,
      idsAreTexts: line.method === 'POST' && line.path === '/v1/alerts',
    })
    return problem === null ? null : `${problem}\n    answered ${text.slice(0, 2000)}`
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function foreignToken(base: number): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const seconds = Math.floor(base / 1000)
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ id: 'm1', exp: seconds + 3600, orig_iat: seconds })}`
  return `${signed}.${createHmac('sha256', 'another key').update(signed).digest('base64url')}`
}
