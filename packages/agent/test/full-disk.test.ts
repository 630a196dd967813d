import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { WireAlert } from '@tocsin/model'
import { expect, it, onTestFinished } from 'vitest'
import { describeNeeding, type Need } from '../../testkit/src/index.ts'
import { createAgent } from '../src/agent.ts'
import { fakeEngine } from './fake-engine.ts'
import { rememberingLogger, sourcesOf, temporaryFolder, until } from './log-folder.ts'

/** The right to mount a small disk. */
function needMount(): Need {
  const probe = '/tmp/tocsin-mount-probe'
  const need = { what: 'the right to mount a tmpfs', howToGet: 'run the tests as root with CAP_SYS_ADMIN' }
  try {
    mkdirSync(probe, { recursive: true })
    execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', probe], { stdio: 'ignore' })
    execFileSync('/bin/umount', [probe], { stdio: 'ignore' })
    return { ...need, met: true }
  } catch {
    return { ...need, met: false }
  } finally {
    rmSync(probe, { recursive: true, force: true })
  }
}

describeNeeding([needMount()], 'a state folder on a full disk', () => {
  it('holds the reading up, is said once, and loses nothing', async () => {
    const folder = temporaryFolder()
    const stateFolder = join(folder, 'state')
    const log = join(folder, 'app.log')
    mkdirSync(stateFolder)
    execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=200k', 'none', stateFolder])
    writeFileSync(log, '')
    const delivered: string[] = []
    const logger = rememberingLogger()
    const agent = createAgent({
      sources: sourcesOf(`filename: ${JSON.stringify(log)}\nlabels: { type: test }\n`),
      createEngine: fakeEngine({ size: 1, lifetimeMs: 60_000, blackholeMs: 0 }),
      client: {
        pushAlerts: (alerts: readonly WireAlert[]) => {
          delivered.push(...alerts.map(({ message }) => message))
          return Promise.resolve([])
        },
        heartbeat: () => Promise.resolve(),
      },
      stateFolder,
      logger,
    })
    const stopping = new AbortController()
    const running = agent.run(stopping.signal)
    onTestFinished(async () => {
      stopping.abort()
      await running
      execFileSync('/bin/umount', [stateFolder])
    })
    await agent.ready
    const filler = join(stateFolder, 'filler')
    expect(() => writeFileSync(filler, Buffer.alloc(1_000_000))).toThrow(/ENOSPC/)
    const lines = Array.from({ length: 100 }, (_, index) => `line ${index}`)
    for (const line of lines) {
      appendFileSync(log, `${line}\n`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    await until(() => logger.said.some((text) => text.includes('no lines are read until it works')))
    expect(delivered.length).toBeLessThan(100)
    rmSync(filler)
    await until(() => delivered.length >= 100)
    expect(delivered).toEqual(lines)
    const errors = logger.said.filter((text) => text.startsWith('error:'))
    expect(errors.length).toBe(new Set(errors).size)
  })
})
