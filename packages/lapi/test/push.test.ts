import { get, type IncomingMessage } from 'node:http'
import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { BouncerClient } from '../../client/src/index.ts'
import { openStore } from '../src/index.ts'
import { type Running, start, wireAlert, wireDecision } from './harness.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { join } from 'node:path'

interface Message {
  id?: string
  event?: string
  data?: { new?: { value: string; uuid: string; duration: string }[]; deleted?: { value: string }[] }
}

/** A reader of server-sent events, as a bouncer is one. */
class Reader {
  readonly messages: Message[] = []
  status = 0
  type: string | undefined
  isEnded = false
  readonly response: Promise<IncomingMessage>
  #text = ''

  constructor({ port }: Running, query: string, headers: Record<string, string> = {}) {
    this.response = new Promise((resolve, reject) => {
      const path = `/v1/decisions/stream?push=true${query}`
      const sent = get({ port, path, headers: { 'x-api-key': 'k1', ...headers } }, (response) => {
        this.status = response.statusCode ?? 0
        this.type = response.headers['content-type']
        response.setEncoding('utf8')
        response.on('data', (piece: string) => this.#feed(piece))
        response.on('close', () => (this.isEnded = true))
        response.on('error', () => {})
        resolve(response)
      })
      sent.on('error', reject)
    })
    readers.push(this)
  }

  get events(): string[] {
    return this.messages.map(({ event = '' }) => event)
  }

  get added(): string[] {
    return this.messages.flatMap(({ data }) => data?.new?.map(({ value }) => value) ?? [])
  }

  get deleted(): string[] {
    return this.messages.flatMap(({ data }) => data?.deleted?.map(({ value }) => value) ?? [])
  }

  get cursor(): string {
    return this.messages.findLast(({ id }) => id !== undefined)?.id ?? ''
  }

  async saw(event: string): Promise<void> {
    await expect.poll(() => this.events, { timeout: 10_000 }).toContain(event)
  }

  async close(): Promise<void> {
    ;(await this.response).destroy()
  }

  #feed(piece: string): void {
    this.#text += piece
    const blocks = this.#text.split('\n\n')
    this.#text = blocks.pop() ?? ''
    for (const block of blocks) {
      const message: Message = {}
      for (const line of block.split('\n')) {
        const [, field, value = ''] = /^(\w*): (.*)$/.exec(line) ?? []
        if (field === 'data') message.data = JSON.parse(value) as NonNullable<Message['data']>
        else if (field === 'id' || field === 'event') message[field] = value
      }
      if (message.event !== undefined) this.messages.push(message)
    }
  }
}

const readers: Reader[] = []
afterEach(async () => {
  for (const reader of readers.splice(0)) await reader.close()
})

async function ban({ machine }: Running, ...values: string[]): Promise<void> {
  for (let at = 0; at < values.length; at += 10_000) {
    const decisions = values.slice(at, at + 10_000).map((value) => wireDecision(value))
    await machine.pushAlerts([wireAlert(values[0] ?? '', { decisions })])
  }
}

describe('the pushed stream', () => {
  it('begins with the whole set in pieces, then tells of changes as they come', async () => {
    const running = await start()
    const values = Array.from({ length: 2_500 }, (_, i) => `198.18.${i >> 8}.${i & 255}`)
    await ban(running, ...values)
    const reader = new Reader(running, '&startup=true')
    await reader.saw('ready')
    expect([reader.status, reader.type]).toEqual([200, 'text/event-stream'])
    expect(reader.events).toEqual(['decisions', 'decisions', 'decisions', 'ready'])
    expect(reader.messages.map(({ data }) => data?.new?.length ?? 0)).toEqual([1000, 1000, 500, 0])
    expect(reader.added).toEqual(values)
    expect(reader.messages[0]?.data?.new?.[0]).toEqual({
      duration: expect.stringMatching(/^(?:4h0m0s|3h59m5\ds)$/),
      id: expect.any(Number),
      origin: 'cscli',
      scenario: 'manual',
      scope: 'Ip',
      type: 'ban',
      uuid: expect.any(String),
      value: '198.18.0.0',
    })
    await ban(running, '192.0.2.1')
    await expect.poll(() => reader.added.at(-1)).toBe('192.0.2.1')
    await running.machine.deleteDecisions({ ip: '192.0.2.1' })
    await expect.poll(() => reader.deleted).toEqual(['192.0.2.1'])
    await running.machine.deleteAlerts({})
    await expect.poll(() => reader.deleted.length).toBe(2_501)
  })

  it('tells of what ends by itself', async () => {
    const running = await start()
    const decisions = [wireDecision('192.0.2.1', { duration: '10m' })]
    await running.machine.pushAlerts([wireAlert('192.0.2.1', { decisions })])
    const reader = new Reader(running, '&startup=true')
    await reader.saw('ready')
    running.pass(601_000)
    await expect.poll(() => reader.deleted, { timeout: 5_000 }).toEqual(['192.0.2.1'])
  })

  it('goes on where a reader was, with its cursor in a header or in the query', async () => {
    const running = await start()
    await ban(running, '192.0.2.1', '192.0.2.2')
    const first = new Reader(running, '&startup=true')
    await first.saw('ready')
    await first.close()
    await ban(running, '192.0.2.3')
    await running.machine.deleteDecisions({ ip: '192.0.2.1' })
    const second = new Reader(running, '&startup=true', { 'last-event-id': first.cursor })
    const third = new Reader(running, `&cursor=${first.cursor}`)
    for (const reader of [second, third]) {
      await expect.poll(() => reader.added).toEqual(['192.0.2.3'])
      await expect.poll(() => reader.deleted).toEqual(['192.0.2.1'])
      expect(reader.events).not.toContain('reset')
      expect(reader.events).not.toContain('ready')
    }
  })

  it('goes on with the rest of the whole set where a reader had a part of it', async () => {
    const running = await start()
    const values = Array.from({ length: 2_500 }, (_, i) => `198.18.${i >> 8}.${i & 255}`)
    await ban(running, ...values)
    const whole = new Reader(running, '&startup=true')
    await whole.saw('ready')
    const rest = new Reader(running, '', { 'last-event-id': whole.messages[1]?.id ?? '' })
    await rest.saw('ready')
    expect(rest.added).toEqual(values.slice(2_000))
  })

  it.each(['unknown', 'ffffffffffff-1-1-1-w', 'ffffffffffffffff-ffffffffffff-1-1-1-w', '', '0'.repeat(5000)])(
    'begins anew for the cursor %j',
    async (cursor) => {
      const running = await start()
      await ban(running, '192.0.2.1')
      running.pass(7_200_000)
      const reader = new Reader(running, '', { 'last-event-id': cursor })
      await reader.saw('ready')
      expect(reader.events).toEqual(['reset', 'decisions', 'ready'])
      expect(reader.added).toEqual(['192.0.2.1'])
    },
  )

  it('goes on after a restart of the Local API by the time in the cursor', async () => {
    const path = join(temporaryFolder(), 'tocsin.db')
    const running = await start({ path })
    await ban(running, '192.0.2.1')
    const first = new Reader(running, '&startup=true')
    await first.saw('ready')
    running.pass(100_000)
    await ban(running, '192.0.2.2')
    await expect.poll(() => first.added.length).toBe(2)
    const foreign = first.cursor.replace(/-[0-9a-f]{12}-/, '-0123456789ab-')
    running.pass(600_000)
    await ban(running, '192.0.2.3')
    await running.machine.deleteDecisions({ ip: '192.0.2.1' })
    await running.close()
    const again = await start({ store: await openStore({ path }), clock: running.now })
    running.pass(1_000)
    const second = new Reader(again, '', { 'last-event-id': foreign })
    await expect.poll(() => second.deleted).toEqual(['192.0.2.1'])
    await expect.poll(() => second.added).toEqual(['192.0.2.2', '192.0.2.3'])
    expect(second.events).not.toContain('reset')
  })

  it('begins anew where the database is another one than before', async () => {
    const running = await start()
    await ban(running, '192.0.2.1')
    const first = new Reader(running, '&startup=true')
    await first.saw('ready')
    await running.close()
    // The same process, the same time, an empty database.
    const emptied = await start({ clock: running.now })
    await ban(emptied, '192.0.2.2')
    const second = new Reader(emptied, '', { 'last-event-id': first.cursor })
    await second.saw('ready')
    expect(second.events).toEqual(['reset', 'decisions', 'ready'])
    expect(second.added).toEqual(['192.0.2.2'])
  })

  it('follows the filters of the query, and refuses bad ones', async () => {
    const running = await start()
    const reader = new Reader(running, '&startup=true&type=captcha')
    await reader.saw('ready')
    const decisions = [wireDecision('192.0.2.1'), wireDecision('192.0.2.2', { type: 'captcha' })]
    await running.machine.pushAlerts([wireAlert('192.0.2.1', { decisions })])
    await expect.poll(() => reader.added).toEqual(['192.0.2.2'])
    const refused = new Reader(running, '&ip=nonsense')
    await refused.response
    expect(refused.status).toBe(400)
  })

  it('ends when its bouncer is deleted, and with the Local API', async () => {
    const running = await start()
    const token = { authorization: `Bearer ${running.api.adminToken}`, 'content-type': 'application/json' }
    await running.send({
      method: 'POST',
      path: '/v1/admin/bouncers',
      headers: token,
      body: JSON.stringify({ name: 'other', key: 'k2' }),
    })
    const doomed = new Reader(running, '&startup=true', { 'x-api-key': 'k2' })
    const kept = new Reader(running, '&startup=true')
    await doomed.saw('ready')
    await kept.saw('ready')
    await running.send({ method: 'DELETE', path: '/v1/admin/bouncers/other', headers: token })
    await expect.poll(() => doomed.isEnded).toBe(true)
    expect(kept.isEnded).toBe(false)
    await running.close()
    await expect.poll(() => kept.isEnded).toBe(true)
  })
})

describe('instances of one bouncer', () => {
  it('have a cursor each where they name themselves', async () => {
    const running = await start()
    const { port, bouncer } = running
    const pull = async (instance: string) => {
      const { text } = await running.send({
        path: '/v1/decisions/stream',
        headers: { 'x-api-key': 'k1', 'user-agent': 'test-bouncer/v1', 'x-tocsin-cursor': instance },
      })
      return (JSON.parse(text) as { new: { value: string }[] }).new.map(({ value }) => value)
    }
    expect(port).toBeGreaterThan(0)
    const [one, two] = [randomUUID(), randomUUID()]
    for (const instance of [one, two]) expect(await pull(instance)).toEqual([])
    await bouncer.stream({ startup: true })
    await ban(running, '192.0.2.1')
    expect(await pull(one)).toEqual(['192.0.2.1'])
    expect(await pull(two)).toEqual(['192.0.2.1'])
    expect(await pull(two)).toEqual([])
    const stock = new BouncerClient({ url: running.url, key: 'k1', userAgent: 'test-bouncer/v1' })
    expect((await stock.stream()).new).toHaveLength(1)
  })
})
