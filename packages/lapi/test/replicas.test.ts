import { expect, it } from 'vitest'
import { BouncerClient } from '../../client/src/index.ts'
import { loadActive } from '../src/decision/load-active.ts'
import { ChangeFeed } from '../src/decision/change-feed.ts'
import { Turns } from '../src/decision/turns.ts'
import { openStore } from '../src/index.ts'
import { type Database, describeDatabases } from './databases.ts'
import { type Running, start, wireAlert, wireDecision } from './harness.ts'
import { newAlert, newDecision } from './store-contract/records.ts'

/** Two Local APIs on one database. */
async function pair(database: Database): Promise<[Running, Running]> {
  const place = database.create()
  const first = await start({ store: await openStore(place) })
  return [first, await start({ store: await openStore(place) })]
}

async function ban({ machine }: Running, ...values: string[]): Promise<void> {
  const decisions = values.map((value) => wireDecision(value))
  await machine.pushAlerts([wireAlert(values[0] ?? '', { decisions })])
}

async function inForce({ bouncer }: Running): Promise<string[]> {
  return (await bouncer.decisions({})).map(({ value }) => value).sort()
}

describeDatabases((database) => {
  if (database.name === 'sqlite') return

  it(`replicas on ${database.name} follow each other's additions, ends and deletions`, async () => {
    const [a, b] = await pair(database)
    await ban(a, '192.0.2.1', '192.0.2.2')
    await ban(b, '192.0.2.3')
    for (const each of [a, b]) {
      await expect.poll(async () => await inForce(each), { timeout: 5_000 }).toHaveLength(3)
    }
    const stream = new BouncerClient({ url: b.url, key: 'k1', userAgent: 'fw/v1' })
    await stream.stream({ startup: true })
    for (const each of [a, b]) each.pass(10_000)
    await a.machine.deleteDecisions({ ip: '192.0.2.1' })
    await expect.poll(async () => await inForce(b), { timeout: 5_000 }).toEqual(['192.0.2.2', '192.0.2.3'])
    // What has ended is told with the next pull or the one after it: the change comes first, its end by the other's clock.
    const told: string[] = []
    const pull = async () => {
      b.pass(10)
      told.push(...(await stream.stream()).deleted.map(({ value }) => value))
      return told
    }
    await expect.poll(pull, { timeout: 5_000 }).toContain('192.0.2.1')
    expect(new Set(told)).toEqual(new Set(['192.0.2.1']))
    await b.machine.deleteAlerts({})
    await expect.poll(async () => await inForce(a), { timeout: 5_000 }).toEqual([])
  })

  it(`replicas on ${database.name} that write at once end with the same set`, async () => {
    const [a, b] = await pair(database)
    await Promise.all(
      Array.from({ length: 30 }, async (_, i) => await ban(i % 2 ? a : b, `198.18.0.${i}`, `198.18.1.${i}`)),
    )
    await Promise.all(
      [a, b].map(
        async ({ machine }) => await machine.deleteDecisions({ range: '198.18.1.0/24', contains: false }),
      ),
    )
    const wanted = Array.from({ length: 30 }, (_, i) => `198.18.0.${i}`).sort()
    for (const each of [a, b]) {
      await expect.poll(async () => await inForce(each), { timeout: 10_000 }).toEqual(wanted)
    }
  })

  it(`replicas on ${database.name} catch up after the database was restarted`, async () => {
    const [a, b] = await pair(database)
    await ban(a, '192.0.2.1')
    await database.stop()
    expect(await inForce(a)).toEqual(['192.0.2.1'])
    await database.startAgain()
    await expect
      .poll(
        async () =>
          await ban(a, '192.0.2.2').then(
            () => 'pushed',
            () => 'refused',
          ),
        { timeout: 10_000 },
      )
      .toBe('pushed')
    await expect.poll(async () => await inForce(b), { timeout: 10_000 }).toEqual(['192.0.2.1', '192.0.2.2'])
  }, 60_000)

  it(`a process on ${database.name} that missed what is forgotten compares its set with the table`, async () => {
    const store = await openStore(database.create())
    const { changes, decisions, alerts } = store
    if (!changes) throw new Error('there is no log of changes')
    const until = Date.now() + 3_600_000
    const lasting = (value: string) => newAlert(value, { decisions: [newDecision(value, { until })] })
    const [gone] = await alerts.insert([lasting('192.0.2.1')])
    const version = await changes.version()
    const active = await loadActive(decisions, Date.now())
    await alerts.insert([lasting('192.0.2.2')])
    await decisions.end([gone?.decisions[0]?.id ?? 0], Date.now() - 1)
    await changes.forget(Number.MAX_SAFE_INTEGER)
    const quiet = () => {}
    const feed = new ChangeFeed({
      changes,
      decisions,
      active,
      version,
      turns: new Turns(),
      clock: Date.now,
      logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
      allowlistsChanged: async () => {},
      accessChanged: async () => {},
    })
    feed.start()
    await expect
      .poll(() => active.after(0, 9).map(({ value }) => value), { timeout: 5_000 })
      .toEqual(['192.0.2.2'])
    expect(feed.applied).toBe(3)
    await feed.stop()
    await store.close()
  })
})
