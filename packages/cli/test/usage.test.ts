import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  Daemon,
  describeNeeding,
  freePort,
  needNetworkNamespaces,
  needProgram,
  TestNetwork,
  until,
} from '../../testkit/src/index.ts'

const needs = [needProgram('nft', 'nftables'), needProgram('ip', 'iproute2'), needNetworkNamespaces()]

describeNeeding(needs, 'what the parts of a daemon say about themselves', () => {
  let network: TestNetwork
  let namespace: string
  let daemon: Daemon
  let config: Record<string, unknown>
  let metricsPort: number

  beforeAll(async () => {
    network = new TestNetwork()
    namespace = network.addHost('server', 1)
    metricsPort = await freePort()
    config = {
      enforce: 'nftables',
      metrics: { listen: `127.0.0.1:${metricsPort}` },
      sources: [{ filename: './app.log', labels: { type: 'syslog' } }],
    }
    daemon = await Daemon.launch({ namespace, config })
    const log = join(daemon.folder, 'app.log')
    writeFileSync(log, '')
    await daemon.stop()
    config = { ...config, sources: [{ filename: log, labels: { type: 'syslog' } }] }
    daemon = await Daemon.start({ namespace, config, folder: daemon.folder })
    for (let i = 0; i < 5; i++) appendFileSync(log, `Nov 22 17:36:05 web app[1]: line ${i}\n`)
  }, 60_000)

  afterAll(async () => {
    await daemon?.remove()
    network?.remove()
  })

  const figures = () =>
    network.run(
      'server',
      process.execPath,
      '-e',
      `fetch('http://127.0.0.1:${metricsPort}/metrics').then((r) => r.text()).then((t) => console.log(t))`,
    )

  it('is there for Prometheus, beside the figures of the Local API', async () => {
    await daemon.tocsin('decisions', 'add', '--ip', '198.51.100.9')
    await until(
      () => /tocsin_bouncer_blocks\{kind="addresses4"\} 1\n/.test(figures()),
      20_000,
      () => figures() + daemon.output,
    )
    await until(() => /tocsin_agent_lines_total\{.*\} 5\n/.test(figures()), 20_000, figures)
    expect(figures()).toMatch(/\ntocsin_agent_names_total\{state="refused"\} 0\n/)
    expect(figures()).toMatch(/\ntocsin_bouncer_current 1\n/)
    expect(figures()).toMatch(/\ncs_active_decisions\{.*\} 1\n/)
  })

  it('is reported to the Local API, the rest of it at the end', async () => {
    await daemon.stop()
    daemon = await Daemon.start({ namespace, config, folder: daemon.folder })
    const shown = await daemon.tocsin('metrics')
    expect(shown).toMatch(/Bouncer nftables, since .*\nORIGIN +ACTIVE DECISIONS\ncscli +1\n/)
    expect(shown).toMatch(/\nMachine .*\nSOURCE +READ\n.*app\.log +5\n/)
    expect(await daemon.json('machines', 'list')).toMatchObject([
      { os: expect.stringContaining('/') as string, datasources: { file: 1 } },
    ])
  })
})
