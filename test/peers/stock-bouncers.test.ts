import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  Daemon,
  describeNeeding,
  needsOfPackets,
  TestNetwork,
  until,
} from '../../packages/testkit/src/index.ts'
import {
  needCustomBouncer,
  needFirewallBouncer,
  StockCustomBouncer,
  StockFirewallBouncer,
} from './stock-bouncers.ts'

const needsNetwork = needsOfPackets()

describeNeeding(
  [needFirewallBouncer, ...needsNetwork],
  "CrowdSec's firewall bouncer at our Local API",
  () => {
    const listen = '198.51.100.1:8080'
    let network: TestNetwork
    let daemon: Daemon
    let bouncer: StockFirewallBouncer

    beforeAll(async () => {
      network = new TestNetwork()
      const namespace = network.addHost('server', 1)
      network.addHost('attacker', 2)
      network.addHost('visitor', 3)
      daemon = await Daemon.start({ namespace, config: { agent: { enabled: false }, lapi: { listen } } })
      await daemon.tocsin('decisions', 'add', '--ip', '192.0.2.60')
      const key = await daemon.json<string>('bouncers', 'add', 'firewall')
      bouncer = new StockFirewallBouncer({ url: daemon.url, key }, namespace)
      await bouncer.ready()
    }, 60_000)

    afterAll(async () => {
      await bouncer?.remove()
      await daemon?.remove()
      network?.remove()
    })

    const rules = () => network.run('server', 'nft', 'list', 'ruleset')
    const connects = (from: string) => {
      try {
        network.run(from, 'timeout', '2', 'bash', '-c', `exec 3<>/dev/tcp/${listen.replace(':', '/')}`)
        return true
      } catch {
        return false
      }
    }
    const untilListed = (address: string, isListed: boolean) =>
      until(
        () => rules().includes(address) === isListed,
        10_000,
        () => `${bouncer.output}\n${rules()}`,
      )

    it('takes over what is in force when it starts', async () => {
      await untilListed('192.0.2.60', true)
      expect(connects('attacker')).toBe(true)
      expect(network.reaches('attacker', '2001:db8:77::1')).toBe(true)
    })

    it('drops the packets of an address that is banned, of no other', async () => {
      await daemon.tocsin('decisions', 'add', '--ip', '198.51.100.2', '--duration', '1h')
      await daemon.tocsin('decisions', 'add', '--ip', '2001:db8:77::2', '--duration', '1h')
      await untilListed('198.51.100.2', true)
      await untilListed('2001:db8:77::2', true)
      expect(network.reaches('attacker', '198.51.100.1')).toBe(false)
      expect(network.reaches('attacker', '2001:db8:77::1')).toBe(false)
      expect(connects('attacker')).toBe(false)
      expect(connects('visitor')).toBe(true)
    })

    it('lets it go once the decision is deleted', async () => {
      await daemon.tocsin('decisions', 'delete', '--ip', '198.51.100.2')
      await daemon.tocsin('decisions', 'delete', '--ip', '2001:db8:77::2')
      await untilListed('198.51.100.2', false)
      await untilListed('2001:db8:77::2', false)
      expect(connects('attacker')).toBe(true)
      expect(network.reaches('attacker', '2001:db8:77::1')).toBe(true)
      expect(rules()).toContain('192.0.2.60')
    })
  },
)

describeNeeding([needCustomBouncer], "CrowdSec's custom bouncer at our Local API", () => {
  let daemon: Daemon
  let bouncer: StockCustomBouncer

  beforeAll(async () => {
    daemon = await Daemon.start({ config: { agent: { enabled: false } } })
    await daemon.tocsin('decisions', 'add', '--ip', '192.0.2.50', '--reason', 'port scan')
    const key = await daemon.json<string>('bouncers', 'add', 'custom')
    bouncer = new StockCustomBouncer({ url: daemon.url, key })
    await bouncer.ready()
  }, 60_000)

  afterAll(async () => {
    await bouncer?.remove()
    await daemon?.remove()
  })

  /** The first call of its kind, waited for. */
  async function called(verb: string, value: string) {
    const find = () => bouncer.calls().find((call) => call.verb === verb && call.value === value)
    await until(
      () => find() !== undefined,
      10_000,
      () => `${JSON.stringify(bouncer.calls())}\n${bouncer.output}`,
    )
    return find()
  }

  it('calls add for what is in force and for what is new, with the seconds that are left', async () => {
    const first = await called('add', '192.0.2.50')
    expect(first).toMatchObject({
      scenario: 'port scan',
      decision: { scope: 'Ip', type: 'ban', origin: 'cscli' },
    })
    expect(first?.seconds).toBeGreaterThan(14_300)
    await daemon.tocsin('decisions', 'add', '--range', '192.0.2.128/28', '-t', 'captcha', '--duration', '1h')
    const second = await called('add', '192.0.2.128/28')
    expect(second).toMatchObject({ decision: { scope: 'Range', type: 'captcha' } })
    expect(second?.seconds).toBeGreaterThan(3500)
    expect(second?.seconds).toBeLessThanOrEqual(3600)
  })

  it('calls del for what is deleted', async () => {
    await daemon.tocsin('decisions', 'delete', '--ip', '192.0.2.50')
    expect(await called('del', '192.0.2.50')).toMatchObject({
      scenario: 'port scan',
      decision: { type: 'ban' },
    })
    const calls = bouncer.calls().map(({ verb, value }) => `${verb} ${value}`)
    expect(calls.filter((call) => call.startsWith('add'))).toEqual(['add 192.0.2.50', 'add 192.0.2.128/28'])
    expect(calls).not.toContain('del 192.0.2.128/28')
  })

  it('is listed with its kind', async () => {
    expect(await daemon.json('bouncers', 'list')).toMatchObject([
      { name: 'custom', type: expect.stringMatching(/^crowdsec-custom-bouncer/) as string },
    ])
  })

  it('misses nothing that happened before our Local API was killed', async () => {
    bouncer.hold(true)
    await daemon.tocsin('decisions', 'add', '--ip', '192.0.2.51')
    await daemon.tocsin('decisions', 'delete', '--range', '192.0.2.128/28')
    const { host: listen } = new URL(daemon.url)
    await daemon.stop('SIGKILL')
    daemon = await Daemon.start({
      folder: daemon.folder,
      config: { agent: { enabled: false }, lapi: { listen } },
    })
    bouncer.hold(false)
    await called('add', '192.0.2.51')
    await called('del', '192.0.2.128/28')
  }, 30_000)
})
