import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { MachineClient } from '@tocsin/client'
import { silentLogger, type WireAlert } from '@tocsin/model'
import { describe, expect, it } from 'vitest'
import { Journal } from '../src/journal/journal.ts'
import { Backoff } from '../src/push/backoff.ts'
import { Pusher } from '../src/push/pusher.ts'
import { RejectedAlerts } from '../src/push/rejected-alerts.ts'
import { alertOf } from './fake-engine.ts'
import { FakeLocalApi } from './local-api.ts'
import { rememberingLogger, temporaryFolder, until } from './log-folder.ts'
import { runForTest } from './run-for-test.ts'

function journalWith(folder: string, ...texts: string[]): Journal {
  const journal = Journal.open({ folder, logger: silentLogger })
  note(journal, ...texts)
  return journal
}

function note(journal: Journal, ...texts: string[]): void {
  journal.commit(
    { atMs: 0 },
    texts.map((text) => alertOf('192.0.2.1', text, 0, 0)),
  )
}

function pusherOf(journal: Journal, api: FakeLocalApi, folder: string) {
  const logger = rememberingLogger()
  const pusher = new Pusher({
    journal,
    client: new MachineClient({ url: api.url, machineId: 'm', password: 'p', timeoutMs: 2000 }),
    rejected: new RejectedAlerts(join(folder, 'rejected.jsonl')),
    logger,
    now: Date.now,
    batchMs: 20,
    // The shortest waits.
    random: () => 1,
  })
  const stop = runForTest(pusher)
  return { pusher, said: logger.said, stop }
}

const texts = (api: FakeLocalApi) => api.messages.map((message) => message.split(' ')[1])
const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index))

describe('delivery', () => {
  it('puts what waits into few requests, in order', async () => {
    const folder = temporaryFolder()
    const api = await FakeLocalApi.start()
    const journal = journalWith(folder, ...numbers(250))
    pusherOf(journal, api, folder)
    await until(() => journal.pendingAlerts === 0)
    expect(texts(api)).toEqual(numbers(250))
    expect(api.requests).toBe(3)
  })

  it('waits for a Local API that is away, over a restart too, and says so once', async () => {
    const folder = temporaryFolder()
    const api = await FakeLocalApi.start()
    await api.down()
    const first = journalWith(folder, 'a', 'b')
    const { said, stop, pusher } = pusherOf(first, api, folder)
    await until(() => pusher.stats.awaySinceMs !== null)
    note(first, 'c')
    pusher.wake()
    await new Promise((resolve) => setTimeout(resolve, 1200))
    expect(said).toEqual([expect.stringMatching(/^warn: cannot .*; alerts wait on disk/)])
    await stop()
    await first.close()

    await api.up()
    const second = journalWith(folder, 'd')
    pusherOf(second, api, folder)
    await until(() => second.pendingAlerts === 0)
    expect(texts(api)).toEqual(['a', 'b', 'c', 'd'])
    await second.close()
  })

  it('sends again what was not confirmed, under the same uuid', async () => {
    const folder = temporaryFolder()
    const api = await FakeLocalApi.start()
    api.losesAnswers = true
    const journal = journalWith(folder, 'a', 'b')
    const { said } = pusherOf(journal, api, folder)
    await until(() => api.requests >= 2)
    api.losesAnswers = false
    await until(() => journal.pendingAlerts === 0)
    expect(texts(api)).toEqual(['a', 'b'])
    expect(api.repeated).toBeGreaterThanOrEqual(2)
    expect(said.at(-1)).toMatch(/the Local API answers again/)
  })

  const refusals = [
    { status: 400, message: 'invalid alert' },
    { status: 500, message: 'validation failure list:\n0.scenario in body is required' },
  ]
  it.each(refusals)(
    'sets aside what is refused for good ($status), and delivers the rest',
    async (refusal) => {
      const folder = temporaryFolder()
      const api = await FakeLocalApi.start()
      api.refuse = (alerts) => (alerts.some(({ message }) => message.endsWith('bad')) ? refusal : null)
      const journal = journalWith(folder, 'a', 'bad', 'b', 'c')
      const { pusher, said } = pusherOf(journal, api, folder)
      await until(() => journal.pendingAlerts === 0)
      expect(texts(api)).toEqual(['a', 'b', 'c'])
      expect(pusher.stats).toMatchObject({ sent: 3, rejected: 1, awaySinceMs: null })
      const kept = JSON.parse(readFileSync(join(folder, 'rejected.jsonl'), 'utf8')) as Record<string, unknown>
      expect((kept.alert as WireAlert).message).toBe('192.0.2.1 bad')
      expect(kept.reason).toContain(refusal.message.split('\n')[0])
      expect(said).toEqual([
        expect.stringMatching(/refused the alert of test\/count about 192\.0\.2\.1.*rejected\.jsonl/s),
      ])
    },
  )

  it('does not set aside what may be taken later', async () => {
    const folder = temporaryFolder()
    const api = await FakeLocalApi.start()
    const answers = [500, 503, 429, 403]
    api.refuse = () => {
      const status = answers.shift()
      return status === undefined ? null : { status, message: 'not now' }
    }
    const journal = journalWith(folder, 'a')
    const { pusher } = pusherOf(journal, api, folder)
    await until(() => journal.pendingAlerts === 0)
    expect(texts(api)).toEqual(['a'])
    expect(pusher.stats.rejected).toBe(0)
  })
})

describe('the file of refused alerts', () => {
  it('is bounded', async () => {
    const path = join(temporaryFolder(), 'rejected.jsonl')
    const rejected = new RejectedAlerts(path, 1000)
    expect(await rejected.add('{}', 'no', 0)).toBe(true)
    appendFileSync(path, 'x'.repeat(1000))
    expect(await rejected.add('{}', 'no', 0)).toBe(false)
  })
})

describe('waiting after failures', () => {
  it('doubles up to half a minute, with a random part', () => {
    const longest = new Backoff(() => 0)
    expect(Array.from({ length: 7 }, () => longest.failed())).toEqual([
      1000, 2000, 4000, 8000, 16000, 30000, 30000,
    ])
    longest.succeeded()
    expect(longest.failed()).toBe(1000)
    expect(new Backoff(() => 1).failed()).toBe(500)
  })
})
