import { parseCidr } from '@tocsin/model'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { describeNeeding, needsOfPackets, TestNetwork, until } from '../../testkit/src/index.ts'
import {
  createNftablesBouncer,
  type NftablesBouncer,
  type NftablesBouncerOptions,
} from '../src/nftables/index.ts'
import { ban, PushServer } from './push-server.ts'
import { TestLogger } from './test-logger.ts'
import { TestSource } from './test-source.ts'

const needs = needsOfPackets()

describeNeeding(needs, 'the nftables bouncer in a real kernel', () => {
  let network: TestNetwork
  let netns: string
  let source: TestSource
  let logger: TestLogger
  let bouncers: NftablesBouncer[]

  beforeAll(() => {
    network = new TestNetwork()
    netns = network.addHost('server', 1)
    network.addHost('attacker', 2)
    network.addHost('visitor', 3)
  })

  afterAll(() => network.remove())

  beforeEach(() => {
    source = new TestSource()
    logger = new TestLogger()
    bouncers = []
  })

  afterEach(async () => {
    for (const bouncer of bouncers) await bouncer.stop()
    nft('flush', 'ruleset')
  })

  const nft = (...args: string[]) => network.run('server', 'nft', ...args)
  const attackerReaches = (address = '198.51.100.1') => network.reaches('attacker', address)
  const visitorReaches = (address = '198.51.100.1') => network.reaches('visitor', address)

  async function start(options: Partial<NftablesBouncerOptions> = {}): Promise<NftablesBouncer> {
    const fast = { intervalMs: 100, reconcileMs: 200 }
    const bouncer = createNftablesBouncer({ source, netns, logger, ...fast, ...options })
    bouncers.push(bouncer)
    await bouncer.start()
    await bouncer.ready()
    return bouncer
  }

  /** Starts a TCP server on the server and answers its process id. */
  function spawnListener(): number {
    const serve = 'require("net").createServer((s)=>s.end()).listen(9000)'
    const detach = `const c=require('child_process').spawn(process.execPath,['-e','${serve}'],{detached:true,stdio:'ignore'});console.log(c.pid);c.unref()`
    return Number(network.run('server', process.execPath, '-e', detach))
  }

  function countElements(set: string): number {
    const command = `nft -j list set inet tocsin ${set} | grep -o '"elem": {' | wc -l`
    return Number(network.run('server', 'sh', '-c', command))
  }

  /** Comparisons with the kernel take a hundredth of the time: on a busy machine the next one is far off. */
  const patienceMs = 50_000

  async function inKernel(text: string | RegExp, isThere = true): Promise<void> {
    const matches = () =>
      typeof text === 'string' ? nft('list', 'ruleset').includes(text) : text.test(nft('list', 'ruleset'))
    await until(
      () => matches() === isThere,
      patienceMs,
      () => nft('list', 'ruleset'),
    )
  }

  it('drops one address of each family through the sets, lets a second pass, and counts', async () => {
    expect(attackerReaches()).toBe(true)
    source.ban('198.51.100.2', 600)
    const bouncer = await start()
    expect(attackerReaches()).toBe(false)
    expect(visitorReaches()).toBe(true)
    expect(attackerReaches('2001:db8:77::1')).toBe(true)
    source.ban('2001:db8:77::2', 600)
    await inKernel('2001:db8:77::2')
    expect(attackerReaches('2001:db8:77::1')).toBe(false)
    expect(visitorReaches('2001:db8:77::1')).toBe(true)
    await until(async () => (await bouncer.stats()).enforcement.updates === 1, 5000)
    const { dropped, decisions, enforcement, error } = await bouncer.stats()
    expect(dropped.packets).toBeGreaterThanOrEqual(2)
    expect(dropped.bytes).toBeGreaterThan(dropped.packets * 50)
    expect(decisions).toMatchObject({ addresses4: 1, addresses6: 1, ranges4: 0, ranges6: 0 })
    expect(enforcement).toMatchObject({ replacements: 1, updates: 1, failures: 0, drifted: 0, rebuilt: 0 })
    expect(error).toBeNull()
    expect(logger.matching(/^info nftables: 1 addresses and 0 ranges are enforced/)).toHaveLength(1)
  })

  it('drops TCP, and refuses it at once where asked to reject', async () => {
    const server = spawnListener()
    const connect = () => {
      const script = `require('net').connect(9000,'198.51.100.1').on('connect',()=>process.exit(0)).on('error',(e)=>process.exit(e.code==='ECONNREFUSED'?3:4)).setTimeout(1000,()=>process.exit(5))`
      try {
        network.run('attacker', process.execPath, '-e', script)
        return 'open'
      } catch (error) {
        return { 3: 'refused', 4: 'failed', 5: 'silent' }[(error as { status: number }).status]
      }
    }
    try {
      await until(() => connect() === 'open', 5000)
      source.ban('198.51.100.2', 600)
      const dropping = await start()
      expect(connect()).toBe('silent')
      await dropping.stop()
      expect(connect()).toBe('open')
      await start({ action: 'reject' })
      expect(connect()).toBe('refused')
    } finally {
      process.kill(server)
    }
  })

  it('lets a ban end at its time in the kernel, with nobody there to end it', async () => {
    source.ban('198.51.100.2', 6)
    source.ban('198.51.100.0/30', 4)
    const bouncer = await start({ keepOnStop: true })
    await bouncer.stop()
    expect(attackerReaches()).toBe(false)
    await until(() => attackerReaches(), 15_000)
    await inKernel('198.51.100.', false)
  })

  it('lets an address go that is lifted, and holds one to a longer or a shorter end', async () => {
    source.ban('198.51.100.2', 600)
    source.ban('198.51.100.3', 600)
    await start()
    source.lift('198.51.100.2')
    source.ban('198.51.100.3', 7200)
    await inKernel(/198\.51\.100\.3 timeout 2h/)
    await inKernel('198.51.100.2', false)
    expect(attackerReaches()).toBe(true)
    source.lift('198.51.100.3')
    source.ban('198.51.100.3', 300)
    await inKernel(/198\.51\.100\.3 timeout (5m|4m5)/)
  })

  it('blocks ranges that lie inside each other, each to its end', async () => {
    source.ban('198.51.100.0/24', 600)
    source.ban('198.51.100.2/31', 900)
    source.ban('198.0.0.0/8', 300)
    source.ban('2001:db8:77::/64', 600)
    source.ban('2001:db8:77::2/127', 900)
    const bouncer = await start({
      allow: [parseCidr('198.51.100.3/32'), parseCidr('2001:db8:77::3/128')].filter((b) => b !== null),
    })
    expect(attackerReaches()).toBe(false)
    expect(attackerReaches('2001:db8:77::1')).toBe(false)
    expect(visitorReaches()).toBe(true)
    expect(visitorReaches('2001:db8:77::1')).toBe(true)
    await inKernel(/198\.51\.100\.4-198\.51\.100\.255 timeout (9m5|10m)/)
    source.lift('198.51.100.0/24')
    await inKernel(/198\.51\.100\.4-198\.255\.255\.255 timeout (4m5|5m)/)
    await inKernel(/198\.51\.100\.2\/31 timeout (14m5|15m)/)
    source.lift('198.51.100.2/31')
    source.lift('198.0.0.0/8')
    await inKernel('ranges4', true)
    await inKernel(/198\.51\.100\.\d+[-/]\d+.* timeout/, false)
    expect(attackerReaches()).toBe(true)
    expect((await bouncer.stats()).enforcement.failures).toBe(0)
  })

  it('lets an address out of a blocked range through as soon as it becomes allowed, without a gap for others', async () => {
    source.ban('198.51.100.0/28', 600)
    source.ban('198.51.100.2', 600)
    let allow = [parseCidr('10.0.0.0/8')].filter((block) => block !== null)
    const bouncer = await start({ allow: () => allow, allowMs: 50 })
    expect(visitorReaches()).toBe(false)
    const before = (await bouncer.stats()).dropped.packets
    allow = ['198.51.100.3/32', '2001:db8:77::/64'].map(parseCidr).filter((block) => block !== null)
    await inKernel('ip saddr 198.51.100.3 return')
    expect(visitorReaches()).toBe(true)
    expect(attackerReaches()).toBe(false)
    allow = []
    await inKernel('ip saddr 198.51.100.3 return', false)
    expect(visitorReaches()).toBe(false)
    allow = [parseCidr('198.51.100.2/32')].filter((block) => block !== null)
    await inKernel(/elements = \{ 198\.51\.100\.2 timeout/, false)
    expect(attackerReaches()).toBe(true)
    const { dropped, enforcement } = await bouncer.stats()
    expect(dropped.packets).toBeGreaterThan(before)
    expect(enforcement).toMatchObject({
      allowChanges: 3,
      rebuilt: 0,
      drifted: 0,
      failures: 0,
      replacements: 1,
    })
  })

  it('builds the rules anew with those who are allowed by then, where somebody flushed them', async () => {
    source.ban('198.51.100.0/28', 600)
    let allow = [parseCidr('10.0.0.0/8')].filter((block) => block !== null)
    const bouncer = await start({ allow: () => allow, allowMs: 300, reconcileMs: 60_000 })
    nft('flush', 'ruleset')
    allow = [parseCidr('198.51.100.3/32')].filter((block) => block !== null)
    await inKernel('ip saddr 198.51.100.3 return')
    expect(visitorReaches()).toBe(true)
    expect(attackerReaches()).toBe(false)
    expect((await bouncer.stats()).enforcement.failures).toBe(0)
  })

  it('drops an address as soon as the Local API pushes its ban, long before the next pull', async () => {
    const server = await PushServer.start()
    try {
      server.ban(ban(1, '198.51.100.3'))
      const bouncer = await start({ source: server.client(), intervalMs: 60_000 })
      expect(visitorReaches()).toBe(false)
      await until(() => server.open.size === 1, 5000)
      server.ban(ban(2, '198.51.100.2'))
      await inKernel('198.51.100.2')
      expect(attackerReaches()).toBe(false)
      expect((await bouncer.stats()).stream).toMatchObject({ channel: 'push', pulls: 0, failures: 0 })
    } finally {
      await server.close()
    }
  })

  it('blocks every address of the world but the loopback', async () => {
    source.ban('0.0.0.0/0', 600)
    source.ban('::/0', 600)
    source.ban('::ffff:0:0/90', 900)
    source.ban('127.0.0.1', 600)
    await start()
    expect(visitorReaches()).toBe(false)
    expect(network.reaches('server', '127.0.0.1')).toBe(true)
    expect(network.reaches('server', '::1')).toBe(true)
    expect(nft('list', 'set', 'inet', 'tocsin', 'addresses4')).not.toContain('127.0.0.1')
  })

  it('builds everything anew after somebody flushed the ruleset, and says so', async () => {
    source.ban('198.51.100.2', 600)
    const bouncer = await start()
    expect(attackerReaches()).toBe(false)
    const before = (await bouncer.stats()).dropped.packets
    nft('flush', 'ruleset')
    await inKernel('198.51.100.2')
    expect(attackerReaches()).toBe(false)
    await until(
      () => logger.matching(/^warn nftables: its rules or sets were gone/).length === 1,
      5000,
      () => logger.lines.join('\n'),
    )
    const { dropped, enforcement } = await bouncer.stats()
    expect(enforcement.rebuilt).toBe(1)
    expect(dropped.packets).toBeGreaterThan(before)
    nft('flush', 'chain', 'inet', 'tocsin', 'enforce')
    await inKernel('@addresses4')
    await until(async () => (await bouncer.stats()).enforcement.rebuilt === 2, 5000)
  })

  it('brings a new ban although its table is gone', async () => {
    const bouncer = await start({ reconcileMs: 60_000 })
    nft('flush', 'ruleset')
    source.ban('198.51.100.2', 600)
    await inKernel('198.51.100.2')
    expect(attackerReaches()).toBe(false)
    expect((await bouncer.stats()).enforcement.failures).toBe(0)
  })

  it('repairs elements that somebody took out, put in or changed', async () => {
    source.ban('198.51.100.2', 600)
    source.ban('198.51.100.3', 600)
    source.ban('10.66.0.0/16', 600)
    const bouncer = await start({ reconcileMs: 50 })
    nft('delete', 'element', 'inet', 'tocsin', 'addresses4', '{ 198.51.100.2 }')
    nft('delete', 'element', 'inet', 'tocsin', 'ranges4', '{ 10.66.0.0/16 }')
    nft('add', 'element', 'inet', 'tocsin', 'addresses4', '{ 198.51.100.9 timeout 1h, 198.51.100.10 }')
    nft('add', 'element', 'inet', 'tocsin', 'ranges4', '{ 10.55.0.0/16 timeout 1h }')
    await inKernel('198.51.100.2')
    await inKernel('10.66.0.0/16')
    await inKernel('198.51.100.9', false)
    await inKernel('198.51.100.10', false)
    await inKernel('10.55.0.0/16', false)
    await until(async () => (await bouncer.stats()).enforcement.drifted === 5, patienceMs)
    nft('delete', 'element', 'inet', 'tocsin', 'addresses4', '{ 198.51.100.3 }')
    nft('add', 'element', 'inet', 'tocsin', 'addresses4', '{ 198.51.100.3 timeout 5h }')
    await inKernel(/198\.51\.100\.3 timeout (10m|9m)/)
    expect(logger.matching(/^error/)).toEqual([])
  }, 150_000)

  it('replaces what an earlier run left, whatever its shape, and only when it has the new set', async () => {
    source.ban('198.51.100.2', 600)
    const first = await start({ keepOnStop: true })
    await first.stop()
    nft('add', 'set', 'inet', 'tocsin', 'old', '{ type ipv4_addr; }')
    nft('add', 'element', 'inet', 'tocsin', 'addresses4', '{ 198.51.100.3 timeout 1h }')
    let release = () => {}
    const gate = new Promise<void>((open) => (release = open))
    const slow = {
      async *streamParts(query: { startup?: boolean }) {
        await gate
        yield* source.streamParts(query)
      },
    }
    const second = createNftablesBouncer({ source: slow, netns, logger })
    bouncers.push(second)
    await second.start()
    expect(attackerReaches()).toBe(false)
    expect(visitorReaches()).toBe(false)
    release()
    await second.ready()
    expect(attackerReaches()).toBe(false)
    expect(visitorReaches()).toBe(true)
    expect(nft('list', 'ruleset')).not.toContain('old')
  })

  it('removes its table when it stops and leaves the tables of others alone', async () => {
    nft('add', 'table', 'inet', 'other')
    source.ban('198.51.100.2', 600)
    const bouncer = await start({ table: 'gate', hooks: ['input'], priority: -20, counters: false })
    expect(attackerReaches()).toBe(false)
    const rules = nft('list', 'table', 'inet', 'gate')
    expect(rules).toContain('hook input priority -20')
    expect(rules).not.toMatch(/forward|counter/)
    await bouncer.stop()
    expect(nft('list', 'ruleset').trim()).toBe('table inet other {\n}')
    expect(attackerReaches()).toBe(true)
  })

  it('covers what is behind the machine', async () => {
    network.addHost('router', 4)
    const inner = network.addHost('inner', 5)
    network.run('inner', 'ip', 'link', 'set', 'eth0', 'down')
    network.run('router', 'sysctl', '-qw', 'net.ipv4.ip_forward=1')
    network.run('router', 'ip', 'link', 'add', 'in0', 'type', 'veth', 'peer', 'name', 'in1', 'netns', inner)
    network.run('router', 'ip', 'address', 'add', '10.78.0.1/24', 'dev', 'in0')
    network.run('router', 'ip', 'link', 'set', 'in0', 'up')
    network.run('inner', 'ip', 'address', 'add', '10.78.0.2/24', 'dev', 'in1')
    network.run('inner', 'ip', 'link', 'set', 'in1', 'up')
    network.run('inner', 'ip', 'route', 'add', 'default', 'via', '10.78.0.1')
    for (const host of ['attacker', 'visitor']) {
      network.run(host, 'ip', 'route', 'add', '10.78.0.0/24', 'via', '198.51.100.4')
    }
    expect(attackerReaches('10.78.0.2')).toBe(true)
    source.ban('198.51.100.2', 600)
    const router = network.run('router', 'ip', 'netns', 'identify').trim()
    await start({ netns: router })
    expect(attackerReaches('10.78.0.2')).toBe(false)
    expect(visitorReaches('10.78.0.2')).toBe(true)
  })

  it('takes 100,000 addresses, and reads them back without finding drift', async () => {
    for (let n = 0; n < 99_000; n++)
      source.ban(`20.${n >> 16}.${(n >> 8) & 255}.${n & 255}`, 3600 + (n % 1000))
    for (let n = 0; n < 1000; n++) source.ban(`2001:db8::${n.toString(16)}`, 3600)
    source.ban('198.51.100.2', 600)
    const bouncer = await start({ reconcileMs: 100 })
    expect(attackerReaches()).toBe(false)
    expect(countElements('addresses4')).toBe(99_001)
    expect(countElements('addresses6')).toBe(1000)
    await until(async () => (await bouncer.stats()).enforcement.reconciliations >= 1, 20_000)
    expect((await bouncer.stats()).enforcement).toMatchObject({
      replacements: 1,
      drifted: 0,
      rebuilt: 0,
      failures: 0,
    })
  })

  it('says what is wrong with the host before it does anything', async () => {
    const failing = (options: Partial<NftablesBouncerOptions>) =>
      createNftablesBouncer({ source, logger, ...options }).start()
    await expect(failing({ nftPath: '/nowhere/nft' })).rejects.toMatchObject({
      code: 'NFT_MISSING',
      hint: 'apt-get install nftables',
    })
    await expect(failing({ nftPath: '/nowhere/nft', netns })).rejects.toMatchObject({ code: 'NFT_MISSING' })
    await expect(failing({ netns: 'tocsin-nowhere' })).rejects.toMatchObject({ code: 'NFT_NO_NAMESPACE' })
    expect(source.pulls).toBe(0)
  })
})
