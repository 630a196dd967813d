import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { WireAlert } from '../../packages/model/src/index.ts'
import {
  Daemon,
  describeNeeding,
  failedLogin,
  freePort,
  needPostgres,
  needProgram,
  TemporaryMariadb,
  TemporaryPostgres,
} from '../../packages/testkit/src/index.ts'
import { needsCrowdsec, StockCrowdsec } from './stock-crowdsec.ts'

interface Counts {
  imported: number
  present: number
  skipped: number
}

interface Report {
  allowlist_entries: Counts
  machines: Counts
  bouncers: Counts
  alerts: Counts
  decisions: { imported: number; active: number }
  skipped: { name: string; reason: string }[]
}

/** A database for CrowdSec: how CrowdSec is told of it, and how we are. */
interface Place {
  readonly database?: object
  readonly url?: string
  readonly remove?: () => Promise<void>
}

describeNeeding(needsCrowdsec, 'what CrowdSec has in SQLite', () => {
  imports(async () => await Promise.resolve({}))
})

describeNeeding([...needsCrowdsec, needPostgres()], 'what CrowdSec has in PostgreSQL', () => {
  imports(async () => {
    const server = await TemporaryPostgres.start()
    const url = server.createDatabase()
    return { url, database: serverConfig('postgresql', url), remove: async () => await server.remove() }
  })
})

const needsMariadb = [...needsCrowdsec, needProgram('mariadbd', 'mariadb-server')]
describeNeeding(needsMariadb, 'what CrowdSec has in MariaDB', () => {
  imports(async () => {
    const server = await TemporaryMariadb.start()
    const url = server.createDatabase()
    return { url, database: serverConfig('mysql', url), remove: async () => await server.remove() }
  })
})

function serverConfig(type: string, url: string): object {
  const { username: user, hostname: host, port, pathname } = new URL(url)
  // An empty one is left out of PostgreSQL's settings in a way that swallows the next of them.
  const password = type === 'postgresql' ? 'any' : ''
  return {
    type,
    user,
    password,
    host,
    port: Number(port),
    db_name: pathname.slice(1),
    sslmode: 'disable',
  }
}

function imports(makePlace: () => Promise<Place>): void {
  let place: Place | undefined
  let stock: StockCrowdsec | undefined
  let agent: StockCrowdsec | undefined
  let daemon: Daemon | undefined
  const all = () => {
    if (!stock || !agent || !daemon) throw new Error('nothing was started')
    return { agent, daemon, db: place?.url ?? stock.databasePath }
  }
  const imported = async (...flags: string[]) => {
    const { daemon, db } = all()
    return await daemon.json<Report>('import', 'crowdsec', '--db', db, ...flags)
  }
  const values = async () => {
    const alerts = await all().daemon.json<WireAlert[]>('decisions', 'list')
    const decisions = alerts.flatMap((alert) => alert.decisions ?? [])
    return decisions
      .map(({ type, value, duration }) => `${type} ${value} ${duration.replace(/h.*/, 'h')}`)
      .toSorted()
  }

  beforeAll(async () => {
    place = await makePlace()
    const { database } = place
    const listen = `127.0.0.1:${await freePort()}`
    stock = new StockCrowdsec({ listen, ...(database ? { database } : {}) })
    await stock.cscli('machines', 'add', 'web-1', '-p', 'secret', '-f', stock.credentialsPath, '--force')
    await stock.cscli('bouncers', 'add', 'firewall', '-k', 'the-old-key')
    await stock.serve()
    await stock.cscli('decisions', 'add', '--ip', '192.0.2.9', '-d', '10h')
    await stock.cscli('decisions', 'add', '--range', '198.51.100.0/24', '-d', '876000h', '-t', 'captcha')
    await stock.cscli('decisions', 'add', '--ip', '127.0.0.1', '-d', '10h')
    agent = new StockCrowdsec()
    copyFileSync(stock.credentialsPath, agent.credentialsPath)
    const log = join(agent.folder, 'auth.log')
    const lines = Array.from({ length: 8 }, (_, i) => failedLogin('203.0.113.66', 40_000 + i))
    writeFileSync(log, lines.join(''))
    await agent.replay(log)
    daemon = await Daemon.start({ config: { agent: { enabled: false } } })
  }, 120_000)

  afterAll(async () => {
    await daemon?.remove()
    await agent?.remove()
    await stock?.remove()
    await place?.remove?.()
  })

  it('is only told of by a rehearsal', async () => {
    const { machines, bouncers, alerts, decisions } = await imported('--dry-run')
    expect({ machines, bouncers, alerts, decisions }).toMatchObject({
      machines: { imported: 1 },
      bouncers: { imported: 1 },
      alerts: { imported: 4 },
      decisions: { active: 3 },
    })
    expect(await values()).toEqual([])
    expect(await all().daemon.json('bouncers', 'list')).toEqual([])
  }, 30_000)

  it('comes over while CrowdSec runs, with the time that is left of each decision', async () => {
    const { skipped, ...report } = await imported()
    expect(report).toMatchObject({
      machines: { imported: 1, present: 0, skipped: 0 },
      bouncers: { imported: 1, present: 0, skipped: 0 },
      alerts: { imported: 4, present: 0 },
      decisions: { imported: 3, active: 3 },
    })
    expect(skipped.map(({ reason }) => reason)).toEqual(['it is the loopback'])
    expect(await values()).toEqual([
      'ban 192.0.2.9 9h',
      'ban 203.0.113.66 3h',
      'captcha 198.51.100.0/24 876000h',
    ])
    const [attack] = await all().daemon.json<WireAlert[]>('alerts', 'list', '--ip', '203.0.113.66')
    expect(attack).toMatchObject({ machine_id: 'web-1', scenario: 'test/ssh-bruteforce', events_count: 6 })
    expect(attack?.events).toHaveLength(6)
    expect(attack?.events?.[0]?.meta).toContainEqual({ key: 'target_user', value: 'admin' })
  }, 30_000)

  it('is not doubled by another import', async () => {
    const { skipped, ...report } = await imported()
    expect(skipped).toEqual([])
    expect(report).toMatchObject({
      machines: { imported: 0, present: 1 },
      bouncers: { imported: 0, present: 1 },
      alerts: { imported: 0, present: 4 },
      decisions: { imported: 0 },
    })
    expect(await values()).toHaveLength(3)
  }, 30_000)

  it('lets its bouncers and its agents in as they are', async () => {
    const { daemon, agent } = all()
    const stream = `${daemon.url}/v1/decisions/stream?startup=true`
    const pulled = await fetch(stream, { headers: { 'X-Api-Key': 'the-old-key' } })
    expect(pulled.status).toBe(200)
    const { new: added } = (await pulled.json()) as { new: { value: string }[] }
    expect(added.map(({ value }) => value).toSorted()).toEqual([
      '192.0.2.9',
      '198.51.100.0/24',
      '203.0.113.66',
    ])
    const credentials = { url: daemon.url, login: 'web-1', password: 'secret' }
    writeFileSync(agent.credentialsPath, JSON.stringify(credentials))
    for (let times = 0; times < 2; times++) {
      expect(await agent.cscliLog('lapi', 'status')).toMatch(/You can successfully interact with Local API/)
    }
  }, 30_000)
}
