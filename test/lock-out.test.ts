import { execFile } from 'node:child_process'
import { networkInterfaces } from 'node:os'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Daemon } from '../packages/testkit/src/index.ts'

const launcher = fileURLToPath(new URL('../packages/cli/bin/tocsin.js', import.meta.url))
const run = promisify(execFile)

describe('nobody locks themselves out', () => {
  let daemon: Daemon
  beforeAll(async () => {
    daemon = await Daemon.start({ config: { agent: { enabled: false } } })
  })
  afterAll(() => daemon.remove())

  const own = Object.values(networkInterfaces())
    .flat()
    .find((address) => address?.internal === false)?.address
  const add = (env: Record<string, string>, ...target: string[]) =>
    run(launcher, ['decisions', 'add', ...target, '-c', daemon.configPath], {
      env: { ...process.env, ...env },
    })

  it.each([
    ['the loopback', '--ip', '127.0.0.1'],
    ['the loopback of IPv6', '--ip', '::1'],
    ['a mapped loopback', '--ip', '::ffff:127.0.0.1'],
    ['a range that holds the loopback', '--range', '127.0.0.0/8'],
    ['a range that holds everything', '--range', '0.0.0.0/0'],
  ])('refuses to ban %s, with the reason and the way around', async (_, flag, value) => {
    await expect(add({}, flag, value)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/loopback[\s\S]*--force/) as string,
    })
  })

  it.runIf(own)("refuses to ban the machine's own address", async () => {
    await expect(add({}, '--ip', own ?? '')).rejects.toMatchObject({
      stderr: expect.stringMatching(/own address/) as string,
    })
  })

  it('refuses to ban the address that the command was started from over SSH', async () => {
    const env = { SSH_CONNECTION: '203.0.113.77 50000 192.0.2.1 22' }
    await expect(add(env, '--ip', '203.0.113.77')).rejects.toMatchObject({
      stderr: expect.stringMatching(/203\.0\.113\.77/) as string,
    })
    await expect(add(env, '--range', '203.0.113.0/24')).rejects.toMatchObject({ code: 1 })
    expect((await add(env, '--ip', '203.0.113.78')).stdout).toContain('Decision successfully added')
  })

  it('bans it all the same when forced', async () => {
    expect((await add({}, '--ip', '127.0.0.1', '--force')).stdout).toContain('Decision successfully added')
    const alerts = await daemon.json<{ decisions: { value: string }[] }[]>('decisions', 'list')
    expect(alerts.flatMap(({ decisions }) => decisions.map(({ value }) => value))).toContain('127.0.0.1')
  })
})
