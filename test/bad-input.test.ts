import { execFile, execFileSync } from 'node:child_process'
import { appendFileSync, chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { Daemon, freePort, until } from '../packages/testkit/src/index.ts'

const launcher = fileURLToPath(new URL('../packages/cli/bin/tocsin.js', import.meta.url))
const run = promisify(execFile)
const folders: string[] = []
const daemons: Daemon[] = []

afterEach(async () => {
  for (const daemon of daemons.splice(0)) await daemon.remove()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-bad-'))
  folders.push(folder)
  return folder
}

async function start(...args: Parameters<typeof Daemon.start>): Promise<Daemon> {
  const daemon = await Daemon.start(...args)
  daemons.push(daemon)
  return daemon
}

/** What a command that must fail says, and its exit code. */
async function failure(...args: string[]): Promise<{ code: number; stderr: string }> {
  try {
    await run(launcher, args)
  } catch (error) {
    const { code, stderr } = error as { code: number; stderr: string }
    return { code, stderr }
  }
  throw new Error(`tocsin ${args.join(' ')} did not fail`)
}

describe('a bad configuration', () => {
  it('is reported whole, with places and suggestions', async () => {
    const file = join(temporaryFolder(), 'tocsin.yaml')
    writeFileSync(file, 'stat: /tmp/x\nlapi:\n  listne: 127.0.0.1:1\nlog: { level: loud }\n')
    const { code, stderr } = await failure('run', '-c', file)
    expect(code).toBe(1)
    expect(stderr).toContain(`${file}:1:1`)
    expect(stderr).toContain('did you mean "state"?')
    expect(stderr).toContain(`${file}:3:3`)
    expect(stderr).toContain('did you mean "listen"?')
    expect(stderr).toContain(`${file}:4:15`)
  })

  it('that is missing is named', async () => {
    const { stderr } = await failure('run', '-c', '/nowhere/tocsin.yaml')
    expect(stderr).toMatch(/\/nowhere\/tocsin\.yaml: there is no such file/)
  })
})

describe('bad items', () => {
  function brokenHub(): string {
    const hub = temporaryFolder()
    mkdirSync(join(hub, 'scenarios/me'), { recursive: true })
    mkdirSync(join(hub, 'parsers/s01-parse/me'), { recursive: true })
    writeFileSync(
      join(hub, 'scenarios/me/caret.yaml'),
      [
        'type: trigger',
        'name: me/caret',
        'description: a bad expression',
        "filter: evt.Metta.log_type == 'x'",
      ].join('\n'),
    )
    writeFileSync(
      join(hub, 'scenarios/me/unknown-field.yaml'),
      [
        'type: trigger',
        'name: me/unknown-field',
        'description: a bad key',
        "filtre: evt.Meta.log_type == 'x'",
      ].join('\n'),
    )
    writeFileSync(join(hub, 'scenarios/me/broken.yaml'), 'type: trigger\nname: [me')
    writeFileSync(
      join(hub, 'parsers/s01-parse/me/grok.yaml'),
      [
        'name: me/grok',
        'filter: "true"',
        'grok:',
        '  pattern: "%{NO_SUCH_PATTERN:x}"',
        '  apply_on: message',
      ].join('\n'),
    )
    return hub
  }

  it('are all reported in one run, each with its place, reason and cure', async () => {
    const hub = brokenHub()
    const log = join(hub, 'a.log')
    writeFileSync(log, 'x\n')
    const { code, stderr } = await failure('replay', log, '--type', 'x', '--hub', hub, '--items', 'all')
    expect(code).toBe(1)
    expect(stderr).toMatch(/caret\.yaml:4:\d+ .*Metta[\s\S]*\^[\s\S]*did you mean "Meta"\?/)
    expect(stderr).toMatch(/unknown-field\.yaml:4:1 .*"filtre"[\s\S]*did you mean "filter"\?/)
    expect(stderr).toMatch(/broken\.yaml:2:\d+ /)
    expect(stderr).toMatch(/grok\.yaml:4:\d+ .*NO_SUCH_PATTERN/)
  })
})

describe('bad items that are told to be left out', () => {
  it('are named, and the good ones run', async () => {
    const hub = temporaryFolder()
    mkdirSync(join(hub, 'scenarios/me'), { recursive: true })
    mkdirSync(join(hub, 'parsers/s01-parse/me'), { recursive: true })
    const scenario = (filter: string) =>
      `type: trigger\nname: me/x\ndescription: x\n${filter}\nlabels: { remediation: true }\n`
    writeFileSync(join(hub, 'scenarios/me/bad.yaml'), scenario('filter: evt.Metta.a == 1'))
    writeFileSync(join(hub, 'scenarios/me/good.yaml'), scenario("filter: evt.Meta.source_ip == '192.0.2.7'"))
    writeFileSync(
      join(hub, 'parsers/s01-parse/me/ip.yaml'),
      "name: me/ip\nfilter: 'true'\nstatics:\n- { meta: source_ip, expression: evt.Line.Raw }\n",
    )
    const log = join(hub, 'a.log')
    writeFileSync(log, '192.0.2.7\n')
    const { stdout, stderr } = await run(launcher, ['replay', log, '--type', 'x', '--hub', hub, '--tolerant'])
    expect(stdout).toContain("Ip 192.0.2.7 performed 'me/x'")
    expect(stderr).toMatch(/left out: .*bad\.yaml:4:\d+/)
  })
})

describe('bad logs', () => {
  it('that are missing or unreadable are waited for, and said', async () => {
    const folder = temporaryFolder()
    const late = join(folder, 'late.log')
    const daemon = await start({ config: { sources: [{ filename: late, labels: { type: 'syslog' } }] } })
    await daemon.said(new RegExp(`${late}.*(wait|not there|no such)`, 'i'))
    writeFileSync(late, 'Nov 22 12:00:00 server sshd[1]: hello\n')
    await until(
      () => daemon.output.split(late).length > 2,
      10_000,
      () => daemon.output,
    )
  })

  it('of bytes and of a megabyte a line lose nothing of the lines around them', async () => {
    const folder = temporaryFolder()
    const log = join(folder, 'auth.log')
    writeFileSync(log, '')
    const daemon = await start({ config: { sources: [{ filename: log, labels: { type: 'syslog' } }] } })
    const failed = (port: number) =>
      `Nov 22 12:00:00 server sshd[42]: Failed password for invalid user admin from 203.0.113.5 port ${port} ssh2\n`
    for (let i = 0; i < 6; i++) {
      appendFileSync(
        log,
        Buffer.concat([Buffer.from([0, 255, 254, 10]), Buffer.alloc(1_000_000, 'x'), Buffer.from('\n')]),
      )
      appendFileSync(log, failed(1000 + i))
    }
    await until(
      async () => (await daemon.json<unknown[]>('alerts', 'list')).length > 0,
      20_000,
      () => daemon.output,
    )
    await daemon.said(/65,?536/)
  }, 60_000)

  it('replay names a file that is not there', async () => {
    const { code, stderr } = await failure('replay', '/nowhere/a.log', '--type', 'syslog')
    expect(code).toBe(1)
    expect(stderr).toMatch(/\/nowhere\/a\.log: there is no such file/)
  })
})

describe('a bad place', () => {
  it('a port in use is named with the key to change', async () => {
    const port = await freePort()
    const server = createServer()
    await new Promise<void>((done) => server.listen(port, '127.0.0.1', done))
    const daemon = await Daemon.launch({ config: { lapi: { listen: `127.0.0.1:${port}` } } })
    daemons.push(daemon)
    await until(
      () => daemon.process.exitCode !== null,
      10_000,
      () => daemon.output,
    )
    await new Promise((done) => server.close(done))
    expect(daemon.process.exitCode).toBe(1)
    expect(daemon.output).toContain(`127.0.0.1:${port}`)
    expect(daemon.output).toContain('lapi.listen')
  })

  it('a state folder that cannot be written is named with a cure', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'state'), 'a file, not a folder')
    const daemon = await Daemon.launch({ folder })
    daemons.push(daemon)
    await until(
      () => daemon.process.exitCode !== null,
      10_000,
      () => daemon.output,
    )
    expect(daemon.process.exitCode).toBe(1)
    expect(daemon.output).toContain(join(folder, 'state'))
    expect(daemon.output).toContain('hint:')
  })

  it.runIf(process.getuid?.() === 0)('a state folder of another user is named with a cure', () => {
    const folder = temporaryFolder()
    chmodSync(folder, 0o755)
    mkdirSync(join(folder, 'state'), { mode: 0o700 })
    const attempt = () =>
      execFileSync(launcher, ['run'], {
        env: { ...process.env, TOCSIN_STATE: join(folder, 'state'), HOME: folder },
        uid: 65534,
        gid: 65534,
        stdio: 'pipe',
      })
    expect(attempt).toThrow(/may not write to the folder[\s\S]*hint:/)
  })

  it('a second daemon on the same state folder is refused', async () => {
    const first = await start({ config: { agent: { enabled: false } } })
    const second = await Daemon.launch({
      config: { agent: { enabled: false }, state: join(first.folder, 'state') },
    })
    daemons.push(second)
    await until(
      () => second.process.exitCode !== null,
      10_000,
      () => second.output,
    )
    expect(second.process.exitCode).toBe(1)
    expect(second.output).toMatch(/another process holds it[\s\S]*hint:/)
  })

  it('a wrong bouncer key is named with a cure', async () => {
    const daemon = await start({ config: { agent: { enabled: false } } })
    const child = run(
      launcher,
      ['bouncer', 'nftables', '--url', daemon.url, '--key', 'wrong', '-c', daemon.configPath],
      {
        timeout: 6000,
      },
    )
    await expect(child).rejects.toMatchObject({
      stderr: expect.stringMatching(/key[\s\S]*tocsin bouncers add/) as string,
    })
  })
})
