import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'

const launcher = fileURLToPath(new URL('../bin/tocsin.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'tocsin-start-'))
afterAll(() => rmSync(folder, { recursive: true }))

const notingHook = `
  import { registerHooks } from 'node:module'
  import { writeSync } from 'node:fs'
  const names = new Set()
  registerHooks({ load: (url, context, next) => (names.add(/packages\\/(\\w+)/.exec(url)?.[1] ?? url), next(url, context)) })
  process.on('exit', () => writeSync(1, '\\nLOADED ' + [...names].join(' ')))`

/** The packages and modules that a command loads. */
function loadedBy(...args: string[]): string[] {
  const hook = `data:text/javascript,${encodeURIComponent(notingHook)}`
  const command = ['--disable-warning=ExperimentalWarning', '--import', hook, launcher, ...args]
  const output = execFileSync(process.execPath, command, { encoding: 'utf8', stdio: 'pipe' })
  return (/LOADED (.*)/.exec(output)?.[1] ?? '').split(' ')
}

it('loads nothing for the version but itself', () => {
  expect(loadedBy('version').filter((name) => !name.includes(':'))).toEqual(['cli', 'model'])
})

it('loads who reads a section of the configuration where the file has that section', () => {
  const config = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    return loadedBy('config', 'show', '-c', join(folder, name))
  }
  const heavy = ['agent', 'engine', 'expr', 'lapi', 'regex', 'node:http', 'node:https']
  const plain = config('plain.yaml', 'lapi: { listen: "127.0.0.1:1" }\n')
  expect(heavy.filter((name) => plain.includes(name))).toEqual([])
  const profiles = config('profiles.yaml', 'profiles: [{ name: p, filters: ["true"] }]\n')
  expect(heavy.filter((name) => profiles.includes(name))).toEqual(['lapi'])
  const sources = config('sources.yaml', 'sources: [{ filename: /a.log, labels: { type: x } }]\n')
  expect(sources).toEqual(expect.arrayContaining(['agent', 'regex']))
})
