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
  let besideLong = 0
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  app.post('/work', { config: { authenticated: true } }, async (request, reply) => {
    const [kind = ''] = request.body as string[]
    if (kind === 'short') besideLong = atOnce
    if (kind !== 'stays') return await reply.send('[]')
    most = Math.max(most, ++atOnce)
    await released
    await setTimeout(20)
    atOnce--
    return await reply.send('[]')
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const address = app.server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/work`
  const send = async (kind: string, length: number, signal?: AbortSignal) => {
    const body = JSON.stringify([kind, 'x'.repeat(length)])
    const response = await fetch(url, { method: 'POST', body, ...(signal ? { signal } : {}) })
    await response.text()
    return response.status
  }
  const all = [1, 2, 3].map(async () => await send('stays', long))
  await expect.poll(() => atOnce).toBe(1)
  const leaving = send('leaves', long, AbortSignal.timeout(200)).catch(() => 'left')
  expect(await send('short', 1)).toBe(200)
  expect(await leaving).toBe('left')
  release()
  expect(await Promise.all(all)).toEqual([200, 200, 200])
  expect(await send('stays', long)).toBe(200)
  expect(most).toBe(1)
  expect(besideLong).toBe(1)
})

const long = 5 * 1024 * 1024
