import { execFile } from 'node:child_process'
import { connect, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, describe, expect, it } from 'vitest'
import { type Running, start, wireAlert, wireDecision } from './harness.ts'

const sockets: Socket[] = []
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy()
})

async function opened(port: number, text = ''): Promise<Socket> {
  return await new Promise<Socket>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      if (text !== '') socket.write(text)
      resolve(socket)
    })
    sockets.push(socket)
    socket.once('error', reject)
  })
}

/** What is really held, without what waits to be collected. */
function memoryInUse(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

async function isServed({ send }: Running): Promise<boolean> {
  return (await send({ path: '/v1/decisions', headers: { 'x-api-key': 'k1' } })).status === 200
}

const flood = fileURLToPath(new URL('fixture/idle-connections.ts', import.meta.url))

describe('slow clients', () => {
  it('that send a head or a body bit by bit do not hold up others', async () => {
    const running = await start()
    const head = 'POST /v1/watchers HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n'
    for (let i = 0; i < 200; i++) await opened(running.port, i % 2 ? head : `${head}\r\n{"machine_id":`)
    expect(await isServed(running)).toBe(true)
  })

  it('that take nothing of a long answer cost no memory for it', async () => {
    const running = await start()
    const decisions = Array.from({ length: 50_000 }, (_, i) =>
      wireDecision(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`),
    )
    await running.machine.pushAlerts([wireAlert('x', { decisions })])
    const before = memoryInUse()
    for (const query of ['startup=true', 'startup=true&push=true']) {
      for (let i = 0; i < 10; i++) {
        const socket = await opened(
          running.port,
          `GET /v1/decisions/stream?${query} HTTP/1.1\r\nHost: x\r\nX-Api-Key: k1\r\n\r\n`,
        )
        socket.pause()
      }
    }
    await new Promise((done) => setTimeout(done, 500))
    expect(await isServed(running)).toBe(true)
    // Twenty whole answers would be 180 MB.
    expect(memoryInUse() - before).toBeLessThan(40e6)
  }, 60_000)

  it('by the ten thousand, connected and silent, are no trouble', async () => {
    const running = await start()
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [flood, String(running.port), '10000', 'k1'],
      {
        timeout: 60_000,
      },
    )
    expect(JSON.parse(stdout)).toEqual({ connected: 10_000, status: 200 })
    expect(await isServed(running)).toBe(true)
  }, 90_000)
})
