import { describe, expect, it } from 'vitest'
import { BouncerClient } from '../../client/src/index.ts'
import { openStore } from '../src/index.ts'
import { join } from 'node:path'
import { connect } from 'node:net'
import { type Running, start, wireAlert, wireDecision } from './harness.ts'
import { temporaryFolder } from './temporary-folder.ts'

async function ban({ machine }: Running, value: string, duration = '4h'): Promise<void> {
  await machine.pushAlerts([wireAlert(value, { decisions: [wireDecision(value, { duration })] })])
}

async function pull(
  bouncer: BouncerClient,
  startup = false,
): Promise<{ added: string[]; deleted: string[] }> {
  const { new: added, deleted } = await bouncer.stream({ startup })
  return { added: added.map(({ value }) => value), deleted: deleted.map(({ value }) => value) }
}

describe('the decision stream', () => {
  it('begins with everything and goes on with what changed', async () => {
    const running = await start()
    const { bouncer, machine, pass } = running
    await ban(running, '192.0.2.1')
    await ban(running, '192.0.2.2', '10m')
    expect(await pull(bouncer, true)).toEqual({ added: ['192.0.2.1', '192.0.2.2'], deleted: [] })
    pass(10_000)
    expect(await pull(bouncer)).toEqual({ added: [], deleted: [] })
    await ban(running, '192.0.2.3')
    await machine.deleteDecisions({ ip: '192.0.2.1' })
    pass(10_000)
    expect(await pull(bouncer)).toEqual({ added: ['192.0.2.3'], deleted: ['192.0.2.1'] })
    pass(600_000)
    expect(await pull(bouncer)).toEqual({ added: [], deleted: ['192.0.2.2'] })
    pass(10_000)
    expect(await pull(bouncer)).toEqual({ added: [], deleted: [] })
  })

  it('loses nothing to another client of the same key, nor to live queries', async () => {
    const running = await start()
    const { bouncer, url, pass } = running
    const other = new BouncerClient({ url, key: 'k1', userAgent: 'other/v2' })
    await pull(bouncer, true)
    await pull(other, true)
    pass(100_000)
    await ban(running, '192.0.2.1')
    await bouncer.decisions({ ip: '192.0.2.1' })
    pass(100_000)
    await bouncer.decisions({})
    expect((await pull(other)).added).toEqual(['192.0.2.1'])
    expect((await pull(bouncer)).added).toEqual(['192.0.2.1'])
  })

  it('repeats what a client did not get to the end', async () => {
    const running = await start()
    const { bouncer, machine, port } = running
    await pull(bouncer, true)
    const decisions = Array.from({ length: 20_000 }, (_, i) => wireDecision(`198.18.${i >> 8}.${i & 255}`))
    await machine.pushAlerts([wireAlert('198.18.0.0', { decisions })])
    await new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        const head =
          'GET /v1/decisions/stream HTTP/1.1\r\nHost: x\r\nX-Api-Key: k1\r\nUser-Agent: test-bouncer/v1\r\n\r\n'
        socket.write(head)
      })
      socket.once('data', () => {
        socket.destroy()
        resolve()
      })
    })
    expect((await pull(bouncer)).added).toHaveLength(20_000)
    expect((await pull(bouncer)).added).toHaveLength(0)
  })

  it('goes on where it was after a restart', async () => {
    const path = join(temporaryFolder(), 'tocsin.db')
    const first = await start({ path })
    await ban(first, '192.0.2.1')
    first.pass(10_000)
    await pull(first.bouncer, true)
    first.pass(10_000)
    await ban(first, '192.0.2.2')
    await first.machine.deleteDecisions({ ip: '192.0.2.1' })
    first.pass(10_000)
    await first.close()
    const second = await start({ store: await openStore({ path }), clock: first.now })
    first.pass(10_000)
    expect(await pull(second.bouncer)).toEqual({ added: ['192.0.2.2'], deleted: ['192.0.2.1'] })
    expect(await pull(second.bouncer)).toEqual({ added: [], deleted: [] })
  })

  it('shows a bouncer that waits for weeks all that ended since', async () => {
    const running = await start()
    const { bouncer, pass } = running
    await ban(running, '192.0.2.1', '1h')
    await pull(bouncer, true)
    pass(30 * 24 * 3_600_000)
    expect((await pull(bouncer)).deleted).toEqual(['192.0.2.1'])
  })

  it('withholds the end of a decision while a later one on the same value stands', async () => {
    const running = await start()
    const { bouncer, pass } = running
    await ban(running, '192.0.2.1', '10m')
    await pull(bouncer, true)
    pass(590_000)
    await pull(bouncer)
    pass(15_000)
    await bouncer.decisions({})
    await ban(running, '192.0.2.1', '4h')
    expect(await pull(bouncer)).toEqual({ added: ['192.0.2.1'], deleted: [] })
  })

  it('of very many decisions on one value shows the longest, and is as fast as any other', async () => {
    const running = await start()
    const { bouncer, machine } = running
    const decisions = Array.from({ length: 20_000 }, (_, i) =>
      wireDecision('192.0.2.1', { duration: `${3600 + i}s` }),
    )
    await machine.pushAlerts([wireAlert('192.0.2.1', { decisions })])
    expect(await pull(bouncer, true)).toEqual({ added: ['192.0.2.1'], deleted: [] })
    expect(await machine.deleteDecisions({ ip: '192.0.2.1' })).toBe(20_000)
    running.pass(10_000)
    expect((await pull(bouncer)).added).toEqual([])
  })
})
