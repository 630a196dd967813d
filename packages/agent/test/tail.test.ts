import { execFile } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  renameSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import { documentOf, numbered, readerOf, textOf } from './line-reader.ts'
import { temporaryFolder, until } from './log-folder.ts'

/** Root may read everything: the rest of the test runs as nobody, to whom the folder is given. */
function asUnprivileged(folder: string): void {
  const nobody = 65534
  if (process.geteuid?.() !== 0) return
  for (const name of ['', ...readdirSync(folder)]) chownSync(join(folder, name), nobody, nobody)
  process.seteuid?.(nobody)
  onTestFinished(() => process.seteuid?.(0))
}

describe('a followed file', () => {
  it('is read from its end at the first start, and this is said', async () => {
    const folder = temporaryFolder()
    const log = join(folder, 'app.log')
    writeFileSync(log, textOf(numbered(1, 5)))
    const reader = readerOf(folder, documentOf(log))
    await reader.live()
    appendFileSync(log, textOf(numbered(6, 8)))
    await reader.has(numbered(6, 8))
    expect(reader.said).toContainEqual(
      expect.stringMatching(/app\.log: reading what is written from now on; 35 bytes/),
    )
  })

  it('is read from its beginning if so configured', async () => {
    const folder = temporaryFolder()
    const log = join(folder, 'app.log')
    writeFileSync(log, textOf(numbered(1, 5)))
    const reader = readerOf(folder, documentOf(log), { startAt: 'beginning' })
    await reader.has(numbered(1, 5))
  })

  it('that does not exist yet is waited for, and read from its beginning when it appears', async () => {
    const folder = temporaryFolder()
    const log = join(folder, 'later', 'app.log')
    const reader = readerOf(folder, documentOf(log))
    await reader.live()
    mkdirSync(join(folder, 'later'))
    writeFileSync(log, textOf(numbered(1, 3)))
    await reader.has(numbered(1, 3))
    const about = reader.said.filter((text) => text.includes('app.log'))
    expect(about).toEqual([
      `warn: ${log} is not there: waiting for it`,
      `info: ${log} is there now`,
      `info: ${log}: reading from the beginning`,
    ])
  })

  it('is read on when it is renamed, then the file that takes its name', async () => {
    const folder = temporaryFolder()
    const log = join(folder, 'app.log')
    writeFileSync(log, '')
    const reader = readerOf(folder, documentOf(log))
    await reader.live()
    appendFileSync(log, textOf(numbered(1, 3)))
    await reader.has(numbered(1, 3))
    appendFileSync(log, textOf(numbered(4, 5)))
    renameSync(log, `${log}.1`)
    appendFileSync(`${log}.1`, textOf(numbered(6, 6)))
    writeFileSync(log, textOf(numbered(7, 8)))
    await reader.has(numbered(1, 8))
    // The writer has not noticed yet.
    appendFileSync(`${log}.1`, 'line late\n')
    appendFileSync(log, textOf(numbered(9, 9)))
    await until(
      () => reader.lines.length === 10,
      () => reader.lines,
    )
    expect(reader.lines.toSorted()).toEqual([...numbered(1, 9), 'line late'].toSorted())
  })

  it('is read from its beginning after copytruncate, and its rest from the copy', async () => {
    const folder = temporaryFolder()
    const log = join(folder, 'app.log')
    const long = 'x'.repeat(200)
    const entries = numbered(1, 30).map((line) => `${line} ${long}`)
    writeFileSync(log, '')
    const reader = readerOf(folder, documentOf(`${log}*`))
    await reader.live()
    appendFileSync(log, textOf(entries.slice(0, 10)))
    await reader.has(entries.slice(0, 10))
    // Nothing is awaited in between: the agent sees all of it at once.
    appendFileSync(log, textOf(entries.slice(10, 20)))
    copyFileSync(log, `${log}.1`)
    truncateSync(log, 0)
    appendFileSync(log, textOf(entries.slice(20)))
    await reader.has(entries)
    await new Promise((resolve) => setTimeout(resolve, 700))
    expect(reader.lines).toEqual(entries)
  })

  it('that is truncated and grows beyond where it was is noticed by its first bytes', async () => {
    const folder = temporaryFolder()
    const log = join(folder, 'app.log')
    writeFileSync(log, '')
    const reader = readerOf(folder, documentOf(log))
    await reader.live()
    appendFileSync(log, textOf(numbered(1, 3)))
    await reader.has(numbered(1, 3))
    writeFileSync(log, textOf(numbered(4, 20)))
    await reader.has(numbered(1, 20))
  })

  it('behind a symbolic link is replaced when the link is switched', async () => {
    const folder = temporaryFolder()
    const link = join(folder, 'current.log')
    writeFileSync(join(folder, 'a.log'), '')
    symlinkSync('a.log', link)
    const reader = readerOf(folder, documentOf(link))
    await reader.live()
    appendFileSync(link, textOf(numbered(1, 2)))
    await reader.has(numbered(1, 2))
    appendFileSync(link, textOf(numbered(3, 3)))
    writeFileSync(join(folder, 'b.log'), textOf(numbered(4, 5)))
    symlinkSync('b.log', `${link}.new`)
    renameSync(`${link}.new`, link)
    await reader.has(numbered(1, 5))
  })

  it('that is deleted is read to its end and waited for', async () => {
    const folder = temporaryFolder()
    const log = join(folder, 'app.log')
    writeFileSync(log, '')
    const reader = readerOf(folder, documentOf(log))
    await reader.live()
    appendFileSync(log, textOf(numbered(1, 2)))
    unlinkSync(log)
    await reader.has(numbered(1, 2))
    await until(() => reader.said.some((text) => text.includes('is not there: waiting')))
    writeFileSync(log, textOf(numbered(3, 4)))
    await reader.has(numbered(1, 4))
  })

  it('is followed without hints of the system too', async () => {
    const folder = temporaryFolder()
    const log = join(folder, 'app.log')
    writeFileSync(log, '')
    const reader = readerOf(folder, `poll_without_inotify: true\n${documentOf(log)}`)
    await reader.live()
    appendFileSync(log, textOf(numbered(1, 2)))
    await reader.has(numbered(1, 2))
    renameSync(log, `${log}.1`)
    writeFileSync(log, textOf(numbered(3, 4)))
    await reader.has(numbered(1, 4))
  })
})

describe('a program that rotates its log in every way while it writes', () => {
  const patterns = ['app.log', 'app.log*']
  it.each(patterns)('has every line read once, through %s', { timeout: 60_000 }, async (pattern) => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'app.log'), '')
    const reader = readerOf(folder, documentOf(join(folder, pattern)))
    await reader.live()
    const writer = fileURLToPath(new URL('writer.ts', import.meta.url))
    const { stdout } = await promisify(execFile)(process.execPath, [writer, folder])
    const count = Number(stdout)
    await until(
      () => reader.lines.length >= count,
      () => [reader.lines.length, count, reader.said],
    )
    await new Promise((resolve) => setTimeout(resolve, 1200))
    const given = reader.lines.map((line) => Number(line.split(' ')[1])).toSorted((a, b) => a - b)
    expect(given).toEqual(Array.from({ length: count }, (_, index) => index + 1))
  })
})

describe('a pattern', () => {
  it('takes in files that appear, leaves out excluded and compressed ones, and reads no renamed one twice', async () => {
    const folder = temporaryFolder()
    const pattern = join(folder, '*.log*')
    const reader = readerOf(
      folder,
      `exclude_regexps: ['debug']\ndiscovery_poll_interval: 100ms\n${documentOf(pattern)}`,
    )
    await reader.live()
    writeFileSync(join(folder, 'a.log'), textOf(numbered(1, 2)))
    await reader.has(numbered(1, 2))
    writeFileSync(join(folder, 'debug.log'), textOf(numbered(100, 101)))
    writeFileSync(join(folder, 'b.log.gz'), gzipSync(textOf(numbered(200, 201))))
    renameSync(join(folder, 'a.log'), join(folder, 'a.log.1'))
    writeFileSync(join(folder, 'a.log'), textOf(numbered(3, 4)))
    await reader.has(numbered(1, 4))
    renameSync(join(folder, 'a.log.1'), join(folder, 'a.log.2'))
    renameSync(join(folder, 'a.log'), join(folder, 'a.log.1'))
    writeFileSync(join(folder, 'a.log'), textOf(numbered(5, 6)))
    await reader.has(numbered(1, 6))
    expect(reader.said.filter((text) => text.includes('compressed'))).toHaveLength(1)
  })
})

describe('what cannot be read', () => {
  it('is said once with the cure, and the other files are read', async () => {
    const folder = temporaryFolder()
    const closed = join(folder, 'closed.log')
    const open = join(folder, 'open.log')
    mkdirSync(join(folder, 'folder.log'))
    writeFileSync(open, '')
    writeFileSync(closed, '')
    chmodSync(closed, 0)
    asUnprivileged(folder)
    const reader = readerOf(
      folder,
      documentOf(closed, join(folder, 'folder.log'), open, join(folder, 'none-*')),
    )
    await reader.live()
    appendFileSync(open, textOf(numbered(1, 1)))
    await reader.has(numbered(1, 1))
    const isFolder = `cannot read ${join(folder, 'folder.log')}: it is a folder`
    expect(reader.said).toContainEqual(expect.stringContaining(isFolder))
    expect(reader.said).toContainEqual(expect.stringContaining('no file matches'))
    const isClosed = `cannot read ${closed}: permission denied; let the user`
    expect(reader.said).toContainEqual(expect.stringContaining(isClosed))
    expect(reader.agent.stats().sources[0]?.problems).toHaveLength(2)
    chmodSync(closed, 0o600)
    await until(() => reader.said.some((text) => text.includes('can be read now')))
    expect(new Set(reader.said).size).toBe(reader.said.length)
  })

  it('of a line is cut, once said and counted; binary lines pass', async () => {
    const folder = temporaryFolder()
    const log = join(folder, 'app.log')
    writeFileSync(log, '')
    const reader = readerOf(folder, documentOf(log))
    await reader.live()
    const huge = 'y'.repeat(1024 * 1024)
    appendFileSync(
      log,
      Buffer.concat([Buffer.from(`a ${huge}\nb ${huge}\n`), Buffer.from([0x63, 0x20, 0xff, 0, 0x0a])]),
    )
    await until(() => reader.lines.length === 3)
    expect(reader.lines).toEqual([`a ${'y'.repeat(65534)}`, `b ${'y'.repeat(65534)}`, 'c \ufffd\0'])
    expect(reader.said.filter((text) => text.includes('was cut there'))).toHaveLength(1)
    expect(reader.agent.stats().sources[0]).toMatchObject({
      cutLines: 2,
      cutBytes: 2 * (1024 * 1024 + 2 - 65536),
      lines: 3,
    })
  })
})
