import { silentLogger } from '@tocsin/model'
import { describe, expect, it } from 'vitest'
import { localApiOptions } from '../local-api-options.ts'
import { mistakes, load } from '../../test/config-file.ts'

const optionsOf = async (text: string, env: NodeJS.ProcessEnv = {}) =>
  localApiOptions(await load(text, env), silentLogger)
const secret = 's'.repeat(64)

describe('the secret of tokens', () => {
  it('is that of CS_LAPI_SECRET before that of the file, and else made anew at each start', async () => {
    expect((await optionsOf('state: x')).tokenSecret).toBeUndefined()
    expect((await optionsOf(`lapi: { token_secret: ${secret} }`)).tokenSecret).toBe(secret)
    const fromVariable = 'v'.repeat(64)
    expect(
      (await optionsOf(`lapi: { token_secret: ${secret} }`, { CS_LAPI_SECRET: fromVariable })).tokenSecret,
    ).toBe(fromVariable)
    expect((await load('state: x', { CS_LAPI_SECRET: '' })).lapi.tokenSecret).toEqual({
      value: null,
      origin: 'default',
    })
  })
  it('has 64 characters or more', async () =>
    expect(await mistakes('lapi: { token_secret: short }')).toMatch(
      /bad\.yaml:1:\d+ .*"lapi\.token_secret": it must have 64 characters or more; make one with: openssl rand/,
    ))
})

describe('what is not seen any more', () => {
  it('stays, and reports are kept for a week, unless the file says otherwise', async () => {
    expect((await optionsOf('state: x')).retention).toEqual({
      maxItems: 5000,
      maxAgeMs: 7 * 24 * 3_600_000,
      metricsMaxAgeMs: 7 * 24 * 3_600_000,
      autodelete: { machines: {}, bouncers: {} },
    })
  })
  it('goes after its time, by what it logs in with', async () => {
    const text =
      'lapi:\n  metrics_max_age: 1d\n  autodelete:\n    machines: { certificate: 30d, password: 12h }\n' +
      '    bouncers: { key: 2d }\n'
    expect((await optionsOf(text)).retention).toMatchObject({
      metricsMaxAgeMs: 24 * 3_600_000,
      autodelete: {
        machines: { certificateMs: 30 * 24 * 3_600_000, passwordMs: 12 * 3_600_000 },
        bouncers: { keyMs: 48 * 3_600_000 },
      },
    })
  })
  it('is not what is merely between two signs of life', async () => {
    const told = await mistakes(
      'lapi: { autodelete: { machines: { password: 30s, certificat: 1d }, bouncers: { key: 1d } } }',
    )
    expect(told).toContain('"30s" is not a duration of 10m or more')
    expect(told).toContain('"1d" is not a duration of 2d or more')
    expect(told).toContain('did you mean "certificate"?')
  })
})

it('machines elsewhere may register unless the file says otherwise', async () => {
  expect((await optionsOf('state: x')).remoteRegistration).toBe(true)
  expect((await optionsOf('lapi: { remote_registration: false }')).remoteRegistration).toBe(false)
})
