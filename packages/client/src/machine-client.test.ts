import type { WireAlert } from '@tocsin/model'
import { describe, expect, it } from 'vitest'
import { json, serve } from '../test/server.ts'
import { MachineClient, registerMachine } from './machine-client.ts'

function tokenAnswer(token: string, livesMs = 3_600_000) {
  return { code: 200, expire: new Date(Date.now() + livesMs).toISOString(), token }
}

describe('MachineClient', () => {
  it('logs in once for many calls and sends its scenarios', async () => {
    const server = await serve((seen, response) => {
      if (seen.url === '/v1/watchers/login') json(response, 200, tokenAnswer('t1'))
      else json(response, 200, null)
    })
    const client = new MachineClient({
      url: `${server.url}/`,
      machineId: 'm',
      password: 'p',
      scenarios: ['a/b'],
    })
    expect(await Promise.all([client.listAlerts({ limit: 0 }), client.listAlerts()])).toEqual([[], []])
    expect(server.seen.map((seen) => seen.url)).toEqual([
      '/v1/watchers/login',
      '/v1/alerts?limit=0',
      '/v1/alerts',
    ])
    expect(JSON.parse(server.seen[0]?.body ?? '')).toEqual({
      machine_id: 'm',
      password: 'p',
      scenarios: ['a/b'],
    })
    expect(server.seen[1]?.headers.authorization).toBe('Bearer t1')
    expect(server.seen[1]?.headers['user-agent']?.split('/')).toHaveLength(2)
  })

  it('renews a token that is about to end', async () => {
    let logins = 0
    const server = await serve((seen, response) => {
      if (seen.url === '/v1/watchers/login') json(response, 200, tokenAnswer(`t${++logins}`, 30_000))
      else response.writeHead(200).end()
    })
    const client = new MachineClient({ url: server.url, machineId: 'm', password: 'p' })
    await client.heartbeat()
    await client.heartbeat()
    expect(logins).toBe(2)
  })

  it('logs in again where a restart of the Local API has voided the token, and pushes once', async () => {
    let logins = 0
    const server = await serve((seen, response) => {
      if (seen.url === '/v1/watchers/login') json(response, 200, tokenAnswer(`t${++logins}`))
      else if (seen.headers.authorization === 'Bearer t1') json(response, 401, { code: 401, message: 'bad' })
      else json(response, 201, ['7'])
    })
    const client = new MachineClient({ url: server.url, machineId: 'm', password: 'p' })
    const alert = { scenario: 's', source: { scope: 'Ip', value: '192.0.2.1' } } as WireAlert
    expect(await client.pushAlerts([alert], { force: true, adminAddress: '192.0.2.9' })).toEqual(['7'])
    expect(logins).toBe(2)
    const push = server.seen.at(-1)
    expect(push?.headers['x-tocsin-force']).toBe('true')
    expect(push?.headers['x-tocsin-admin-address']).toBe('192.0.2.9')
    expect(JSON.parse(push?.body ?? '')).toEqual([alert])
  })

  it('says what to do about a wrong password, and tries again at the next call', async () => {
    let right = false
    const server = await serve((seen, response) => {
      if (seen.url !== '/v1/watchers/login') response.writeHead(200).end()
      else if (right) json(response, 200, tokenAnswer('t'))
      else json(response, 401, { code: 401, message: 'incorrect Username or Password' })
    })
    const client = new MachineClient({ url: server.url, machineId: 'm', password: 'p' })
    await expect(client.heartbeat()).rejects.toMatchObject({
      code: 'LAPI_UNAUTHORIZED',
      message: expect.stringContaining('incorrect Username or Password'),
      hint: expect.stringContaining('password'),
    })
    right = true
    await client.heartbeat()
  })

  it.each([
    [400, 'LAPI_REFUSED'],
    [403, 'LAPI_FORBIDDEN'],
    [404, 'LAPI_NOT_FOUND'],
    [429, 'LAPI_UNAVAILABLE'],
    [500, 'LAPI_FAILED'],
    [503, 'LAPI_UNAVAILABLE'],
  ])('turns status %d into %s with the words of the server', async (status, code) => {
    const server = await serve((seen, response) => {
      if (seen.url === '/v1/watchers/login') json(response, 200, tokenAnswer('t'))
      else json(response, status, { message: 'the reason' })
    })
    const client = new MachineClient({ url: server.url, machineId: 'm', password: 'p' })
    const message = expect.stringContaining('cannot delete decisions at')
    await expect(client.deleteDecisions({ ip: '::1' })).rejects.toMatchObject({ code, message })
    await expect(client.deleteDecisions({})).rejects.toThrow('the reason')
  })

  it('registers, and tells a machine at work from one that waits for validation', async () => {
    const server = await serve((seen, response) => {
      response.writeHead(seen.body.includes('token') ? 202 : 201).end()
    })
    const machine = { url: server.url, machineId: 'm', password: 'p' }
    expect(await registerMachine(machine)).toBe(false)
    expect(await registerMachine({ ...machine, registrationToken: 'x'.repeat(32) })).toBe(true)
  })
})
