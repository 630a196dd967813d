import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { BouncerClient, MachineClient } from '@tocsin/client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Daemon } from '../../testkit/src/index.ts'

interface Entry {
  id: number
  actor: string
  action: string
  object: string
}

let daemon: Daemon
const user = process.env.SUDO_USER

beforeAll(async () => {
  process.env.SUDO_USER = 'alice'
  daemon = await Daemon.start({ config: { agent: { enabled: false } } })
  await daemon.tocsin('bouncers', 'add', 'web-1')
  await daemon.tocsin('decisions', 'add', '--ip', '192.0.2.7')
  await daemon.tocsin('bouncers', 'delete', 'web-1')
})

afterAll(async () => {
  if (user === undefined) delete process.env.SUDO_USER
  else process.env.SUDO_USER = user
  await daemon.remove()
})

const entries = async (...flags: string[]) =>
  (await daemon.json<Entry[]>('audit', 'list', ...flags)).map(
    ({ actor, action, object }) => `${actor} ${action} ${object}`,
  )

it('says who did what, the newest first', async () => {
  const [first, second, third] = await entries()
  expect(first).toBe('administrator alice bouncer.delete web-1')
  expect(second).toMatch(/^machine .* decision\.add 192\.0\.2\.7$/)
  expect(third).toBe('administrator alice bouncer.add web-1')
  expect(await daemon.tocsin('audit', 'list')).toMatch(
    /^AT +WHO +FROM +ACTION +OBJECT +DETAILS\n.*Z +administrator alice +127\.0\.0\.1 +bouncer\.delete +web-1\n/,
  )
  expect(await daemon.tocsin('audit', 'list', '-o', 'raw')).toMatch(
    /^id,at,actor,address,action,object,details\n\d+,.*Z,administrator alice,127\.0\.0\.1,bouncer\.delete,web-1,\{\}\n/,
  )
})

it('leaves out what was not asked for', async () => {
  expect(await entries('--limit', '1')).toEqual(['administrator alice bouncer.delete web-1'])
  expect(await entries('--action', 'decision')).toHaveLength(1)
  expect(await entries('--action', 'bouncer.add')).toEqual(['administrator alice bouncer.add web-1'])
  // It made a machine of itself.
  expect(await entries('--actor', 'daemon')).toEqual([
    expect.stringMatching(/^administrator daemon machine\.add /),
  ])
  expect(await entries('--actor', 'alice', '--limit', '0')).toHaveLength(2)
  expect(await entries('--since', '1h')).toHaveLength((await entries()).length)
  expect(await daemon.tocsin('audit', 'list', '--actor', 'nobody')).toBe('No entries\n')
})

it('shows what bouncers and machines reported', async () => {
  expect(await daemon.tocsin('metrics', 'show', 'bouncers')).toBe('No bouncer has reported yet\n')
  const key = await daemon.json<string>('bouncers', 'add', 'fw-1')
  const base = { version: 'v1.0.0', utc_startup_timestamp: 1_700_000_000 }
  const meta = { utc_now_timestamp: 1_700_000_060, window_size_seconds: 60 }
  const items = [{ name: 'dropped', unit: 'packet', value: 7, labels: { origin: 'cscli' } }]
  const bouncer = new BouncerClient({ url: daemon.url, key })
  await bouncer.usageMetrics({ ...base, type: 'fw', metrics: [{ meta, items }] })
  expect(await daemon.json('metrics', 'show', 'bouncer')).toEqual({
    bouncers: { 'fw-1': { cscli: { dropped: { packet: 7 } } } },
  })

  const credentials = readFileSync(join(daemon.folder, 'state/local_api_credentials.yaml'), 'utf8')
  const [, password] = /password: "(.*)"/.exec(credentials) ?? []
  const [, login] = /login: "(.*)"/.exec(credentials) ?? []
  const machine = new MachineClient({
    url: daemon.url,
    machineId: login ?? '',
    password: password ?? '',
  })
  const read = [{ name: 'read', unit: 'line', value: 12, labels: { source: '/var/log/a.log' } }]
  const metrics = [{ meta, items: read }]
  await machine.usageMetrics({ ...base, datasources: { file: 1 }, hub_items: {}, metrics })
  const shown = await daemon.tocsin('metrics')
  expect(shown).toMatch(/^Bouncer fw-1, since .*Z\nORIGIN +DROPPED PACKETS\ncscli +7\n/)
  expect(shown).toMatch(/\nMachine .*, since .*Z\nSOURCE +READ\n\/var\/log\/a\.log +12\n$/)
  expect(await daemon.json<{ type: string }[]>('metrics', 'list')).toMatchObject([
    { type: 'bouncers' },
    { type: 'machines' },
  ])
  await expect(daemon.tocsin('metrics', 'show', 'nonsense')).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('It must be one of bouncers, machines.') as string,
  })
})
