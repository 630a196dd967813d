import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { WireAlert } from '../../packages/model/src/index.ts'
import {
  Daemon,
  describeNeeding,
  failedLogin,
  needNetworkNamespaces,
  needProgram,
  TestNetwork,
  until,
} from '../../packages/testkit/src/index.ts'
import { Program } from './program.ts'
import { needsCrowdsec, StockCrowdsec } from './stock-crowdsec.ts'

const launcher = fileURLToPath(new URL('../../packages/cli/bin/tocsin.js', import.meta.url))
const needs = [
  ...needsCrowdsec,
  needProgram('nft', 'nftables'),
  needProgram('ip', 'iproute2'),
  needProgram('ping', 'iputils-ping'),
  needNetworkNamespaces(),
]

describeNeeding(needs, "our agent, bouncer and command line at CrowdSec's Local API", () => {
  const listen = '127.0.0.1:8080'
  const pullEveryMs = 500
  let network: TestNetwork
  let namespace: string
  let stock: StockCrowdsec
  let agent: Daemon
  let bouncer: Program
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
    const key = await stock.cscli('bouncers', 'add', 'tocsin', '-o', 'raw')
    bouncer = new Program(
      [launcher, 'bouncer', 'nftables', '--url', `http://${listen}`, '--key', key].concat([
        '--interval',
        `${pullEveryMs}ms`,
        '-c',
        agent.configPath,
      ]),
      namespace,
    )
    await bouncer.said(/bouncer is ready/)
  }, 60_000)

  afterAll(async () => {
    await bouncer?.stop()
    await agent?.remove()
    await stock?.remove()
    network?.remove()
  })

  const all = () => [bouncer.output, agent.output, stock.log].join('\n---\n')
  const untilBlocked = (address: string, isBlocked: boolean) => {
    const rules = () => network.run('server', 'nft', 'list', 'table', 'inet', 'tocsin')
    return until(
      () => rules().includes(address) === isBlocked,
      10_000,
      () => all() + rules(),
    )
  }
  /** The values in force by our command line, as `TYPE SCOPE:VALUE`. */
  const inForce = async (...flags: string[]) => {
    const alerts = await agent.json<WireAlert[]>('decisions', 'list', ...flags)
    const decisions = alerts.flatMap((alert) => alert.decisions ?? [])
    return decisions.map(({ type, scope, value }) => `${type} ${scope}:${value}`).toSorted()
  }

  it('an attack that our agent sees is decided there, and our bouncer drops its packets', async () => {
    expect(network.reaches('attacker', '198.51.100.1')).toBe(true)
    for (let i = 0; i < 8; i++) appendFileSync(log, failedLogin('198.51.100.2', 40_000 + i))
    await untilBlocked('198.51.100.2', true)
    expect(network.reaches('attacker', '198.51.100.1')).toBe(false)
    expect(network.reaches('visitor', '198.51.100.1')).toBe(true)
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

  it('the bouncer lets the address go once cscli deletes the decision', async () => {
    expect(await stock.cscliLog('decisions', 'delete', '--ip', '198.51.100.2')).toMatch(/1 decision/)
    await untilBlocked('198.51.100.2', false)
    expect(network.reaches('attacker', '198.51.100.1')).toBe(true)
  }, 20_000)

  it('cscli bans an IPv6 range, the bouncer enforces it', async () => {
    await stock.cscli('decisions', 'add', '--range', '2001:db8:77::2/127')
    await untilBlocked('2001:db8:77::2', true)
    expect(network.reaches('attacker', '2001:db8:77::1')).toBe(false)
    expect(await agent.tocsin('decisions', 'delete', '--range', '2001:db8:77::2/127')).toMatch(/^1 decision/)
    await untilBlocked('2001:db8:77::2', false)
    expect(network.reaches('attacker', '2001:db8:77::1')).toBe(true)
  }, 20_000)

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
    await untilBlocked('192.0.2.20', true)
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
    expect(bouncer.output).not.toMatch(/WARN|ERROR/)
  }, 20_000)
})
