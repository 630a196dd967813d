import { parseCidr } from '@tocsin/model'
import { describe, expect, it } from 'vitest'
import type { ProtectedAddress } from '../src/index.ts'
import { start, wireAlert, wireDecision } from './harness.ts'

function protect(...addresses: [string, string][]): () => ProtectedAddress[] {
  return () =>
    addresses.flatMap(([text, reason]) => {
      const cidr = parseCidr(text)
      return cidr ? [{ cidr, reason }] : []
    })
}

const protectedAddresses = protect(
  ['127.0.0.0/8', 'the loopback'],
  ['192.0.2.7/32', "this machine's own address (eth0)"],
  ['2001:db8::7/128', "this machine's own address (eth0)"],
)

describe('protected addresses', () => {
  it.each([
    ['127.0.0.1', 'it is the loopback'],
    ['::ffff:127.0.0.1', 'it is the loopback'],
    ['192.0.2.7', "it is this machine's own address (eth0)"],
    ['192.0.2.0/24', "it covers 192.0.2.7, this machine's own address (eth0)"],
    ['0.0.0.0/0', 'it covers 127.0.0.0/8, the loopback'],
    ['2001:db8::/32', "it covers 2001:db8::7, this machine's own address (eth0)"],
  ])('a decision on %s is refused with the reason', async (value, reason) => {
    const { machine, bouncer } = await start({ protectedAddresses })
    const push = machine.pushAlerts([wireAlert(value, { decisions: [wireDecision(value)] })])
    await expect(push).rejects.toMatchObject({
      code: 'LAPI_REFUSED',
      message: expect.stringContaining(`cannot decide to ban ${value}: ${reason}; use --force`),
    })
    expect(await bouncer.decisions({})).toEqual([])
    expect(await machine.listAlerts()).toEqual([])
  })

  it('are decided on all the same when forced', async () => {
    const { machine, bouncer } = await start({ protectedAddresses })
    const alert = wireAlert('192.0.2.7', { decisions: [wireDecision('192.0.2.7')] })
    await machine.pushAlerts([alert], { force: true })
    expect(await bouncer.decisions({})).toMatchObject([{ value: '192.0.2.7' }])
  })

  it('include where the sender says that its person is logged in from', async () => {
    const { machine } = await start()
    const alert = wireAlert('198.51.100.0/24', { decisions: [wireDecision('198.51.100.0/24')] })
    await expect(machine.pushAlerts([alert], { adminAddress: '198.51.100.9' })).rejects.toThrow(
      'it covers 198.51.100.9, the address that you are logged in from',
    )
    expect(await machine.pushAlerts([alert], { adminAddress: '203.0.113.1' })).toHaveLength(1)
  })

  it('leave other addresses and scopes alone', async () => {
    const { machine } = await start({ protectedAddresses })
    const decisions = [
      wireDecision('192.0.2.8'),
      wireDecision('192.0.2.0/30'),
      wireDecision('FR', { scope: 'Country' }),
    ]
    expect(await machine.pushAlerts([wireAlert('192.0.2.8', { decisions })])).toHaveLength(1)
  })

  it('are never banned by a profile: the alert is kept, the batch goes on, the log says why', async () => {
    const { machine, bouncer, api, log } = await start({ protectedAddresses })
    const values = ['192.0.2.7', '198.51.100.1', '127.0.0.1']
    expect(await machine.pushAlerts(values.map((value) => wireAlert(value)))).toHaveLength(3)
    expect(await bouncer.decisions({})).toMatchObject([{ value: '198.51.100.1' }])
    const alerts = await machine.listAlerts({ sort: 'ASC' })
    expect(alerts.map(({ decisions }) => decisions?.length ?? 0)).toEqual([0, 1, 0])
    expect(api.counts().withheldDecisions).toBe(2)
    expect(log.filter((line) => line.startsWith('warn'))).toEqual([
      expect.stringContaining("cannot ban 192.0.2.7 for tocsin/ssh-bf: it is this machine's own address"),
      expect.stringContaining('cannot ban 127.0.0.1'),
    ])
  })
})
