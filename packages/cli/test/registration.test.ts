import { execFile } from 'node:child_process'
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Daemon } from '../../testkit/src/index.ts'

const launcher = fileURLToPath(new URL('../bin/tocsin.js', import.meta.url))
const run = promisify(execFile)
const token = 'r'.repeat(32)

describe('a machine elsewhere', () => {
  let daemon: Daemon
  beforeAll(async () => {
    const lapi = { auto_registration: { token, allowed_ranges: ['127.0.0.0/8'] } }
    daemon = await Daemon.start({ config: { agent: { enabled: false }, lapi } })
  })
  afterAll(() => daemon.remove())

  const register = (name: string, file: string, ...more: string[]) =>
    run(launcher, ['lapi', 'register', '--url', daemon.url, '--machine', name, '-f', file, ...more])

  /** The command line of a machine whose credentials are in the file. */
  function at(file: string, ...args: string[]) {
    const path = join(daemon.folder, 'elsewhere.yaml')
    const config = { state: './elsewhere', lapi: { enabled: false }, client: { credentials_path: file } }
    writeFileSync(path, JSON.stringify(config))
    return run(launcher, [...args, '-c', path])
  }

  it('registers with the token, and is in', async () => {
    const file = join(daemon.folder, 'web-1.yaml')
    expect((await register('web-1', file, '--token', token)).stderr).toBe('machine web-1 is registered\n')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect((await at(file, 'lapi', 'status')).stdout).toBe(
      `You can successfully interact with Local API (LAPI): web-1 at ${daemon.url}\n`,
    )
    await at(file, 'decisions', 'add', '--ip', '192.0.2.8')
    expect((await at(file, 'decisions', 'list')).stdout).toContain("manual 'ban' from 'web-1'")
    await expect(register('web-1', file)).rejects.toThrow(/web-1\.yaml exists[\s\S]*--force/)
    await expect(register('web-1', '-')).rejects.toThrow(/LAPI_FORBIDDEN.*user already exist/)
  })

  it('waits for somebody without the token, and is told whom', async () => {
    const file = join(daemon.folder, 'web-2.yaml')
    expect((await register('web-2', file)).stderr).toContain('run "tocsin machines validate web-2"')
    await expect(at(file, 'lapi', 'status')).rejects.toThrow(/LAPI_UNAUTHORIZED.*web-2 not validated/)
    await daemon.tocsin('machines', 'validate', 'web-2')
    expect((await at(file, 'lapi', 'status', '-o', 'json')).stdout).toContain('"machine": "web-2"')
  })

  it('is turned away with a wrong token', async () => {
    await expect(register('web-3', '-', '--token', 'w'.repeat(32))).rejects.toThrow(
      /LAPI_UNAUTHORIZED[\s\S]*check the registration token/,
    )
  })
})

it('may not register from elsewhere where that is switched off', async () => {
  const daemon = await Daemon.start({
    config: {
      agent: { enabled: false },
      lapi: { remote_registration: false, trusted_proxies: ['127.0.0.1'] },
    },
  })
  try {
    const post = (headers: Record<string, string>) =>
      fetch(`${daemon.url}/v1/watchers`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ machine_id: 'web-1', password: 'secret' }),
      })
    expect((await post({ 'x-forwarded-for': '192.0.2.9' })).status).toBe(403)
    expect((await post({})).status).toBe(201)
  } finally {
    await daemon.remove()
  }
})

it('goes on with its token after a restart where the secret is the same', async () => {
  const lapi = { auto_registration: { token, allowed_ranges: ['127.0.0.0/8'] }, token_secret: 's'.repeat(64) }
  const config = { agent: { enabled: false }, lapi }
  let daemon = await Daemon.start({ config })
  const ask = async (path: string, init: { headers?: object; body?: object } = {}) => {
    const headers = { 'content-type': 'application/json', 'user-agent': 'a/1', ...init.headers }
    const body = init.body === undefined ? {} : { method: 'POST', body: JSON.stringify(init.body) }
    return await fetch(`${daemon.url}${path}`, { headers, ...body })
  }
  try {
    const machine = { machine_id: 'web-1', password: 'password1' }
    await ask('/v1/watchers', { body: { ...machine, registration_token: token } })
    const answer = (await (await ask('/v1/watchers/login', { body: machine })).json()) as { token: string }
    const headers = { authorization: `Bearer ${answer.token}` }
    await daemon.stop()
    daemon = await Daemon.start({ config, folder: daemon.folder })
    expect((await ask('/v1/heartbeat', { headers })).status).toBe(200)
    await daemon.stop()
    const other = { ...config, lapi: { ...lapi, token_secret: 'o'.repeat(64) } }
    daemon = await Daemon.start({ config: other, folder: daemon.folder })
    expect((await ask('/v1/heartbeat', { headers })).status).toBe(401)
  } finally {
    await daemon.remove()
  }
})
