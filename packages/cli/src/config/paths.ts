import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A path and who named it, for messages and for `config show`. */
export interface ChosenPath {
  readonly path: string
  readonly origin: string
}

export interface PathEnvironment {
  readonly env: NodeJS.ProcessEnv
  readonly isRoot: boolean
}

export function currentEnvironment(): PathEnvironment {
  return { env: process.env, isRoot: process.getuid?.() === 0 }
}

/**
 * The configuration file: of `-c`, of TOCSIN_CONFIG, or the usual place for this user if a file is there; null means
 * that Tocsin runs on its embedded defaults. A file that was named must exist; that is checked where it is read.
 */
export function configPath(option: string | undefined, { env, isRoot }: PathEnvironment): ChosenPath | null {
  if (option !== undefined) return { path: option, origin: '-c' }
  if (env.TOCSIN_CONFIG) return { path: env.TOCSIN_CONFIG, origin: 'TOCSIN_CONFIG' }
  const usual = isRoot
    ? '/etc/tocsin/tocsin.yaml'
    : join(xdg(env, 'XDG_CONFIG_HOME', '.config'), 'tocsin', 'tocsin.yaml')
  return existsSync(usual) ? { path: usual, origin: 'the usual place' } : null
}

/** The state folder where the configuration names none: TOCSIN_STATE, else the usual place for this user. */
export function defaultStateFolder({ env, isRoot }: PathEnvironment): ChosenPath {
  if (env.TOCSIN_STATE) return { path: env.TOCSIN_STATE, origin: 'TOCSIN_STATE' }
  const path = isRoot ? '/var/lib/tocsin' : join(xdg(env, 'XDG_STATE_HOME', '.local/state'), 'tocsin')
  return { path, origin: 'default' }
}

/** The folder of the items that Tocsin ships. */
export const contentFolder = fileURLToPath(new URL('../../../../content', import.meta.url))

function xdg(env: NodeJS.ProcessEnv, variable: string, fallback: string): string {
  const value = env[variable]
  return value?.startsWith('/') ? value : join(env.HOME ?? homedir(), fallback)
}
