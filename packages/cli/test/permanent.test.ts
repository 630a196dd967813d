import { afterAll, beforeAll, expect, it } from 'vitest'
import { Daemon, describeNeeding, needsOfPackets, TestNetwork, until } from '../../testkit/src/index.ts'

const needs = needsOfPackets()

describeNeeding(needs, 'a permanent ban', () => {
  let network: TestNetwork
  let daemon: Daemon

  beforeAll(async () => {
    network = new TestNetwork()
    const namespace = network.addHost('server', 1)
    network.addHost('attacker', 2)
    daemon = await Daemon.start({
      namespace,
      config: { agent: { enabled: false }, enforce: 'nftables' },
    })
    await daemon.tocsin('decisions', 'add', '--ip', '198.51.100.2', '--duration', 'permanent')
    await daemon.tocsin('decisions', 'add', '--range', '203.0.113.0/24', '-d', 'permanent')
  }, 60_000)

  afterAll(async () => {
    await daemon?.remove()
    network?.remove()
  })

  it('is listed as such for people, and as a hundred years for programs', async () => {
    expect(await daemon.tocsin('decisions', 'list')).toMatch(/Ip:198\.51\.100\.2 .* permanent /)
    expect(await daemon.tocsin('alerts', 'inspect', '1')).toMatch(/198\.51\.100\.2 +ban +permanent /)
    expect(await daemon.tocsin('decisions', 'list', '-o', 'raw')).toContain(',876000h0m0s,')
    expect(await daemon.json('decisions', 'list', '--ip', '198.51.100.2')).toMatchObject([
      { decisions: [{ duration: '876000h0m0s' }] },
    ])
  })

  it('is in the kernel for the longest time that nft takes, and drops', async () => {
    const rules = () => network.run('server', 'nft', 'list', 'ruleset')
    await until(
      () => rules().includes('203.0.113.0/24'),
      20_000,
      () => daemon.output + rules(),
    )
    expect(rules()).toMatch(/198\.51\.100\.2 timeout 1000d expires 999d23h/)
    expect(rules()).toMatch(/203\.0\.113\.0\/24 timeout 1000d expires 999d23h/)
    expect(network.reaches('attacker', '198.51.100.1')).toBe(false)
    expect(daemon.output).not.toMatch(/repaired|WARN|ERROR/)
  })

  it('ends when it is taken back', async () => {
    await daemon.tocsin('decisions', 'delete', '--ip', '198.51.100.2')
    const rules = () => network.run('server', 'nft', 'list', 'ruleset')
    await until(
      () => !rules().includes('198.51.100.2'),
      20_000,
      () => daemon.output + rules(),
    )
    expect(network.reaches('attacker', '198.51.100.1')).toBe(true)
  })
})
