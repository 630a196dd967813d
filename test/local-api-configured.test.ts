import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { tlsFetch } from '@tocsin/client/tls'
import { afterEach, describe, expect, it } from 'vitest'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import {
  Daemon,
  describeNeeding,
  freePort,
  needPostgres,
  needProgram,
  TemporaryMariadb,
  TemporaryPostgres,
} from '../packages/testkit/src/index.ts'

const daemons: Daemon[] = []
const folders: string[] = []
afterEach(async () => {
  for (const daemon of daemons.splice(0)) await daemon.remove()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

async function start(lapi: object, others: object = {}): Promise<Daemon> {
  const daemon = await Daemon.start({ config: { agent: { enabled: false }, lapi, ...others } })
  daemons.push(daemon)
  return daemon
}

async function banAndList(daemon: Daemon): Promise<string[]> {
  await daemon.tocsin('decisions', 'add', '--ip', '203.0.113.5')
  const alerts = await daemon.json<{ decisions: { value: string }[] }[]>('decisions', 'list')
  return alerts.flatMap(({ decisions }) => decisions.map(({ value }) => value))
}

describe('the Local API as it is configured', () => {
  it('lets machines with the token register themselves, from where they may', async () => {
    const token = 'x'.repeat(32)
    const daemon = await start({ auto_registration: { token, allowed_ranges: ['127.0.0.0/8'] } })
    const register = async (registration_token: string) => {
      const machine_id = `m${registration_token.slice(0, 3)}`
      const body = JSON.stringify({ machine_id, password: 'password1', registration_token })
      const headers = { 'content-type': 'application/json', 'user-agent': 'crowdsec/v1.6.0-linux' }
      const answer = await fetch(`${daemon.url}/v1/watchers`, { method: 'POST', body, headers })
      return answer.status
    }
    expect(await register(token)).toBe(202)
    expect(await register('y'.repeat(32))).toBe(401)
  })

  it('tells Prometheus its figures, and each request on demand', async () => {
    const port = await freePort()
    const daemon = await start({ access_log: true }, { metrics: { listen: `127.0.0.1:${port}` } })
    await fetch(`${daemon.url}/v1/decisions`)
    const answer = await fetch(`http://127.0.0.1:${port}/metrics`)
    expect(answer.headers.get('content-type')).toContain('text/plain')
    expect(await answer.text()).toMatch(
      /cs_lapi_route_requests_total\{route="\/v1\/decisions",method="GET"\} 1/,
    )
    expect((await fetch(`http://127.0.0.1:${port}/other`)).status).toBe(404)
    await daemon.said(/"GET \/v1\/decisions HTTP\/1.1 403/)
  })

  it('names the key when somebody else has the port of the metrics', async () => {
    const first = await start({}, { metrics: { listen: `127.0.0.1:${await freePort()}` } })
    const [, place] = /metrics are at http:\/\/([^/]+)/.exec(first.output) ?? []
    const second = await Daemon.launch({ config: { metrics: { listen: place } } })
    daemons.push(second)
    await second.said(/metrics.listen/)
    expect(second.output).toContain('another program listens there')
  })
})

describeNeeding([needProgram('openssl', 'openssl')], 'TLS', () => {
  it('is spoken with others, while the own command line needs no certificate', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tocsin-tls-'))
    folders.push(folder)
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
    const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=tocsin']
    execFileSync(
      'openssl',
      [...request, '-keyout', key, '-out', certificate, '-addext', 'subjectAltName=IP:127.0.0.1'],
      { stdio: 'ignore' },
    )
    const daemon = await start({ tls: { certificate, key } })
    expect(await banAndList(daemon)).toEqual(['203.0.113.5'])
    const trusting = tlsFetch({ ca: readFileSync(certificate, 'utf8') })
    const answer = await trusting(`${daemon.url.replace('http:', 'https:')}/v1/decisions`, {
      method: 'GET',
      headers: {},
      redirect: 'manual',
      signal: AbortSignal.timeout(5000),
    })
    expect(answer.status).toBe(403)
    await expect(fetch(`${daemon.url}/v1/decisions`)).rejects.toThrow()
  })
})

describeNeeding([needPostgres()], 'the database', () => {
  it('is PostgreSQL where the configuration says so', async () => {
    const server = await TemporaryPostgres.start()
    try {
      const daemon = await start({ database: server.createDatabase() })
      expect(await banAndList(daemon)).toEqual(['203.0.113.5'])
      expect(await daemon.tocsin('config', 'show')).toMatch(/lapi.database +postgres/)
    } finally {
      for (const daemon of daemons.splice(0)) await daemon.remove()
      await server.remove()
    }
  })
})

describeNeeding([needProgram('mariadbd', 'mariadb-server')], 'the database', () => {
  it('is MariaDB where the configuration says so', async () => {
    const server = await TemporaryMariadb.start()
    try {
      expect(await banAndList(await start({ database: server.createDatabase() }))).toEqual(['203.0.113.5'])
    } finally {
      for (const daemon of daemons.splice(0)) await daemon.remove()
      await server.remove()
    }
  })
})
