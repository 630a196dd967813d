import {
  appendFileSync,
  copyFileSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { createAgent } from '../src/agent.ts'
import { fakeEngine } from './fake-engine.ts'
import { documentOf, numbered, readerOf, textOf } from './line-reader.ts'
import { rememberingLogger, temporaryFolder, until } from './log-folder.ts'

describe('a file that is read once', () => {
  it('is read plain or packed, and not again after a restart', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'a.log'), textOf(numbered(1, 2)) + 'line last')
    writeFileSync(join(folder, 'b.log.gz'), gzipSync(textOf(numbered(3, 4))))
    const document = `mode: cat\n${documentOf(join(folder, '*.log*'))}`
    const first = readerOf(folder, document)
    await first.has([...numbered(1, 2), 'line last', ...numbered(3, 4)])
    await first.stop()
    const second = readerOf(folder, document)
    await until(
      () => second.said.filter((text) => text.includes('was read before')).length === 2,
      () => second.said,
    )
    expect(second.lines).toEqual([])
  })
})

describe('a restart', () => {
  it('goes on where the last process stopped, over rotation of every form', async () => {
    const folder = temporaryFolder()
    const log = join(folder, 'app.log')
    const long = 'x'.repeat(200)
    const entries = numbered(1, 60).map((line) => `${line} ${long}`)
    writeFileSync(log, '')
    const first = readerOf(folder, documentOf(log))
    await first.live()
    appendFileSync(log, textOf(entries.slice(0, 10)))
    await first.has(entries.slice(0, 10))
    await first.stop()
    // Renamed, and packed as well.
    appendFileSync(log, textOf(entries.slice(10, 15)))
    renameSync(log, `${log}.1`)
    writeFileSync(log, textOf(entries.slice(15, 20)))
    const second = readerOf(folder, documentOf(log))
    await second.has(entries.slice(10, 20))
    await second.stop()
    appendFileSync(log, textOf(entries.slice(20, 25)))
    writeFileSync(`${log}.2.gz`, gzipSync(readFileSync(log)))
    rmSync(log)
    writeFileSync(log, textOf(entries.slice(25, 30)))
    const third = readerOf(folder, documentOf(log))
    await third.has(entries.slice(20, 30))
    await third.stop()
    // Copied and truncated.
    appendFileSync(log, textOf(entries.slice(30, 35)))
    copyFileSync(log, `${log}.3`)
    truncateSync(log)
    appendFileSync(log, textOf(entries.slice(35, 40)))
    const fourth = readerOf(folder, documentOf(log))
    await fourth.has(entries.slice(30, 40))
  })

  it('after several rotations reads every file that was missed, in order', async () => {
    const folder = temporaryFolder()
    const log = join(folder, 'app.log')
    const other = join(folder, 'app-admin.log.1')
    writeFileSync(log, '')
    const first = readerOf(folder, documentOf(log))
    await first.live()
    appendFileSync(log, textOf(numbered(1, 3)))
    await first.has(numbered(1, 3))
    await first.stop()
    const written = (path: string, lines: readonly string[], secondsAgo: number) => {
      appendFileSync(path, textOf(lines))
      const time = Date.now() / 1000 + 100 - secondsAgo
      utimesSync(path, time, time)
    }
    written(log, numbered(4, 5), 40)
    renameSync(log, `${log}.3`)
    written(`${log}.2`, numbered(6, 7), 30)
    writeFileSync(`${log}.2.gz`, gzipSync(readFileSync(`${log}.2`)))
    utimesSync(`${log}.2.gz`, Date.now() / 1000 + 70, Date.now() / 1000 + 70)
    rmSync(`${log}.2`)
    written(`${log}.1`, numbered(8, 9), 20)
    written(log, numbered(10, 11), 10)
    written(other, ['other log'], 10)
    const second = readerOf(folder, documentOf(log))
    await until(
      () => second.lines.length >= 8,
      () => second.said,
    )
    // The file that was being read comes with its own time, so only the order of the others is told.
    expect(second.lines.toSorted()).toEqual(numbered(4, 11).toSorted())
    const missed = second.lines.filter((line) => !numbered(4, 5).includes(line))
    expect(missed).toEqual(numbered(6, 11))
  })

  it('is refused while another process uses the state folder, and where it cannot be written', async () => {
    const folder = temporaryFolder()
    const reader = readerOf(folder, documentOf(join(folder, 'a.log')))
    await reader.live()
    const other = createAgent({
      sources: [],
      createEngine: fakeEngine({ size: 1, lifetimeMs: 1, blackholeMs: 0 }),
      client: { pushAlerts: () => Promise.resolve([]), heartbeat: () => Promise.resolve() },
      stateFolder: join(folder, 'state'),
      logger: rememberingLogger(),
    })
    await expect(other.run(new AbortController().signal)).rejects.toMatchObject({
      code: 'AGENT_STATE_IN_USE',
    })
    writeFileSync(join(folder, 'file'), '')
    const third = createAgent({
      sources: [],
      createEngine: fakeEngine({ size: 1, lifetimeMs: 1, blackholeMs: 0 }),
      client: { pushAlerts: () => Promise.resolve([]), heartbeat: () => Promise.resolve() },
      stateFolder: join(folder, 'file'),
      logger: rememberingLogger(),
    })
    await expect(third.run(new AbortController().signal)).rejects.toMatchObject({
      code: 'AGENT_STATE_FAILED',
    })
  })
})
