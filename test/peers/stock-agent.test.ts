import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { WireAlert } from '../../packages/model/src/index.ts'
import { Daemon, describeNeeding, failedLogin, until } from '../../packages/testkit/src/index.ts'
import { needsCrowdsec, StockCrowdsec } from './stock-crowdsec.ts'

const attack = (address: string) =>
  Array.from({ length: 8 }, (_, i) => failedLogin(address, 40_000 + i)).join('')

describeNeeding(needsCrowdsec, "CrowdSec's agent at our Local API", () => {
  let daemon: Daemon
  let stock: StockCrowdsec

  beforeAll(async () => {
    daemon = await Daemon.start({
      config: {
        lapi: { access_log: true },
        agent: { enabled: false },
        profiles: [
          {
            name: 'ssh',
            filters: ['Alert.Remediation == true && Alert.GetScenario() contains "ssh"'],
            decisions: [{ type: 'captcha', duration: '90m' }],
            on_success: 'break',
          },
        ],
      },
    })
    stock = new StockCrowdsec()
  }, 60_000)

  afterAll(async () => {
    await stock?.remove()
    await daemon?.remove()
  })

  async function replayAttack(address: string): Promise<void> {
    const log = join(stock.folder, 'auth.log')
    writeFileSync(log, attack(address))
    await stock.replay(log)
  }

  it('pushes the brute force of a log, on which our profile decides', async () => {
    await daemon.tocsin('machines', 'add', 'web-1', '--force', '-f', stock.credentialsPath)
    await replayAttack('203.0.113.66')
    const [alert, ...others] = await daemon.json<WireAlert[]>('alerts', 'list')
    expect(others).toEqual([])
    expect(alert).toMatchObject({
      machine_id: 'web-1',
      scenario: 'test/ssh-bruteforce',
      events_count: 6,
      source: { scope: 'Ip', value: '203.0.113.66' },
      message: expect.stringMatching(
        /^Ip 203\.0\.113\.66 performed 'test\/ssh-bruteforce' \(6 events/,
      ) as string,
      decisions: [
        { type: 'captcha', scope: 'Ip', value: '203.0.113.66', origin: 'crowdsec', simulated: false },
      ],
    })
    expect(alert?.events?.[0]?.meta).toContainEqual({ key: 'target_user', value: 'admin' })
    expect(await daemon.tocsin('decisions', 'list', '-o', 'raw')).toMatch(
      /,crowdsec,Ip:203\.0\.113\.66,test\/ssh-bruteforce,captcha,,,6,1h(29|30)m\d+s,false,/,
    )
  }, 30_000)

  it('is listed with its version', async () => {
    const machines = await daemon.json<{ machineId: string; version: string }[]>('machines', 'list')
    expect(machines.find(({ machineId }) => machineId === 'web-1')?.version).toMatch(/^v1\.4\.6/)
  })

  it('registers itself, and is let in once it is validated', async () => {
    const register = [
      'lapi',
      'register',
      '--url',
      daemon.url,
      '--machine',
      'web-2',
      '-f',
      stock.credentialsPath,
    ]
    await stock.cscli(...register)
    await expect(stock.cscli('lapi', 'status')).rejects.toMatchObject({
      stderr: expect.stringMatching(/web-2 not validated/) as string,
    })
    await daemon.tocsin('machines', 'validate', 'web-2')
    expect(await stock.cscliLog('lapi', 'status')).toMatch(/You can successfully interact with Local API/)
    await replayAttack('203.0.113.67')
    const alerts = await daemon.json<WireAlert[]>('alerts', 'list')
    expect(alerts.map(({ machine_id, source }) => `${machine_id} ${source.value}`)).toEqual([
      'web-2 203.0.113.67',
      'web-1 203.0.113.66',
    ])
  }, 30_000)

  it('follows a log, and what it finds while our Local API is away comes once it is back', async () => {
    const log = join(stock.folder, 'live.log')
    writeFileSync(log, '')
    const logins = () => daemon.output.match(/\/v1\/watchers\/login HTTP\/1\.1 200/g)?.length ?? 0
    const before = logins()
    await stock.follow(log)
    // An agent that meets no Local API at its start gives up; from its login on it waits.
    await until(
      () => logins() > before,
      10_000,
      () => stock.log,
    )
    const { host: listen } = new URL(daemon.url)
    await daemon.stop()
    appendFileSync(log, attack('203.0.113.68'))
    await until(
      () => /while pushing to api/.test(stock.log),
      10_000,
      () => stock.log,
    )
    daemon = await Daemon.start({
      folder: daemon.folder,
      config: { agent: { enabled: false }, lapi: { listen } },
    })
    const isBanned = async () =>
      (await daemon.tocsin('decisions', 'list', '-o', 'raw')).includes('Ip:203.0.113.68,')
    await until(isBanned, 15_000, () => stock.log)
  }, 45_000)
})
