import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { describeNeeding, needMount, SmallDisk } from '../../testkit/src/index.ts'
import { openStore } from '../src/index.ts'
import { describeDatabases } from './databases.ts'
import { bearer, type Running, start, wireAlert, wireDecision } from './harness.ts'

const json = { 'content-type': 'application/json' }
const key = { 'x-api-key': 'k1', 'user-agent': 'test-bouncer/v1' }

async function push(running: Running, headers: Record<string, string>, value: string, size = 1) {
  const decisions = Array.from({ length: size }, () => wireDecision(value))
  const body = JSON.stringify([wireAlert(value, { decisions })])
  return await running.send({ method: 'POST', path: '/v1/alerts', headers: { ...json, ...headers }, body })
}

async function values(running: Running, path: string): Promise<string[]> {
  const { status, text } = await running.send({ path, headers: key })
  expect([status, text.slice(0, 300)]).toEqual([200, expect.anything()])
  const parsed = JSON.parse(text) as { new?: { value: string }[] } | { value: string }[] | null
  const list = Array.isArray(parsed) ? parsed : (parsed?.new ?? [])
  return list.map(({ value }) => value)
}

describeDatabases((database) => {
  if (database.name === 'sqlite') return

  describe(`while ${database.name} is away`, () => {
    it('bouncers are served from memory, writes and history are told to come back, and then all works', async () => {
      const running = await start({ store: await openStore(database.create()) })
      const machine = await bearer(running)
      expect((await push(running, machine, '192.0.2.1')).status).toBe(201)
      expect(await values(running, '/v1/decisions/stream?startup=true')).toEqual(['192.0.2.1'])

      await database.stop()
      const refused = await push(running, machine, '192.0.2.2')
      expect(refused.status).toBe(503)
      expect(JSON.parse(refused.text)).toMatchObject({
        message: expect.stringMatching(/^cannot use the database now: /),
      })
      for (const path of ['/v1/alerts', '/v1/alerts/1', '/v1/heartbeat']) {
        expect((await running.send({ path, headers: machine })).status).toBe(503)
      }
      expect(await values(running, '/v1/decisions?ip=192.0.2.1')).toEqual(['192.0.2.1'])
      expect(await values(running, '/v1/decisions/stream?startup=true')).toEqual(['192.0.2.1'])
      expect(await values(running, '/v1/decisions/stream')).toEqual([])
      expect((await running.send({ path: '/health' })).status).toBe(200)

      await database.startAgain()
      await expect.poll(async () => (await push(running, machine, '192.0.2.3')).status).toBe(201)
      expect(await values(running, '/v1/decisions/stream')).toEqual(['192.0.2.3'])
      const { text } = await running.send({ path: '/v1/alerts', headers: machine })
      expect(JSON.parse(text)).toHaveLength(2)
    }, 60_000)

    it('a Local API that starts says so', async () => {
      const place = database.create()
      await database.stop()
      await expect(openStore(place)).rejects.toMatchObject({
        code: 'LAPI_DATABASE_UNREADABLE',
        message: expect.not.stringContaining('password'),
        hint: expect.stringContaining('runs'),
      })
      await database.startAgain()
      await (await openStore(place)).close()
    }, 60_000)
  })
})

describeNeeding([needMount()], 'a full disk', () => {
  it('refuses writes with 507, keeps reads, and nothing is half written', async () => {
    const disk = new SmallDisk(4)
    try {
      const running = await start({ path: join(disk.folder, 'tocsin.db') })
      const machine = await bearer(running)
      expect((await push(running, machine, '192.0.2.1')).status).toBe(201)
      disk.fill()
      const statuses = new Set<number>()
      for (let i = 0; i < 5; i++) statuses.add((await push(running, machine, '192.0.2.2', 500)).status)
      expect([...statuses]).toEqual([507])
      expect(await values(running, '/v1/decisions')).toEqual(['192.0.2.1'])
      expect(await values(running, '/v1/decisions/stream?startup=true')).toEqual(['192.0.2.1'])
      const { status, text } = await running.send({ path: '/v1/alerts', headers: machine })
      expect([status, (JSON.parse(text) as unknown[]).length]).toEqual([200, 1])
      disk.makeRoom()
      expect((await push(running, machine, '192.0.2.3', 500)).status).toBe(201)
      const alerts = await running.store.alerts.page({}, { limit: 9, order: 'asc', withDecisions: true })
      expect(alerts.map(({ decisions }) => decisions.length)).toEqual([1, 500])
      await running.close()
    } finally {
      disk.remove()
    }
  })
})
