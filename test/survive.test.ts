import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { Daemon, failedLogin, freePort, until } from '../packages/testkit/src/index.ts'

interface ListedAlert {
  scenario: string
  source: { value: string }
}

const folders: string[] = []
const daemons: Daemon[] = []
afterEach(async () => {
  for (const daemon of daemons.splice(0)) await daemon.remove()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-survive-'))
  folders.push(folder)
  return folder
}

async function start(...args: Parameters<typeof Daemon.start>): Promise<Daemon> {
  const daemon = await Daemon.start(...args)
  daemons.push(daemon)
  return daemon
}

const attackers = (count: number) =>
  Array.from({ length: count }, (_, i) => `198.51.${100 + (i >> 8)}.${i & 255}`)

/** Enough failed logins of one address for the fast brute force scenario to overflow exactly once. */
function attackOf(address: string): string {
  return Array.from({ length: 6 }, (_, i) => failedLogin(address, 40_000 + i)).join('')
}

async function bruteForcers(daemon: Daemon): Promise<string[]> {
  const alerts = await daemon.json<ListedAlert[]>(
    'alerts',
    'list',
    '--limit',
    '0',
    '--scenario',
    'tocsin/ssh-bruteforce',
  )
  return alerts.map(({ source }) => source.value).toSorted()
}

describe('kill -9 in mid-file', () => {
  it('neither loses nor repeats an alert', async () => {
    const log = join(temporaryFolder(), 'auth.log')
    writeFileSync(log, '')
    const config = { sources: [{ filename: log, labels: { type: 'syslog' } }] }
    let daemon = await start({ config })
    const expected: string[] = []
    for (let round = 0; round < 4; round++) {
      for (const address of attackers(240).slice(round * 60, round * 60 + 60)) {
        appendFileSync(log, attackOf(address))
        expected.push(address)
      }
      await until(() => true, 0)
      await new Promise((done) => setTimeout(done, 150 * round))
      await daemon.stop('SIGKILL')
      daemon = await start({ config, folder: daemon.folder })
    }
    await until(
      async () => (await bruteForcers(daemon)).length >= expected.length,
      20_000,
      () => daemon.output,
    )
    await new Promise((done) => setTimeout(done, 2000))
    expect(await bruteForcers(daemon)).toEqual(expected.toSorted())
  }, 120_000)

  it('catches an attack that the kill cut in two', async () => {
    const log = join(temporaryFolder(), 'auth.log')
    writeFileSync(log, '')
    const config = { sources: [{ filename: log, labels: { type: 'syslog' } }] }
    let daemon = await start({ config })
    const lines = attackOf('203.0.113.9').split(/(?<=\n)/)
    appendFileSync(log, lines.slice(0, 4).join(''))
    await new Promise((done) => setTimeout(done, 1500))
    await daemon.stop('SIGKILL')
    daemon = await start({ config, folder: daemon.folder })
    appendFileSync(log, lines.slice(4).join(''))
    await until(
      async () => (await bruteForcers(daemon)).includes('203.0.113.9'),
      15_000,
      () => daemon.output,
    )
    expect(await bruteForcers(daemon)).toEqual(['203.0.113.9'])
  }, 60_000)
})

describe('the Local API away', () => {
  it('keeps alerts on disk, over a restart too, and delivers them later, once', async () => {
    const log = join(temporaryFolder(), 'auth.log')
    writeFileSync(log, '')
    const listen = `127.0.0.1:${await freePort()}`
    let api = await start({ config: { agent: { enabled: false }, lapi: { listen } } })
    await api.tocsin('machines', 'add', 'web-1', '--password', 'secret', '-f', join(api.folder, 'web-1.yaml'))
    const agentConfig = {
      lapi: { enabled: false },
      client: { url: `http://${listen}`, login: 'web-1', password: 'secret' },
      sources: [{ filename: log, labels: { type: 'syslog' } }],
    }
    let agent = await start({ config: agentConfig })
    await api.stop()
    appendFileSync(log, attackOf('203.0.113.10'))
    await agent.said(/cannot push/i)
    await agent.stop('SIGKILL')
    agent = await start({ config: agentConfig, folder: agent.folder })
    appendFileSync(log, attackOf('203.0.113.11'))
    await new Promise((done) => setTimeout(done, 1000))
    api = await start({ config: { agent: { enabled: false }, lapi: { listen } }, folder: api.folder })
    await until(
      async () => (await bruteForcers(api)).length >= 2,
      40_000,
      () => agent.output,
    )
    await new Promise((done) => setTimeout(done, 2000))
    expect(await bruteForcers(api)).toEqual(['203.0.113.10', '203.0.113.11'])
  }, 120_000)
})
