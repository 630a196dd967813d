import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hubDataFile } from './hub-data.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-hub-data-'))
  mkdirSync(join(folder, 'web'))
  writeFileSync(join(folder, 'web/list one.txt'), 'alpha\n')
})
afterAll(() => rmSync(folder, { recursive: true }))

function textOf(url: string): string | null {
  const bytes = hubDataFile(folder)('list.txt', url)
  return bytes && Buffer.from(bytes).toString()
}

describe('hubDataFile', () => {
  it('finds a file at the path of its URL, whatever the host', () => {
    expect(textOf('https://hub-data.example/web/list%20one.txt?x=1')).toBe('alpha\n')
  })

  it('has nothing where the file is missing', () => {
    expect(textOf('https://example.org/web/none.txt')).toBeNull()
    expect(textOf('https://example.org/web')).toBeNull()
    expect(textOf('https://example.org/web/list%20one.txt/x')).toBeNull()
  })

  it('never leaves the folder', () => {
    expect(textOf('https://example.org/..%2f..%2f..%2fetc/passwd')).toBeNull()
    expect(textOf('not a url')).toBeNull()
  })
})
