import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

let root = ''
let home = ''

beforeEach(() => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tocsin-cache-')))
  root = join(folder, 'project')
  home = join(folder, 'home')
  for (const path of [home, join(root, 'node_modules'), join(root, 'packages/cli/bin')])
    mkdirSync(path, { recursive: true })
  cpSync(new URL('../bin/compile-cache.js', import.meta.url), join(root, 'packages/cli/bin/compile-cache.js'))
  writeFileSync(join(root, 'package.json'), '{"type":"module"}')
})

afterEach(() => rmSync(join(root, '..'), { recursive: true }))

/** The folder that compiled code is kept in, as a start in the project says; empty where none is. */
function keptIn(env: Record<string, string>): string {
  const program = `
    import module from 'node:module'
    import { keepCompiledCode } from ${JSON.stringify(join(root, 'packages/cli/bin/compile-cache.js'))}
    keepCompiledCode()
    process.stdout.write(module.getCompileCacheDir() ?? '')`
  return execFileSync(process.execPath, ['--input-type=module', '-e', program], { env, encoding: 'utf8' })
}

describe('the folder of compiled code', () => {
  it('lies beside the packages', () =>
    expect(keptIn({ HOME: home })).toContain(join(root, 'node_modules/.cache/tocsin')))

  it('is one of the user where others may write beside the packages', () => {
    chmodSync(root, 0o777)
    expect(keptIn({ HOME: home })).toContain(join(home, '.cache/tocsin'))
    expect(keptIn({ HOME: home, XDG_CACHE_HOME: join(home, 'xdg') })).toContain(join(home, 'xdg/tocsin'))
    expect(keptIn({ HOME: home, CACHE_DIRECTORY: join(home, 'service') })).toContain(join(home, 'service'))
  })

  it('is none where every folder can be replaced by others', () => {
    chmodSync(root, 0o777)
    chmodSync(home, 0o777)
    expect(keptIn({ HOME: home })).toBe('')
    expect(keptIn({})).toBe('')
  })
})
