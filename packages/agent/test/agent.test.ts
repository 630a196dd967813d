import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { MachineClient } from '@tocsin/client'
import { describe, expect, it } from 'vitest'
import { type AgentOptions, createAgent } from '../src/agent.ts'
import type { CreateEngine } from '../src/line-engine.ts'
import { fakeEngine } from './fake-engine.ts'
import { lateEngine } from './late-engine.ts'
import { FakeLocalApi } from './local-api.ts'
import { rememberingLogger, sourcesOf, temporaryFolder, until } from './log-folder.ts'
import { runForTest } from './run-for-test.ts'

const rules = { size: 3, lifetimeMs: 60_000, blackholeMs: 0 }

async function agentOn(document: string, folder: string, options: Partial<AgentOptions> = {}) {
  const api = await FakeLocalApi.start()
  const logger = rememberingLogger()
  const agent = createAgent({
    sources: sourcesOf(document),
    createEngine: fakeEngine(rules),
    client: new MachineClient({ url: api.url, machineId: 'm', password: 'p' }),
    stateFolder: join(folder, 'state'),
    logger,
    ...options,
  })
  const stop = runForTest(agent)
  await agent.ready
  return { agent, api, said: logger.said, stop }
}

function documentOf(path: string, type = 'test'): string {
  return `filename: ${JSON.stringify(path)}\nlabels: { type: ${type} }\n`
}

describe('the agent', () => {
  it('tells how it is doing', async () => {
    const folder = temporaryFolder()
    const log = join(folder, 'a.log')
    writeFileSync(log, '')
    const { agent, api } = await agentOn(documentOf(log), folder)
    await until(() => agent.stats().phase === 'live')
    appendFileSync(log, 'a 1\na 2\na 3\nb 1\n')
    await until(() => agent.stats().alerts.sent === 1 && agent.stats().alerts.pending === 0)
    expect(api.messages).toEqual(['a 3'])
    const stats = agent.stats()
    expect(stats).toMatchObject({
      phase: 'live',
      lines: 4,
      failedLines: 0,
      alerts: { raised: 1, pending: 0, sent: 1, rejected: 0, dropped: 0 },
      localApi: { awaySinceMs: null, lastError: null },
      rereadBytes: 16,
    })
    expect(stats.sources).toEqual([
      {
        name: `file ${log}`,
        kind: 'file',
        type: 'test',
        lines: 4,
        bytes: 16,
        cutLines: 0,
        cutBytes: 0,
        behindBytes: 0,
        lagMs: 0,
        lastLineMs: expect.any(Number) as number,
        silentMs: expect.any(Number) as number,
        reading: [log],
        problems: [],
      },
    ])
  })

  it('carries live buckets over a reload that adds a source', async () => {
    const folder = temporaryFolder()
    const [a, b] = [join(folder, 'a.log'), join(folder, 'b.log')]
    writeFileSync(a, '')
    writeFileSync(b, 'old 1\nold 2\nold 3\n')
    const { agent, api } = await agentOn(documentOf(a), folder)
    await until(() => agent.stats().phase === 'live')
    appendFileSync(a, 'x 1\nx 2\n')
    await until(() => agent.stats().lines === 2)
    agent.reload({ sources: sourcesOf(`${documentOf(a)}---\n${documentOf(b, 'other')}`) })
    await until(() => agent.stats().sources.length === 2 && agent.stats().phase === 'live')
    appendFileSync(b, 'y 1\ny 2\ny 3\n')
    appendFileSync(a, 'x 3\n')
    await until(() => api.alerts.length === 2)
    expect(api.messages.toSorted()).toEqual(['x 3', 'y 3'])
  })

  it('reads one file for every source that names it, once each', async () => {
    const folder = temporaryFolder()
    const log = join(folder, 'a.log')
    writeFileSync(log, '')
    const document = `${documentOf(log, 'one')}---\n${documentOf(log, 'two')}---\n${documentOf(log, 'two')}`
    const { agent, stop } = await agentOn(document, folder)
    await until(() => agent.stats().phase === 'live')
    appendFileSync(log, 'a 1\n')
    await until(() => agent.stats().lines === 3)
    await stop()
    appendFileSync(log, 'a 2\n')
    const again = await agentOn(document, folder)
    await until(() => again.agent.stats().lines === 3)
    await new Promise((resolve) => setTimeout(resolve, 600))
    expect(again.agent.stats().sources.map(({ lines }) => lines)).toEqual([1, 1, 1])
  })

  it('warns of a source that has fallen silent', async () => {
    const folder = temporaryFolder()
    const log = join(folder, 'a.log')
    writeFileSync(log, '')
    const { agent, said } = await agentOn(documentOf(log), folder, { silentAfterMs: 1500 })
    await until(() => agent.stats().phase === 'live')
    appendFileSync(log, 'a 1\n')
    await until(() => said.some((text) => text.startsWith('warn: no line came from')))
    appendFileSync(log, 'a 2\n')
    await until(() => said.some((text) => text.includes('lines come from')))
    expect(said.filter((text) => text.startsWith('warn:'))).toHaveLength(1)
  })

  it('bears an engine that fails on a line', async () => {
    const folder = temporaryFolder()
    const log = join(folder, 'a.log')
    writeFileSync(log, '')
    const failing: CreateEngine = (host) => {
      const engine = fakeEngine(rules)(host)
      return {
        process: (line, mode) => {
          if (line.raw.startsWith('bad')) throw new Error('cannot take this line')
          engine.process(line, mode)
        },
        tick: (nowMs) => engine.tick(nowMs),
        oldestLiveMs: () => engine.oldestLiveMs(),
      }
    }
    const { agent, api, said } = await agentOn(documentOf(log), folder, { createEngine: failing })
    await until(() => agent.stats().phase === 'live')
    appendFileSync(log, 'a 1\nbad\na 2\nbad\na 3\n')
    await until(() => api.alerts.length === 1)
    expect(agent.stats().failedLines).toBe(2)
    expect(said.filter((text) => text.includes('cannot take this line'))).toHaveLength(1)
  })

  it('has what an overflow that waited makes happen at the time of its lines', async () => {
    const folder = temporaryFolder()
    const log = join(folder, 'a.log')
    writeFileSync(log, '')
    const left: number[] = []
    const createEngine = lateEngine(rules, 300, ({ stop_at }, nowMs) =>
      left.push(nowMs - Date.parse(stop_at)),
    )
    const { agent, api } = await agentOn(documentOf(log), folder, { createEngine })
    await until(() => agent.stats().phase === 'live')
    appendFileSync(log, 'a 1\na 2\na 3\n')
    await until(() => api.alerts.length === 1)
    expect(left).toEqual([0])
  })

  it('reads on while overflows wait, and delivers what waits at a stop after the next start', async () => {
    const folder = temporaryFolder()
    const log = join(folder, 'a.log')
    writeFileSync(log, '')
    const first = await agentOn(documentOf(log), folder, { createEngine: lateEngine(rules, 5000) })
    await until(() => first.agent.stats().phase === 'live')
    appendFileSync(log, 'a 1\na 2\na 3\nb 1\n')
    await until(() => first.agent.stats().lines === 4)
    appendFileSync(log, 'a 4\n')
    await until(() => first.agent.stats().lines === 5)
    expect(first.agent.stats().alerts.raised).toBe(0)
    await first.stop()
    const second = await agentOn(documentOf(log), folder, { createEngine: lateEngine(rules, 100) })
    appendFileSync(log, 'a 5\na 6\nb 2\nb 3\n')
    await until(() => second.api.alerts.length === 3)
    await new Promise((resolve) => setTimeout(resolve, 1200))
    expect([...first.api.messages, ...second.api.messages]).toEqual(['a 3', 'a 6', 'b 3'])
  })
})
