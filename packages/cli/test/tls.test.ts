import { type ChildProcess, spawn } from 'node:child_process'
import { appendFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  Daemon,
  describeNeeding,
  failedLogin,
  freePort,
  needNetworkNamespaces,
  needProgram,
  TestCertificates,
  TestNetwork,
  until,
} from '../../testkit/src/index.ts'

const launcher = fileURLToPath(new URL('../bin/tocsin.js', import.meta.url))
const needs = [
  needProgram('openssl', 'openssl'),
  needProgram('nft', 'nftables'),
  needProgram('ip', 'iproute2'),
  needNetworkNamespaces(),
]

describeNeeding(needs, 'certificates in place of passwords and keys', () => {
  let certificates: TestCertificates
  let network: TestNetwork
  let namespace: string
  let log: string
  let server: Daemon
  let agent: Daemon
  let bouncer: ChildProcess | undefined

  const place = (name: string) => certificates.path(name)

  const client = () => ({
    url: server.url.replace('http:', 'https:'),
    ca_cert_path: place('ca.pem'),
    cert_path: place('web.pem'),
    key_path: place('web.key'),
  })

  beforeAll(async () => {
    network = new TestNetwork()
    namespace = network.addHost('server', 1)
    certificates = new TestCertificates()
    certificates.authority('ca')
    certificates.issue('lapi', 'ca', { extensions: 'subjectAltName=IP:127.0.0.1' })
    certificates.issue('web', 'ca', { subject: '/OU=agent-ou/CN=web' })
    certificates.issue('firewall', 'ca', { subject: '/OU=bouncer-ou/CN=firewall' })
    log = place('auth.log')
    const tls = {
      certificate: place('lapi.pem'),
      key: place('lapi.key'),
      client_authorities: place('ca.pem'),
    }
    const lapi = { listen: `127.0.0.1:${await freePort()}`, tls }
    server = await Daemon.start({ namespace, config: { agent: { enabled: false }, lapi } })
    writeFileSync(log, '')
    const sources = [{ filename: log, labels: { type: 'syslog' } }]
    agent = await Daemon.start({
      namespace,
      config: { lapi: { enabled: false, listen: lapi.listen }, client: client(), sources },
    })
  }, 60_000)

  afterAll(async () => {
    bouncer?.kill()
    await agent?.remove()
    await server?.remove()
    network?.remove()
    certificates?.remove()
  })

  it("lets an agent elsewhere push alerts, and that machine's command line read them", async () => {
    for (let i = 0; i < 8; i++) appendFileSync(log, failedLogin('198.51.100.9', 41_000 + i))
    const list = () => agent.json<{ machine_id: string; source: { value: string } }[]>('alerts', 'list')
    await until(
      async () => (await list()).length > 0,
      20_000,
      () => agent.output,
    )
    expect(await list()).toMatchObject([{ machine_id: 'web@127.0.0.1', source: { value: '198.51.100.9' } }])
    expect(await server.json('machines', 'list')).toContainEqual(
      expect.objectContaining({ machineId: 'web@127.0.0.1', auth_type: 'tls', isValidated: true }),
    )
  })

  it('gives manual decisions the name of the host for a reason', async () => {
    await agent.tocsin('decisions', 'add', '--ip', '198.51.100.10')
    expect(await agent.tocsin('decisions', 'list', '-o', 'raw')).toMatch(
      /,cscli,Ip:198\.51\.100\.10,manual 'ban' from '[^']+',ban,/,
    )
  })

  it('lets a firewall bouncer enforce', async () => {
    const access = ['--url', client().url, '--ca-cert', place('ca.pem')]
    const certificate = ['--cert', place('firewall.pem'), '--cert-key', place('firewall.key')]
    const args = ['bouncer', 'nftables', ...access, ...certificate, '-c', server.configPath]
    bouncer = spawn('ip', ['netns', 'exec', namespace, launcher, ...args], { stdio: 'pipe' })
    let output = ''
    bouncer.stderr?.on('data', (piece: Buffer) => (output += piece.toString()))
    const rules = () => network.run('server', 'nft', 'list', 'ruleset')
    await until(
      () => rules().includes('198.51.100.10'),
      20_000,
      () => output,
    )
    expect(await server.json('bouncers', 'list')).toMatchObject([
      { name: 'firewall@127.0.0.1', auth_type: 'tls', type: 'tocsin-nftables' },
    ])
  })

  it('says what is wrong with files, authorities and certificates', () => {
    const listWith = (changes: object) => () => {
      const path = place('other.yaml')
      const config = { state: place('state'), lapi: { enabled: false }, client: { ...client(), ...changes } }
      writeFileSync(path, JSON.stringify(config))
      return network.run('server', launcher, 'alerts', 'list', '-c', path)
    }
    expect(listWith({ cert_path: place('nowhere.pem') })).toThrow(
      /cannot read the certificate of this client .*nowhere\.pem: there is no such file/,
    )
    expect(listWith({ key_path: place('lapi.key') })).toThrow(
      /CLIENT_BAD_TLS.*web\.pem, .*lapi\.key\)[\s\S]*of one pair/,
    )
    expect(listWith({ ca_cert_path: place('web.pem') })).toThrow(
      /LAPI_INSECURE[\s\S]*hint: name the authority/,
    )
    expect(listWith({ cert_path: place('firewall.pem'), key_path: place('firewall.key') })).toThrow(
      /LAPI_UNAUTHORIZED[\s\S]*the authority and the OU of this certificate/,
    )
    expect(listWith({ ca_cert_path: place('web.pem'), insecure_skip_verify: true })()).toContain(
      '198.51.100.9',
    )
  })
})
