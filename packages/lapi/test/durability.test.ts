import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { MachineClient } from '../../client/src/index.ts'
import { openStore, type StoreOptions } from '../src/index.ts'
import { type Database, describeDatabases } from './databases.ts'
import { wireAlert, wireDecision } from './harness.ts'

const script = fileURLToPath(new URL('fixture/serve.ts', import.meta.url))

async function serve(place: StoreOptions): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [script, JSON.stringify(place)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  return { child, url: `http://127.0.0.1:${line.toString().trim()}` }
}

describeDatabases((database) => {
  const name = `keeps every alert that it acknowledged when it is killed in the middle of pushes, on ${database.name}`
  it(name, async () => await killTwice(database), 60_000)
})

async function killTwice(database: Database): Promise<void> {
  const place = database.create()
  const acknowledged: string[] = []
  for (let round = 0; round < 2; round++) {
    const { child, url } = await serve(place)
    const machine = new MachineClient({ url, machineId: 'm1', password: 'pw' })
    const push = async (worker: number) => {
      for (let i = 0; ; i++) {
        const value = `198.18.${worker}.${i & 255}`
        const batch = [
          wireAlert(value),
          wireAlert(value, { decisions: [wireDecision(value), wireDecision(value)] }),
        ]
        acknowledged.push(...(await machine.pushAlerts(batch)))
      }
    }
    const workers = Promise.allSettled([0, 1, 2, 3].map(push))
    await expect.poll(() => acknowledged.length, { timeout: 20_000 }).toBeGreaterThan((round + 1) * 60)
    child.kill('SIGKILL')
    await once(child, 'exit')
    await workers
  }
  const store = await openStore(place)
  const page = { limit: 100_000, order: 'asc', withDecisions: true } as const
  const stored = new Map((await store.alerts.page({}, page)).map((alert) => [String(alert.id), alert]))
  await store.close()
  const lost = acknowledged.filter((id) => !stored.has(id))
  expect(lost).toEqual([])
  expect(new Set(acknowledged).size).toBe(acknowledged.length)
  // A batch is whole or not there: each has one alert with one decision and one with two.
  const counts = [...stored.values()].map(({ decisions }) => decisions.length)
  expect(counts.filter((count) => count === 1).length).toBe(counts.filter((count) => count === 2).length)
  expect(counts.every((count) => count === 1 || count === 2)).toBe(true)
}
