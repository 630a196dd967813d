import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { WireAlert } from '../../packages/model/src/index.ts'
import {
  Daemon,
  describeNeeding,
  failedLogin,
  needsOfPackets,
  TestNetwork,
  until,
} from '../../packages/testkit/src/index.ts'
import { Program } from './program.ts'
import { needsCrowdsec, StockCrowdsec } from './stock-crowdsec.ts'

const launcher = fileURLToPath(new URL('../../packages/cli/bin/tocsin.js', import.meta.url))
const needs = [...needsCrowdsec, ...needsOfPackets()]

describeNeeding(needs, "our agent, bouncer and command line at CrowdSec's Local API", () => {
  const listen = '127.0.0.1:8080'
  const pullEveryMs = 500
  let network: TestNetwork
  let namespace: string
  let stock: StockCrowdsec
  let agent: Daemon
  let bouncer: Program | undefined
  let log: string

  beforeAll(async () => {
    network = new TestNetwork()
    namespace = network.addHost('server', 1)
    network.addHost('attacker', 2)
    network.addHost('visitor', 3)
    stock = new StockCrowdsec({ listen, namespace })
    log = join(stock.folder, 'auth.log')
    writeFileSync(log, '')
    await stock.cscli('machines', 'add', 'stock', '-p', 'own', '-f', stock.credentialsPath, '--force')
    await stock.cscli('machines', 'add', 'web-1', '-p', 'secret', '-f', join(stock.folder, 'web-1.yaml'))
    await stock.serve()
    agent = await Daemon.start({
      namespace,
      config: {
        lapi: { enabled: false },
        client: { url: `http://${listen}`, login: 'web-1', password: 'secret' },
        sources: [{ filename: log, labels: { type: 'syslog' } }],
      },
    })
  }, 60_000)

  afterAll(async () => {
    await bouncer?.stop()
    await agent?.remove()
    await stock?.remove()
    network?.remove()
  })

  const all = () => [bouncer?.output, agent.output, stock.log].join('\n---\n')
  const untilBlocked = (address: string, isBlocked: boolean, timeoutMs = 10_000) => {
    const rules = () => network.run('server', 'nft', 'list', 'ruleset')
    const elements = () => rules().match(/elements = \{[^}]*\}/g) ?? []
    return until(
      () => elements().some((set) => set.includes(address)) === isBlocked,
      timeoutMs,
      () => all() + rules(),
    )
  }
  /** The values in force by our command line, as `TYPE SCOPE:VALUE`. */
  const inForce = async (...flags: string[]) => {
    const alerts = await agent.json<WireAlert[]>('decisions', 'list', ...flags)
    const decisions = alerts.flatMap((alert) => alert.decisions ?? [])
    return decisions.map(({ type, scope, value }) => `${type} ${scope}:${value}`).toSorted()
  }

  const untilReached = (address: string) => until(() => network.reaches('attacker', address), 10_000, all)

  /**
   * Bans through cscli, once more where the bouncer does not see it: a decision that this release stores while it
   * answers a pull is in none of its later answers.
   */
  async function ban(flag: string, target: string, address: string): Promise<void> {
    for (const lastTry of [false, false, true]) {
      await stock.cscli('decisions', 'add', flag, target)
      const seen = await untilBlocked(address, true, 4000).catch((error: unknown) => error)
      if (seen === undefined) return
      if (lastTry) throw seen
    }
  }

  it('an attack that our agent sees is decided there', async () => {
    for (let i = 0; i < 8; i++) appendFileSync(log, failedLogin('198.51.100.2', 40_000 + i))
    await until(async () => (await inForce()).length > 0, 15_000, all)
    const [alert] = await stock.cscliJson<WireAlert[]>('alerts', 'list')
    expect(alert).toMatchObject({
      machine_id: 'web-1',
      scenario: 'tocsin/ssh-bruteforce',
      events_count: 6,
      source: { scope: 'Ip', value: '198.51.100.2' },
      decisions: [{ type: 'ban', value: '198.51.100.2', origin: 'crowdsec' }],
    })
  }, 30_000)

  it('our command line shows the alert and its decision', async () => {
    expect(await inForce()).toEqual(['ban Ip:198.51.100.2'])
    expect(await agent.tocsin('decisions', 'list', '-o', 'raw')).toMatch(
      /,crowdsec,Ip:198\.51\.100\.2,tocsin\/ssh-bruteforce,ban,,,6,3h59m[\d.]+s,false,1\n/,
    )
    expect(await agent.tocsin('alerts', 'inspect', '1', '--details')).toMatch(/Machine +web-1/)
  })

  it('our bouncer drops the packets of the address, and lets it go once cscli deletes the decision', async () => {
    expect(network.reaches('attacker', '198.51.100.1')).toBe(true)
    const key = await stock.cscli('bouncers', 'add', 'tocsin', '-o', 'raw')
    const place = ['--url', `http://${listen}`, '--key', key, '-c', agent.configPath]
    const command = [launcher, 'bouncer', 'nftables', '--interval', `${pullEveryMs}ms`, ...place]
    bouncer = new Program(command, namespace)
    await untilBlocked('198.51.100.2', true)
    expect(network.reaches('attacker', '198.51.100.1')).toBe(false)
    expect(network.reaches('visitor', '198.51.100.1')).toBe(true)
    expect(await stock.cscliLog('decisions', 'delete', '--ip', '198.51.100.2')).toMatch(/1 decision/)
    await untilBlocked('198.51.100.2', false)
    await untilReached('198.51.100.1')
  }, 30_000)

  it('our bouncer enforces an IPv6 range that cscli bans, until our command line ends it', async () => {
    await ban('--range', '2001:db8:77::2/127', '2001:db8:77::2')
    expect(network.reaches('attacker', '2001:db8:77::1')).toBe(false)
    expect(await agent.tocsin('decisions', 'delete', '--range', '2001:db8:77::2/127')).toMatch(
      /^[1-3] decision/,
    )
    await untilBlocked('2001:db8:77::2', false)
    await untilReached('2001:db8:77::1')
  }, 30_000)

  it("a decision there on the machine's own address locks nobody out", async () => {
    await stock.cscli('decisions', 'add', '--ip', '198.51.100.1')
    await ban('--ip', '192.0.2.6', '192.0.2.6')
    await untilBlocked('198.51.100.1', false)
    await stock.cscli('decisions', 'delete', '--all')
  }, 30_000)

  it('our command line adds, imports and deletes, though there are no allowlists to ask', async () => {
    expect(await agent.tocsin('decisions', 'add', '--ip', '192.0.2.7', '--reason', 'scan')).toBe(
      'Decision successfully added\n',
    )
    const list = join(stock.folder, 'list.txt')
    writeFileSync(list, '192.0.2.20\n192.0.2.21\n')
    expect(await agent.tocsin('decisions', 'import', '-i', list, '--format', 'values')).toMatch(/^Imported 2/)
    // This release takes what has no source, as an import, for a list of the community: only --all shows it.
    const added = ['ban Ip:192.0.2.20', 'ban Ip:192.0.2.21', 'ban Ip:192.0.2.7']
    expect(await inForce('--all')).toEqual(added)
    const [alert] = await agent.json<WireAlert[]>('alerts', 'list', '--ip', '192.0.2.7')
    expect(await agent.tocsin('alerts', 'delete', '--id', String(alert?.id))).toBe('1 alert(s) deleted\n')
    expect(await agent.tocsin('decisions', 'delete', '--all')).toBe('2 decision(s) deleted\n')
    expect(await inForce('--all')).toEqual([])
  }, 20_000)

  it('the bouncer pulls a server that pushes nothing, no more often than it was told to', async () => {
    const pulls = () => stock.log.match(/GET \/v1\/decisions\/stream\?\S* HTTP\/1\.1 200/g)?.length ?? 0
    const begun = performance.now()
    const before = pulls()
    await until(() => pulls() >= before + 4, 10_000, all)
    const tookMs = performance.now() - begun
    expect((pulls() - before) * pullEveryMs).toBeLessThanOrEqual(2 * (tookMs + pullEveryMs))
    expect(bouncer?.output).toMatch(/does not push decisions/)
    expect(bouncer?.output).not.toMatch(/WARN|ERROR/)
  }, 20_000)
})
