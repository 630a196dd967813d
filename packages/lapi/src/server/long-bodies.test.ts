import { setTimeout } from 'node:timers/promises'
import { afterEach, expect, it } from 'vitest'
import { silentLogger } from '@tocsin/model'
import { type App, createApp } from './app.ts'

let app: App | undefined
afterEach(async () => {
  await app?.close()
})

it('works on one long body after another, also where a sender leaves, and on short ones meanwhile', async () => {
  app = createApp(silentLogger)
  let atOnce = 0
  let most = 0
  let short = 0
  app.post('/work', { config: { authenticated: true } }, async (request, reply) => {
    if ((request.body as string[]).length === 0) {
      short += atOnce
      return await reply.send('[]')
    }
    most = Math.max(most, ++atOnce)
    await setTimeout(100)
    atOnce--
    return await reply.send('[]')
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const address = app.server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/work`
  const long = JSON.stringify(['x'.repeat(5 * 1024 * 1024)])
  const send = async (body: string, signal?: AbortSignal) => {
    const response = await fetch(url, { method: 'POST', body, ...(signal ? { signal } : {}) })
    await response.text()
    return response.status
  }
  const all = [1, 2, 3].map(async () => await send(long))
  const leaving = send(long, AbortSignal.timeout(120)).catch(() => 'left')
  await expect.poll(() => atOnce).toBe(1)
  expect(await send('[]')).toBe(200)
  expect(await Promise.all(all)).toEqual([200, 200, 200])
  await leaving
  expect(await send(long)).toBe(200)
  expect(most).toBe(1)
  expect(short).toBe(1)
})
