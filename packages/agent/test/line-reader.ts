import { join } from 'node:path'
import type { WireAlert } from '@tocsin/model'
import { expect } from 'vitest'
import { type AgentOptions, createAgent } from '../src/agent.ts'
import { fakeEngine } from './fake-engine.ts'
import { rememberingLogger, sourcesOf, until } from './log-folder.ts'
import { runForTest } from './run-for-test.ts'

/** An agent for which every line is an alert: what it delivers is what was read. */
export function readerOf(folder: string, document: string, options: Partial<AgentOptions> = {}) {
  const lines: string[] = []
  const logger = rememberingLogger()
  const agent = createAgent({
    sources: sourcesOf(document),
    createEngine: fakeEngine({ size: 1, lifetimeMs: 60_000, blackholeMs: 0 }),
    client: {
      pushAlerts: (alerts: readonly WireAlert[]) => {
        lines.push(...alerts.map(({ message }) => message))
        return Promise.resolve([])
      },
      heartbeat: () => Promise.resolve(),
    },
    stateFolder: join(folder, 'state'),
    logger,
    ...options,
  })
  const stop = runForTest(agent)
  const live = () => until(() => agent.stats().phase === 'live')
  const has = (expected: readonly string[]) =>
    until(
      () => lines.length >= expected.length,
      () => ({ lines, said: logger.said }),
    ).then(() => expect(lines).toEqual(expected))
  return { lines, said: logger.said, agent, live, has, stop }
}

/** An acquisition document that follows these files. */
export function documentOf(...filenames: string[]): string {
  return `filenames: ${JSON.stringify(filenames)}\nlabels: { type: test }\n`
}

/** Lines that can be told apart. */
export function numbered(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}`)
}

/** Lines as they stand in a file. */
export function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('')
}
