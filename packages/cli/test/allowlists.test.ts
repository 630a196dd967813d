import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Daemon } from '../../testkit/src/index.ts'

describe('allowlists', () => {
  let daemon: Daemon
  beforeAll(async () => {
    daemon = await Daemon.start({ config: { agent: { enabled: false } } })
  })
  afterAll(() => daemon.remove())

  it('are made, filled, and keep what they hold from being banned', async () => {
    expect(await daemon.tocsin('allowlists', 'list')).toBe('No allowlists\n')
    await daemon.tocsin('decisions', 'add', '--ip', '192.0.2.9')
    await daemon.tocsin('allowlists', 'create', 'office', '-d', 'our own')
    expect(
      await daemon.tocsin(
        'allowlists',
        'add',
        'office',
        '192.0.2.0/24',
        '2001:db8::1',
        '-d',
        'desks',
        '-e',
        '1d',
      ),
    ).toBe("2 value(s) added to allowlist 'office'\n")
    expect(await daemon.tocsin('decisions', 'list')).toBe('No active decisions\n')
    await expect(daemon.tocsin('decisions', 'add', '--ip', '192.0.2.7')).rejects.toThrow(
      /192\.0\.2\.7 is allowlisted by 192\.0\.2\.0\/24 from office \(desks\)[\s\S]*add -B/,
    )
    expect(await daemon.tocsin('allowlists', 'check', '192.0.2.7', '198.51.100.1')).toBe(
      '192.0.2.7 is allowlisted by 192.0.2.0/24 from office (desks)\n198.51.100.1 is not allowlisted\n',
    )
  })

  it('are listed and shown for people and for programs', async () => {
    expect(await daemon.tocsin('allowlists', 'list')).toMatch(
      /^NAME +DESCRIPTION .*SIZE\noffice +our own .* 2\n$/,
    )
    expect(await daemon.tocsin('allowlist', 'list', '-o', 'raw')).toMatch(
      /^name,description,created_at,updated_at,console_managed,size\noffice,our own,.*,false,2\n$/,
    )
    expect(await daemon.tocsin('allowlists', 'inspect', 'office')).toMatch(
      /^office: our own\nVALUE +COMMENT +EXPIRATION +CREATED AT\n192\.0\.2\.0\/24 +desks +20/,
    )
    expect(await daemon.json('allowlists', 'inspect', 'office')).toMatchObject({
      name: 'office',
      items: [{ value: '192.0.2.0/24', description: 'desks' }, { value: '2001:db8::1' }],
    })
  })

  it('take the lines of a file, and let single values go', async () => {
    const file = join(daemon.folder, 'office.csv')
    writeFileSync(file, 'value,expiration,comment\n198.51.100.7,,door\n192.0.2.0/24,,\n')
    expect(await daemon.tocsin('allowlists', 'import', 'office', '-i', file)).toBe(
      "1 value(s) added to allowlist 'office'\n",
    )
    expect(await daemon.tocsin('allowlists', 'inspect', 'office', '-o', 'raw')).toContain(
      'office,our own,198.51.100.7,door,never,',
    )
    expect(await daemon.json('allowlists', 'remove', 'office', '198.51.100.7', '203.0.113.1')).toEqual([
      '198.51.100.7',
    ])
    await daemon.tocsin('allowlists', 'delete', 'office')
    expect(await daemon.tocsin('allowlists', 'list')).toBe('No allowlists\n')
  })

  it('are named where there are none', async () => {
    await expect(daemon.tocsin('allowlists', 'add', 'nowhere', '192.0.2.1')).rejects.toThrow(
      /nowhere[\s\S]*hint: tocsin allowlists list/,
    )
    await expect(daemon.tocsin('allowlists', 'inspect', 'nowhere')).rejects.toThrow(
      /nowhere[\s\S]*hint: tocsin allowlists list/,
    )
    await expect(daemon.tocsin('allowlists', 'add', 'nowhere', 'nonsense')).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('It must be an address or a range') as string,
    })
    await daemon.tocsin('allowlists', 'create', 'twice', '-d', '')
    await expect(daemon.tocsin('allowlists', 'create', 'twice', '-d', '')).rejects.toThrow(/'twice' already/)
  })
})
