import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { silentLogger } from '@tocsin/model'
import { type App, createApp } from './app.ts'
import { sendText } from './json-stream.ts'

let app: App | undefined
afterEach(async () => {
  await app?.close()
})

async function* many(count: number, made: { count: number }): AsyncGenerator<string> {
  yield '[0'
  for (let i = 0; i < count; i++) {
    made.count++
    yield await Promise.resolve(`,"${'é'.repeat(1000)}"`)
  }
  yield ']'
}

async function serve(pieces: () => AsyncIterable<string>): Promise<number> {
  app = createApp(silentLogger)
  app.get('/list', async (_request, reply) => await sendText(reply, 'application/json', pieces()))
  await app.listen({ port: 0, host: '127.0.0.1' })
  const address = app.server.address()
  return typeof address === 'object' && address ? address.port : 0
}

describe('answers made while they are sent', () => {
  it('are lists, whole', async () => {
    for (const count of [0, 1, 100, 5000]) {
      const port = await serve(() => many(count, { count: 0 }))
      const response = await fetch(`http://127.0.0.1:${port}/list`)
      expect(response.headers.get('content-type')).toBe('application/json')
      const list = (await response.json()) as unknown[]
      expect(list.length).toBe(count + 1)
      expect(new Set(list.slice(1)).size).toBe(Math.min(count, 1))
      await app?.close()
    }
  })

  it('wait for a client that does not read, and stop where it leaves', async () => {
    const made = { count: 0 }
    const port = await serve(() => many(200_000, made))
    const socket = connect(port, '127.0.0.1')
    socket.pause()
    socket.write('GET /list HTTP/1.1\r\nHost: x\r\n\r\n')
    await expect.poll(() => made.count).toBeGreaterThan(100)
    await settled(made)
    expect(made.count).toBeLessThan(20_000)
    socket.destroy()
    await settled(made)
    expect(made.count).toBeLessThan(20_000)
  })

  it('that fail at their beginning are errors, later they break off', async () => {
    const port = await serve(() => failing(0))
    expect((await fetch(`http://127.0.0.1:${port}/list`)).status).toBe(500)
    await app?.close()
    const late = await serve(() => failing(100_000))
    await expect((await fetch(`http://127.0.0.1:${late}/list`)).text()).rejects.toThrow()
  })
})

async function* failing(length: number): AsyncGenerator<string> {
  for (let i = 0; i < length; i += 1000) yield await Promise.resolve('x'.repeat(1000))
  throw new Error('the disk is gone')
}

/** Waits until nothing more is made. */
async function settled(made: { count: number }): Promise<void> {
  for (let last = -1; last !== made.count;) {
    last = made.count
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
