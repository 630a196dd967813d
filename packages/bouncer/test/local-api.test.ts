import { join } from 'node:path'
import { rmSync } from 'node:fs'
import { AdminClient, BouncerClient, MachineClient } from '@tocsin/client'
import { parseIp } from '@tocsin/model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Daemon, freePort, until } from '../../testkit/src/index.ts'
import { DecisionSet, DecisionStream, type DecisionStreamOptions } from '../src/index.ts'
import { TestLogger } from './test-logger.ts'

const key = 'the-key-of-a-test-bouncer'
const password = 'the-password-of-a-test-machine'

describe('DecisionStream at our Local API, a process of its own', () => {
  let config: Record<string, unknown>
  let daemon: Daemon
  let machine: MachineClient
  let set: DecisionSet
  let logger: TestLogger
  let abort: AbortController
  let running: Promise<void>

  beforeEach(async () => {
    config = { agent: { enabled: false }, lapi: { listen: `127.0.0.1:${await freePort()}` } }
    daemon = await Daemon.start({ config })
    await register()
    set = new DecisionSet()
    logger = new TestLogger()
    abort = new AbortController()
    running = Promise.resolve()
  })

  afterEach(async () => {
    abort.abort()
    await running
    await daemon.remove()
  })

  function run(options: Partial<DecisionStreamOptions> = {}): DecisionStream {
    const source = new BouncerClient({ url: daemon.url, key })
    const fast = { intervalMs: 100, reconnectMs: 100, maxBackoffMs: 500, expiryMs: 50 }
    const stream = new DecisionStream({ source, set, logger, ...fast, ...options })
    running = stream.run(abort.signal)
    return stream
  }

  /** Starts the daemon again after it was stopped. */
  async function restart(): Promise<void> {
    daemon = await Daemon.start({ config, folder: daemon.folder })
  }

  async function register(): Promise<void> {
    const admin = new AdminClient({ socketPath: join(daemon.folder, 'state', 'admin.sock') })
    await admin.addBouncer('test', key)
    await admin.addMachine({ machineId: 'test', password })
    machine = new MachineClient({ url: daemon.url, machineId: 'test', password })
  }

  async function ban(value: string, duration = '4h'): Promise<void> {
    const time = new Date().toISOString()
    const decision = { origin: 'cscli', scenario: 'manual', scope: 'Ip', type: 'ban', value, duration }
    const alert = {
      scenario: 'manual',
      scenario_hash: '',
      scenario_version: '',
      message: 'manual',
      events_count: 1,
      start_at: time,
      stop_at: time,
      capacity: 0,
      leakspeed: '0',
      simulated: false,
      events: [],
      source: { scope: 'Ip', value },
      decisions: [decision],
    }
    await machine.pushAlerts([alert])
  }

  const lift = (ip: string) => machine.deleteDecisions({ ip })
  const holds = (text: string) => {
    const ip = parseIp(text)
    return ip !== null && set.lookup(ip) !== null
  }
  const held = (text: string, isHeld = true) => until(() => holds(text) === isHeld, 20_000)

  it.each([true, false])('holds what it holds, as it changes (push: %s)', async (push) => {
    await ban('203.0.113.1')
    const stream = run({ push })
    await held('203.0.113.1')
    await ban('203.0.113.2')
    await held('203.0.113.2')
    await lift('203.0.113.1')
    await held('203.0.113.1', false)
    await ban('203.0.113.2', '8h')
    await lift('203.0.113.2')
    await held('203.0.113.2', false)
    await ban('203.0.113.3', '2s')
    await held('203.0.113.3')
    await held('203.0.113.3', false)
    const expected = push
      ? { channel: 'push', connections: 1, wholePushes: 1, pulls: 0 }
      : { channel: 'pull', connections: 0, wholePushes: 0, wholePulls: 1 }
    expect(stream.status()).toMatchObject({ ...expected, resets: 0, failures: 0, state: 'current' })
    expect(logger.matching(/^(warn|error)/)).toEqual([])
  })

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'goes on after a restart, and misses nothing (%s)',
    async (signal) => {
      for (const ip of ['203.0.113.1', '203.0.113.2', '203.0.113.3']) await ban(ip)
      const stream = run()
      await held('203.0.113.3')
      await lift('203.0.113.2')
      await held('203.0.113.2', false)
      await daemon.stop(signal)
      await until(() => stream.status().failures > 1, 10_000)
      expect(holds('203.0.113.1')).toBe(true)
      await restart()
      await lift('203.0.113.1')
      await ban('203.0.113.4')
      await held('203.0.113.4')
      await held('203.0.113.1', false)
      expect(['203.0.113.2', '203.0.113.3'].map(holds)).toEqual([false, true])
      await until(() => stream.status().state === 'current', 20_000)
      expect(stream.status()).toMatchObject({ channel: 'push', connections: 2 })
      expect(logger.matching(/^info The Local API answers again/)).toHaveLength(1)
    },
  )

  it('drops the bans of a Local API that lost its database', async () => {
    await ban('203.0.113.1')
    const stream = run({ refusedRetryMs: 200 })
    await held('203.0.113.1')
    await daemon.stop()
    rmSync(join(daemon.folder, 'state'), { recursive: true })
    await restart()
    await until(() => stream.status().state === 'refused', 10_000)
    expect(holds('203.0.113.1')).toBe(true)
    await register()
    await ban('203.0.113.2')
    await held('203.0.113.2')
    await held('203.0.113.1', false)
    expect(stream.status().channel).toBe('push')
  })
})
