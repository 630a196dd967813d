import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { home, mistakes, user, write } from '../../test/config-file.ts'
import { loadConfig } from './load.ts'

describe('without a file', () => {
  it('everything has a default, and says so', async () => {
    const config = await loadConfig(undefined, user({}))
    expect(config.file).toBeNull()
    expect(config.lapi.listen).toEqual({ value: { host: '127.0.0.1', port: 8080 }, origin: 'default' })
    expect(config.enforce.value).toBe('none')
    expect(config.state).toEqual({ value: join(home, '.local/state/tocsin'), origin: 'default' })
  })
  it('the state folder is that of TOCSIN_STATE', async () => {
    expect((await loadConfig(undefined, user({ TOCSIN_STATE: '/x' }))).state).toEqual({
      value: '/x',
      origin: 'TOCSIN_STATE',
    })
  })
})

describe('the file', () => {
  it('is that of -c before TOCSIN_CONFIG before the usual place', async () => {
    const named = write('named.yaml', 'state: named')
    const variable = write('variable.yaml', 'state: variable')
    mkdirSync(join(home, '.config/tocsin'), { recursive: true })
    const usual = write('.config/tocsin/tocsin.yaml', 'state: usual')
    expect((await loadConfig(named, user({ TOCSIN_CONFIG: variable }))).file).toBe(named)
    expect((await loadConfig(undefined, user({ TOCSIN_CONFIG: variable }))).file).toBe(variable)
    expect((await loadConfig(undefined, user({}))).file).toBe(usual)
    rmSync(usual)
  })
  it('names the database, who may register and who speaks for others', async () => {
    const text =
      'lapi:\n  database: sqlite:db/x.db\n  trusted_proxies: [10.0.0.0/8]\n' +
      `  auto_registration: { token: ${'t'.repeat(32)}, allowed_ranges: [192.0.2.0/24] }\n` +
      '  tls: { certificate: c.pem, key: /k.pem }\nmetrics: { listen: "127.0.0.1:6060" }\n'
    const { lapi, metrics } = await loadConfig(write('b.yaml', text), user({}))
    expect(lapi.database.value).toBe(`sqlite:${join(home, 'db/x.db')}`)
    expect(lapi.trustedProxies.value).toEqual(['10.0.0.0/8'])
    expect(lapi.autoRegistration?.allowedRanges.value).toEqual(['192.0.2.0/24'])
    expect(lapi.tls?.certificate.value).toBe(join(home, 'c.pem'))
    expect(lapi.tls?.key.value).toBe('/k.pem')
    expect(metrics?.listen.value).toEqual({ host: '127.0.0.1', port: 6060 })
  })
  it('is told what is wrong with a database, a token and a range', async () => {
    const text =
      'lapi:\n  database: oracle://x\n  trusted_ips: [everyone]\n' +
      '  auto_registration: { token: short, allowed_ranges: [] }\n'
    const told = await mistakes(text)
    expect(told).toContain('"oracle://x" is not postgres://..., mysql://... or sqlite:PATH')
    expect(told).toContain('"everyone" is not an address or a range')
    expect(told).toContain('openssl rand -hex 32')
  })
  it('gives values with their lines; paths start at its folder', async () => {
    const path = write('a.yaml', 'lapi:\n  listen: "[::1]:9000"\nstate: data\nnftables: { interval: 2s }\n')
    const { lapi, state, nftables } = await loadConfig(path, user({}))
    expect(lapi.listen).toEqual({ value: { host: '::1', port: 9000 }, origin: `${path}:2` })
    expect(state).toEqual({ value: join(home, 'data'), origin: `${path}:3` })
    expect(nftables.intervalMs.value).toBe(2000)
  })
  it('names servers with or without a port', async () => {
    const path = write(
      'b.yaml',
      'agent: { name_servers: [192.0.2.53, "127.0.0.1:5353", "[::1]:53", "::1"] }\n',
    )
    const { agent } = await loadConfig(path, user({}))
    expect(agent.nameServers.value).toEqual(['192.0.2.53', '127.0.0.1:5353', '[::1]:53', '::1'])
  })
  it('may be empty', async () =>
    expect((await loadConfig(write('empty.yaml', '# nothing\n'), user({}))).enforce.value).toBe('none'))
})

describe('mistakes', () => {
  it('are all reported with places and suggestions', async () => {
    const text = await mistakes('stat: x\nlapi: { listne: 1 }\nlog:\n  level: loud\n')
    expect(text).toMatch(/bad\.yaml:1:1 .*"stat"[\s\S]*did you mean "state"/)
    expect(text).toMatch(/bad\.yaml:2:9 .*"listne"[\s\S]*did you mean "listen"/)
    expect(text).toMatch(/bad\.yaml:4:10 .*"loud"[\s\S]*debug, info, warn, error/)
  })
  it.each([
    ['lapi: { listen: 8080 }', /not an address and a port/],
    ['lapi: { listen: "127.0.0.1:99999" }', /not an address and a port/],
    ['nftables: { interval: soon }', /not a duration/],
    ['nftables: { table: "a; flush ruleset" }', /not a name for a table/],
    ['agent: { max_line_bytes: 3 }', /from 256 to/],
    ['agent: { name_servers: [dns.example] }', /not the address of a name server/],
    ['sources: [{ filename: /a.log }]', /"(sources\[0\]\.)?labels" is missing/],
    ['sources: [{ source: kafka, labels: { type: x } }]', /"kafka" is not supported/],
    ['profiles: [{ name: x, filtres: [] }]', /did you mean "filters"/],
    ['a: 1\n---\nb: 2', /unknown key "a"/],
    ['enforce: none\n---\nenforce: none', /several documents/],
  ])('%s', async (text, expected) => expect(await mistakes(text)).toMatch(expected))
})
