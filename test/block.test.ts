import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  Daemon,
  describeNeeding,
  failedLogin,
  needsOfPackets,
  TestNetwork,
  until,
} from '../packages/testkit/src/index.ts'

const needs = needsOfPackets()

describeNeeding(needs, 'an attacker in a log is dropped by the kernel', () => {
  let network: TestNetwork
  let daemon: Daemon
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-block-'))
  const log = join(folder, 'auth.log')

  beforeAll(async () => {
    network = new TestNetwork()
    const namespace = network.addHost('server', 1)
    network.addHost('attacker', 2)
    network.addHost('visitor', 3)
    writeFileSync(log, '')
    daemon = await Daemon.start({
      namespace,
      config: {
        enforce: 'nftables',
        nftables: { interval: '500ms' },
        sources: [{ filename: log, labels: { type: 'syslog' } }],
        profiles: [
          {
            name: 'short_ban',
            filters: ['Alert.Remediation == true && Alert.GetScope() == "Ip"'],
            decisions: [{ type: 'ban', duration: '12s' }],
            on_success: 'break',
          },
        ],
      },
    })
  }, 60_000)

  afterAll(async () => {
    await daemon?.remove()
    network?.remove()
    rmSync(folder, { recursive: true })
  })

  it('lets both through before', () => {
    expect(network.reaches('attacker', '198.51.100.1')).toBe(true)
    expect(network.reaches('visitor', '198.51.100.1')).toBe(true)
  })

  it('drops the packets of the address that tried passwords, through an nft set', async () => {
    for (let i = 0; i < 8; i++) appendFileSync(log, failedLogin('198.51.100.2', 40_000 + i))
    const rules = () => network.run('server', 'nft', 'list', 'ruleset')
    await until(
      () => rules().includes('198.51.100.2'),
      15_000,
      () => daemon.output + rules(),
    )
    expect(network.reaches('attacker', '198.51.100.1')).toBe(false)
  })

  it('still lets the other address through', () =>
    expect(network.reaches('visitor', '198.51.100.1')).toBe(true))

  it('shows the decision with the time that is left', async () => {
    const alerts = await daemon.json<{ decisions: { value: string; type: string }[] }[]>('decisions', 'list')
    expect(alerts.flatMap(({ decisions }) => decisions)).toMatchObject([
      { value: '198.51.100.2', type: 'ban' },
    ])
  })

  it('ends the ban when its time is over', async () => {
    await until(
      () => network.reaches('attacker', '198.51.100.1'),
      25_000,
      () => daemon.output,
    )
  })

  it('blocks a range and an IPv6 address that a person adds', async () => {
    await daemon.tocsin('decisions', 'add', '--ip', '2001:db8:77::2', '--duration', '1h')
    await until(
      () => !network.reaches('attacker', '2001:db8:77::1'),
      10_000,
      () => daemon.output,
    )
    expect(network.reaches('visitor', '2001:db8:77::1')).toBe(true)
    await daemon.tocsin('decisions', 'delete', '--ip', '2001:db8:77::2')
    await until(
      () => network.reaches('attacker', '2001:db8:77::1'),
      10_000,
      () => daemon.output,
    )
  })

  it('removes its sets and rules when it stops', async () => {
    expect(await daemon.stop('SIGTERM')).toBe(0)
    expect(network.run('server', 'nft', 'list', 'ruleset')).toBe('')
  })
})
