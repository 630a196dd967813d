import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { WireAlert } from '../../packages/model/src/index.ts'
import { Daemon, describeNeeding } from '../../packages/testkit/src/index.ts'
import { needsCrowdsec, StockCrowdsec } from './stock-crowdsec.ts'

describeNeeding(needsCrowdsec, 'cscli at our Local API', () => {
  let daemon: Daemon
  let stock: StockCrowdsec

  beforeAll(async () => {
    daemon = await Daemon.start({ config: { agent: { enabled: false } } })
    stock = new StockCrowdsec()
    await daemon.tocsin('machines', 'add', 'web-1', '--force', '-f', stock.credentialsPath)
  }, 60_000)

  afterAll(async () => {
    await stock?.remove()
    await daemon?.remove()
  })

  /** The values in force, as cscli lists them: `TYPE SCOPE:VALUE`. */
  async function inForce(...filters: string[]): Promise<string[]> {
    const alerts = await stock.cscliJson<WireAlert[] | null>('decisions', 'list', '--limit', '0', ...filters)
    const decisions = (alerts ?? []).flatMap((alert) => alert.decisions ?? [])
    return decisions.map(({ type, scope, value }) => `${type} ${scope}:${value}`).toSorted()
  }

  it('lists nothing where there is nothing', async () => {
    expect(await stock.cscli('decisions', 'list')).toMatch(/^No active decisions/)
    expect(await stock.cscli('alerts', 'list')).toMatch(/^No active alerts/)
    expect(await stock.cscliJson('alerts', 'list')).toBeNull()
  })

  it('adds decisions on addresses, ranges and other scopes', async () => {
    const said = await stock.cscliLog(
      'decisions',
      'add',
      '--ip',
      '192.0.2.7',
      '--duration',
      '2h',
      '--reason',
      'scan',
    )
    expect(said).toMatch(/Decision successfully added/)
    await stock.cscli('decisions', 'add', '--range', '198.51.100.0/25', '--type', 'captcha')
    await stock.cscli('decisions', 'add', '--ip', '2001:db8::7')
    await stock.cscli('decisions', 'add', '--scope', 'country', '--value', 'XX')
    expect(await inForce()).toEqual([
      'ban Country:XX',
      'ban Ip:192.0.2.7',
      'ban Ip:2001:db8::7',
      'captcha Range:198.51.100.0/25',
    ])
  })

  it('lists them in every format, and by filter', async () => {
    const csv = await stock.cscli('decisions', 'list', '--ip', '192.0.2.7', '-o', 'raw')
    const [header, row] = csv.split('\n')
    expect(header).toBe('id,source,ip,reason,action,country,as,events_count,expiration,simulated,alert_id')
    expect(row).toMatch(/^\d+,cscli,Ip:192\.0\.2\.7,scan,ban,,,1,1h59m\d+s,false,\d+$/)
    expect(await stock.cscli('decisions', 'list')).toContain('Range:198.51.100.0/25')
    expect(await inForce('--ip', '198.51.100.9')).toEqual(['captcha Range:198.51.100.0/25'])
    expect(await inForce('--range', '198.51.0.0/16', '--contained')).toEqual([
      'captcha Range:198.51.100.0/25',
    ])
    expect(await inForce('--type', 'captcha')).toEqual(['captcha Range:198.51.100.0/25'])
  })

  it('inspects an alert', async () => {
    const [alert] = await stock.cscliJson<WireAlert[]>('alerts', 'list', '--ip', '192.0.2.7')
    const inspected = await stock.cscliJson('alerts', 'inspect', String(alert?.id))
    const anyDuration = { duration: expect.stringMatching(/^1h59m\d+s$/) as string }
    const decisions = alert?.decisions?.map((decision) => ({ ...decision, ...anyDuration }))
    expect(inspected).toEqual({ ...alert, decisions })
    const text = await stock.cscli('alerts', 'inspect', '--details', String(alert?.id))
    expect(text).toMatch(/Machine +: web-1/)
    expect(text).toMatch(/Ip:192\.0\.2\.7 +\| ban/)
    await expect(stock.cscli('alerts', 'inspect', '9999')).rejects.toMatchObject({
      stderr: expect.stringMatching(/object not found/) as string,
    })
  })

  it('ends decisions by address and by id, which our command line sees', async () => {
    expect(await stock.cscliLog('decisions', 'delete', '--ip', '192.0.2.7')).toMatch(
      /1 decision\(s\) deleted/,
    )
    const [alert] = await stock.cscliJson<WireAlert[]>('decisions', 'list', '--type', 'captcha')
    const id = String(alert?.decisions?.[0]?.id)
    expect(await stock.cscliLog('decisions', 'delete', '--id', id)).toMatch(/1 decision\(s\) deleted/)
    const ours = await daemon.json<WireAlert[]>('decisions', 'list')
    const values = ours.flatMap(({ decisions }) => (decisions ?? []).map(({ value }) => value))
    expect(values.toSorted()).toEqual(['2001:db8::7', 'XX'])
    await expect(stock.cscli('decisions', 'delete', '--id', '9999')).rejects.toMatchObject({
      stderr: expect.stringMatching(/decision with id '9999' doesn't exist/) as string,
    })
  })

  it('imports a list', async () => {
    const list = join(stock.folder, 'list.csv')
    writeFileSync(list, 'duration,scope,value\n24h,ip,192.0.2.20\n24h,ip,192.0.2.21\n')
    expect(await stock.cscliLog('decisions', 'import', '-i', list)).toMatch(
      /2 decisions successfully imported/,
    )
    expect(await inForce('--origin', 'cscli-import')).toEqual(['ban Ip:192.0.2.20', 'ban Ip:192.0.2.21'])
  })

  it('deletes alerts with their decisions', async () => {
    const [alert] = await stock.cscliJson<WireAlert[]>('alerts', 'list', '--ip', '2001:db8::7')
    expect(await stock.cscliLog('alerts', 'delete', '--id', String(alert?.id))).toMatch(
      /1 alert\(s\) deleted/,
    )
    expect(await inForce('--ip', '2001:db8::7')).toEqual([])
    expect(await stock.cscliLog('alerts', 'delete', '--all')).toMatch(/4 alert\(s\) deleted/)
    expect(await inForce()).toEqual([])
    expect(await daemon.json('alerts', 'list')).toEqual([])
  })

  it('is told why an address that must not be banned is not', async () => {
    await expect(stock.cscli('decisions', 'add', '--ip', '127.0.0.1')).rejects.toMatchObject({
      stderr: expect.stringMatching(/cannot decide to ban 127\.0\.0\.1: it is the loopback/) as string,
    })
  })
})
