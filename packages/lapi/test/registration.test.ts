import { parseCidr } from '@tocsin/model'
import { describe, expect, it } from 'vitest'
import { MachineClient, registerMachine } from '../../client/src/index.ts'
import { createLocalApi } from '../src/index.ts'
import { start, wireAlert } from './harness.ts'

const token = 'a-token-of-thirty-two-characters!'

function ranges(...texts: string[]) {
  return texts.flatMap((text) => parseCidr(text) ?? [])
}

describe('registration', () => {
  it('with the token from an allowed place is at work at once', async () => {
    const { url } = await start({ autoRegistration: { token, allowedRanges: ranges('127.0.0.0/8') } })
    const machine = { url, machineId: 'm2', password: 'secret' }
    expect(await registerMachine({ ...machine, registrationToken: token })).toBe(true)
    await new MachineClient({ ...machine, userAgent: 'x/v1' }).heartbeat()
    expect(await registerMachine({ ...machine, machineId: 'm3' })).toBe(false)
  })

  it('with a wrong token, or from elsewhere, is refused', async () => {
    const { url } = await start({ autoRegistration: { token, allowedRanges: ranges('192.0.2.0/24') } })
    const machine = { url, machineId: 'm2', password: 'secret' }
    await expect(registerMachine({ ...machine, registrationToken: 'x'.repeat(32) })).rejects.toThrow(
      'invalid token for auto registration',
    )
    await expect(registerMachine({ ...machine, registrationToken: token })).rejects.toThrow(
      'IP not in allowed range for auto registration',
    )
  })

  it('waits for an administrator where nothing else is said', async () => {
    const { url, store } = await start()
    const machine = { url, machineId: 'm2', password: 'secret', registrationToken: token }
    expect(await registerMachine(machine)).toBe(false)
    await expect(
      createLocalApi({ store, autoRegistration: { token: 'short', allowedRanges: [] } }),
    ).rejects.toMatchObject({ code: 'LAPI_WEAK_SECRET' })
  })
})

describe('retention', () => {
  it('deletes old alerts by itself, but none with a decision in force', async () => {
    const { machine, pass, log } = await start({ retention: { maxAgeMs: 3_600_000, everyMs: 20 } })
    const quiet = (value: string) => wireAlert(value, { remediation: false })
    await machine.pushAlerts([wireAlert('192.0.2.1'), quiet('192.0.2.2')])
    pass(3_700_000)
    await machine.pushAlerts([quiet('192.0.2.3')])
    const values = async () => (await machine.listAlerts()).map(({ source }) => source.value)
    await expect.poll(values).toEqual(['192.0.2.3', '192.0.2.1'])
    expect(log).toContain('info 1 old alerts were deleted')
  })
})
