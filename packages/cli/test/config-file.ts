import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatError } from '@tocsin/model'
import { afterAll } from 'vitest'
import type { Config } from '../src/config/config.ts'
import { loadConfig } from '../src/config/load.ts'
import type { PathEnvironment } from '../src/config/paths.ts'

/** The home of the tests' user; it goes with the last test of the file. */
export const home = mkdtempSync(join(tmpdir(), 'tocsin-config-'))
afterAll(() => rmSync(home, { recursive: true }))

export const user = (env: NodeJS.ProcessEnv): PathEnvironment => ({
  env: { HOME: home, ...env },
  isRoot: false,
})

export function write(name: string, text: string): string {
  const path = join(home, name)
  writeFileSync(path, text)
  return path
}

/** The configuration of a file with this text. */
export async function load(text: string, env: NodeJS.ProcessEnv = {}): Promise<Config> {
  return await loadConfig(write('good.yaml', text), user(env))
}

/** What is said about a file with this text. */
export async function mistakes(text: string): Promise<string> {
  try {
    await loadConfig(write('bad.yaml', text), user({}))
  } catch (error) {
    return formatError(error)
  }
  throw new Error('the configuration was accepted')
}
