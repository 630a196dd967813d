import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ReadOnceOptions, type ReadProgress, readFileOnce, readStreamOnce } from './read-file-once.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-once-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

async function linesOf(path: string, options: ReadOnceOptions = {}) {
  const lines: string[] = []
  const result = await readFileOnce(path, (batch) => void lines.push(...batch), options)
  expect(result.lines).toBe(lines.length)
  return { lines, result }
}

const numbers = Array.from({ length: 50_000 }, (_, index) => `line ${index} é`)

describe('a file that is read once', () => {
  it('gives its lines in order, the last without a newline too', async () => {
    const path = file('plain.log', numbers.join('\n'))
    const progress: ReadProgress[] = []
    const { lines, result } = await linesOf(path, { onProgress: (now) => progress.push(now) })
    expect(lines).toEqual(numbers)
    expect(result.cutLines).toBe(0)
    expect(progress.length).toBeGreaterThan(2)
    expect(progress.at(-1)).toEqual({ bytesRead: result.bytesRead, bytesTotal: result.bytesRead })
  })

  it('is unpacked where it is gzip, whatever its name, over all its members', async () => {
    const half = numbers.length / 2
    const members = [numbers.slice(0, half), numbers.slice(half)].map((part) =>
      gzipSync(`${part.join('\n')}\n`),
    )
    const path = file('packed.log', Buffer.concat(members))
    const progress: ReadProgress[] = []
    const { lines } = await linesOf(path, { onProgress: (now) => progress.push(now) })
    expect(lines).toEqual(numbers)
    expect(progress.at(-1)?.bytesRead).toBe(progress.at(-1)?.bytesTotal)
    expect((await linesOf(file('plain.gz', 'no gzip\n'))).lines).toEqual(['no gzip'])
    expect((await linesOf(file('empty.log', ''))).lines).toEqual([])
  })

  it('that is damaged gives what can be had, then the error', async () => {
    const packed = gzipSync(numbers.join('\n'))
    const path = file('cut.gz', packed.subarray(0, packed.length / 2))
    const lines: string[] = []
    const reading = readFileOnce(path, (batch) => void lines.push(...batch))
    await expect(reading).rejects.toMatchObject({ code: 'SOURCE_BAD_GZIP' })
    expect(lines.length).toBeGreaterThan(1000)
    expect(lines).toEqual(numbers.slice(0, lines.length))
  })

  it('has its long lines cut and counted', async () => {
    const { lines, result } = await linesOf(file('long.log', `${'x'.repeat(100)}\nshort\n`), {
      maxLineBytes: 10,
    })
    expect(lines).toEqual(['xxxxxxxxxx', 'short'])
    expect(result).toMatchObject({ cutLines: 1, cutBytes: 90 })
  })

  it('that cannot be read is an error with the path', async () => {
    await expect(linesOf(join(folder, 'none'))).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' })
    await expect(linesOf(folder)).rejects.toMatchObject({ code: 'SOURCE_IS_FOLDER' })
    const stopped = AbortSignal.abort(new Error('stopped'))
    await expect(linesOf(file('a.log', 'a\n'), { signal: stopped })).rejects.toThrow('stopped')
  })
})

describe('a stream that is read once', () => {
  const read = async (...chunks: Buffer[]) => {
    const lines: string[] = []
    const stream = Readable.from(chunks, { objectMode: false })
    await readStreamOnce(stream, 'standard input', (batch) => void lines.push(...batch))
    return lines
  }
  const plain = Buffer.from(`${numbers.join('\n')}\n`)

  it('gives its lines, however it comes', async () => {
    expect(await read(plain)).toEqual(numbers)
    expect(await read(plain.subarray(0, 1), plain.subarray(1, 70_001), plain.subarray(70_001))).toEqual(
      numbers,
    )
    expect(await read()).toEqual([])
    expect(await read(Buffer.from('x'))).toEqual(['x'])
  })

  it('is unpacked where it is gzip', async () => {
    const packed = gzipSync(plain)
    expect(await read(packed.subarray(0, 1), packed.subarray(1))).toEqual(numbers)
    await expect(read(packed.subarray(0, 5000))).rejects.toMatchObject({
      code: 'SOURCE_BAD_GZIP',
      message: expect.stringContaining('cannot unpack standard input') as string,
    })
  })
})
