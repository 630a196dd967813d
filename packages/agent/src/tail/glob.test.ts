import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expandGlob, matchesGlob, matchesName } from './glob.ts'

describe('a name', () => {
  const cases: readonly [pattern: string, name: string, matches: boolean][] = [
    ['*.log', 'access.log', true],
    ['*.log', '.log', true],
    ['*.log', 'access.log.1', false],
    ['a?c', 'abc', true],
    ['a?c', 'a😀c', true],
    ['a?c', 'ac', false],
    ['[a-c]x', 'bx', true],
    ['[^a-c]x', 'bx', false],
    ['[^a-c]x', 'dx', true],
    ['[]]x', ']x', true],
    ['[a-]x', '-x', true],
    ['\\*', '*', true],
    ['\\*', 'a', false],
    ['a[', 'a[', true],
    ['*a*b*c*', 'xxaxxbxxcxx', true],
    ['*a*b*c*', 'xxaxxcxxbxx', false],
    ['', '', true],
    ['**', 'anything', true],
  ]
  it.each(cases)('%s and %s: %s', (pattern, name, matches) => {
    expect(matchesName(pattern, name)).toBe(matches)
  })

  it('is matched in bounded time, whatever the pattern', () => {
    expect(matchesName('*a'.repeat(40) + 'b', 'a'.repeat(2000))).toBe(false)
  })
})

describe('a pattern', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tocsin-glob-'))
    for (const site of ['one', 'two']) {
      mkdirSync(join(folder, site))
      writeFileSync(join(folder, site, 'access.log'), '')
      writeFileSync(join(folder, site, '.hidden.log'), '')
    }
    writeFileSync(join(folder, 'file.log'), '')
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it('gives the paths in order, and the folders it looked into', async () => {
    const found = await expandGlob(join(folder, '*', 'a*.log'))
    expect(found.paths).toEqual([join(folder, 'one/access.log'), join(folder, 'two/access.log')])
    expect(found.folders).toContain(join(folder, 'one'))
    expect((await expandGlob(join(folder, 'one', '*'))).paths).toHaveLength(2)
  })

  it('without wildcards gives its path whether it is there or not', async () => {
    expect((await expandGlob('/no/such/file')).paths).toEqual(['/no/such/file'])
    expect((await expandGlob('/no/such/*')).paths).toEqual([])
  })

  it('knows its paths without looking', () => {
    expect(matchesGlob('/var/log/*/a?.log', '/var/log/x/ab.log')).toBe(true)
    expect(matchesGlob('/var/log/*.log', '/var/log/x/ab.log')).toBe(false)
    expect(matchesGlob('logs/*.log', '/logs/a.log')).toBe(false)
  })
})
