import { execFile } from 'node:child_process'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Daemon } from '../packages/testkit/src/index.ts'

const launcher = fileURLToPath(new URL('../packages/cli/bin/tocsin.js', import.meta.url))
const run = promisify(execFile)

interface Listed {
  id: number
  source: { scope: string; value: string }
  decisions: {
    id: number
    value: string
    type: string
    duration: string
    simulated: boolean
    origin: string
  }[]
}

describe('the command line beside a running daemon', () => {
  let daemon: Daemon
  beforeAll(async () => {
    daemon = await Daemon.start({ config: { agent: { enabled: false } } })
  })
  afterAll(() => daemon.remove())

  const decisions = async () =>
    (await daemon.json<Listed[]>('decisions', 'list', '-l', '0')).flatMap((alert) => alert.decisions)

  it('prints empty lists as people and programs expect them', async () => {
    expect(await daemon.tocsin('decisions', 'list')).toBe('No active decisions\n')
    expect(await daemon.tocsin('alerts', 'list')).toBe('No active alerts\n')
    expect(await daemon.json('alerts', 'list')).toEqual([])
  })

  it('adds, lists and ends a decision', async () => {
    const added = await daemon.tocsin(
      'decisions',
      'add',
      '--ip',
      '192.0.2.7',
      '--duration',
      '1d',
      '--reason',
      'port scan',
    )
    expect(added).toBe('Decision successfully added\n')
    expect(await decisions()).toMatchObject([
      { value: '192.0.2.7', type: 'ban', origin: 'cscli', simulated: false },
    ])
    const csv = await daemon.tocsin('decisions', 'list', '-o', 'raw')
    expect(csv.split('\n')[0]).toBe(
      'id,source,ip,reason,action,country,as,events_count,expiration,simulated,alert_id',
    )
    expect(csv).toMatch(/,cscli,Ip:192\.0\.2\.7,port scan,ban,,,1,2[34]h\d+m\d+s,false,1\n/)
    expect(await daemon.tocsin('decision', 'delete', '--ip', '192.0.2.7')).toBe('1 decision(s) deleted\n')
    expect(await decisions()).toEqual([])
  })

  it('imports lists of every format, and names the record that is wrong', async () => {
    const file = (name: string, text: string) => {
      const path = join(daemon.folder, name)
      writeFileSync(path, text)
      return path
    }
    await daemon.tocsin(
      'decisions',
      'import',
      '-i',
      file('a.csv', 'value,duration\n192.0.2.20,2h\n192.0.2.21,3h\n'),
    )
    await daemon.tocsin(
      'decisions',
      'import',
      '-i',
      file('b.json', '[{"value":"198.51.100.0/24","scope":"range"}]'),
    )
    await daemon.tocsin('decisions', 'import', '-i', file('c.txt', '2001:db8::9\n'), '--format', 'values')
    const values = (await decisions()).map(({ value }) => value).toSorted()
    expect(values).toEqual(['192.0.2.20', '192.0.2.21', '198.51.100.0/24', '2001:db8::9'])
    const bad = daemon.tocsin('decisions', 'import', '-i', file('d.csv', 'value\n192.0.2.1\nnonsense\n'))
    await expect(bad).rejects.toMatchObject({
      stderr: expect.stringMatching(/record 2: "nonsense"/) as string,
    })
  })

  it('shows an alert in full and deletes it with its decisions', async () => {
    const [alert] = await daemon.json<Listed[]>('alerts', 'list', '--scope', 'Ip', '--limit', '1')
    expect(await daemon.tocsin('alerts', 'inspect', String(alert?.id))).toContain('192.0.2.7')
    const raw = await daemon.tocsin('alerts', 'inspect', String(alert?.id), '-o', 'raw')
    expect(raw).toMatch(new RegExp(`^---\\n[\\s\\S]*^id: ${alert?.id}$`, 'm'))
    expect(await daemon.tocsin('alerts', 'delete', '--id', String(alert?.id))).toBe('1 alert(s) deleted\n')
    await expect(daemon.tocsin('alerts', 'inspect', String(alert?.id))).rejects.toThrow(/LAPI_NOT_FOUND/)
    await expect(daemon.tocsin('alerts', 'delete')).rejects.toThrow(/no filter was given/)
  })

  it('gives a bouncer a key that works, once', async () => {
    const key = await daemon.json<string>('bouncers', 'add', 'web-1')
    const pull = () =>
      fetch(`${daemon.url}/v1/decisions/stream?startup=true`, { headers: { 'X-Api-Key': key } })
    expect((await pull()).status).toBe(200)
    expect(await daemon.json('bouncers', 'list')).toMatchObject([
      { name: 'web-1', revoked: false, auth_type: 'api-key' },
    ])
    await expect(daemon.tocsin('bouncers', 'add', 'web-1')).rejects.toThrow(/web-1/)
    await daemon.tocsin('bouncers', 'delete', 'web-1')
    expect((await pull()).status).toBe(403)
    await expect(daemon.tocsin('bouncers', 'delete', 'web-1')).rejects.toThrow(/there is none of that name/)
    await daemon.tocsin('bouncers', 'delete', 'web-1', '--ignore-missing')
  })

  it('adds a machine and writes credentials for its owner only', async () => {
    const file = join(daemon.folder, 'web-2.yaml')
    await daemon.tocsin('machines', 'add', 'web-2', '-f', file)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readFileSync(file, 'utf8')).toContain('login: "web-2"')
    const names = (await daemon.json<{ machineId: string; isValidated?: boolean }[]>('machines', 'list')).map(
      ({ machineId }) => machineId,
    )
    expect(names).toContain('web-2')
    await daemon.tocsin('machines', 'delete', 'web-2')
  })

  it('keeps its secrets to its owner', () => {
    const modes = [
      '',
      'admin.sock',
      'admin.token',
      'local_api_credentials.yaml',
      'tocsin.db',
      'tocsin.db-wal',
    ].map((name) => statSync(join(daemon.folder, 'state', name)).mode & 0o077)
    expect(modes).toEqual([0, 0, 0, 0, 0, 0])
  })

  it('shows where each value of the configuration comes from', async () => {
    const shown = await daemon.json<Record<string, { value: unknown; origin: string }>>('config', 'show')
    expect(shown['agent.enabled']).toEqual({
      value: false,
      origin: expect.stringContaining('tocsin.yaml:') as string,
    })
    expect(shown['enforce']).toEqual({ value: 'none', origin: 'default' })
  })
})

describe('the command line alone', () => {
  it('answers wrong usage with 2, failures with 1, and help with 0', async () => {
    await expect(run(launcher, ['decisions', 'add', '--frobnicate'])).rejects.toMatchObject({ code: 2 })
    await expect(run(launcher, ['replay', '/nowhere', '--type', 'x'])).rejects.toMatchObject({ code: 1 })
    expect((await run(launcher, ['decisions', 'add', '--help'])).stdout).toContain('--bypass-allowlist')
  })

  it('evaluates expressions, with a caret where they are wrong', async () => {
    expect((await run(launcher, ['expr', 'Upper("a") + "b"'])).stdout).toBe('"Ab"\n')
    await expect(run(launcher, ['expr', 'evt.Metta'])).rejects.toMatchObject({
      stderr: expect.stringMatching(/\.\^[\s\S]*did you mean "Meta"\?/) as string,
    })
  })

  it('explains which parser took a line and why a scenario did not', async () => {
    const line = '192.0.2.7 - - [22/Nov/2026:12:00:00 +0000] "GET /.env HTTP/1.1" 404 162 "-" "curl/8.0"'
    const { stdout } = await run(launcher, ['explain', '--type', 'nginx', '--why', '--line', line])
    expect(stdout).toMatch(/🟢 tocsin\/nginx/)
    expect(stdout).toMatch(/parser success 🟢/)
    expect(stdout).toMatch(/🟢 tocsin\/http-sensitive-paths/)
    expect(stdout).toMatch(/🔴 tocsin\/ssh-bruteforce/)
  })

  it('checks the items it ships', async () => {
    expect((await run(launcher, ['lint'])).stdout).toMatch(/ 0 errors, 0 warnings\n$/)
  })
})
