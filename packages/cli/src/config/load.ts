import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Infer, readDocuments } from '@tocsin/document'
import { parseDurationMs, TocsinError, TocsinErrors } from '@tocsin/model'
import { readTextFile } from '../text-file.ts'
import { effectiveClient } from './client-config.ts'
import type { Config, NftablesConfig } from './config.ts'
import { effectiveLapi } from './lapi-config.ts'
import { listenPlace } from './listen.ts'
import {
  configPath,
  contentFolder,
  currentEnvironment,
  defaultStateFolder,
  type PathEnvironment,
} from './paths.ts'
import { configSchema } from './schema.ts'
import { mapSetting, relativeTo, setting } from './setting.ts'

type File = Infer<typeof configSchema>

/**
 * The effective configuration: of the file that was named or found, over the defaults. Throws TocsinErrors with
 * every mistake of the file, and CLI_FILE where a named file cannot be read.
 */
export function loadConfig(
  option: string | undefined,
  environment: PathEnvironment = currentEnvironment(),
): Config {
  const chosen = configPath(option, environment)
  if (chosen === null) return effective(null, {}, environment)
  const path = resolve(chosen.path)
  const text = readTextFile(path, 'the configuration')
  const { values, errors } = readDocuments(text, path, configSchema)
  if (errors.length > 0)
    throw new TocsinErrors('CONFIG_BAD', `cannot read the configuration ${path}:`, errors)
  if (values.length > 1) {
    throw new TocsinError('CONFIG_BAD', `cannot read the configuration ${path}: it holds several documents`, {
      where: values[1]?.where ?? { file: path },
      hint: 'put everything into one document: remove the lines "---"',
    })
  }
  return effective(path, values[0]?.value ?? {}, environment)
}

function effective(file: string | null, given: Partial<File>, environment: PathEnvironment): Config {
  const state = defaultStateFolder(environment)
  const { items, agent, client } = given
  const hub = setting(items?.hub && relativeTo(file, items.hub), contentFolder)
  return {
    file,
    state: given.state
      ? setting(relativeTo(file, given.state), '')
      : { value: state.path, origin: state.origin },
    log: { level: setting(given.log?.level, 'info'), format: setting(given.log?.format, 'text') },
    items: {
      hub,
      data: setting(items?.data && relativeTo(file, items.data), join(hub.value, 'data')),
      install: setting(items?.install, items?.hub ? ['all'] : ['collections:tocsin/default']),
      tolerant: setting(items?.tolerant, false),
    },
    agent: {
      enabled: setting(agent?.enabled, true),
      maxLineBytes: setting(agent?.max_line_bytes, 64 * 1024),
      nameServers: setting(agent?.name_servers, []),
    },
    lapi: effectiveLapi(file, given.lapi ?? {}, environment),
    metrics: given.metrics
      ? {
          listen: mapSetting(setting(given.metrics.listen, ''), listenPlace),
          level: setting(given.metrics.level, 'full'),
        }
      : null,
    client: client ? effectiveClient(file, client) : null,
    enforce: setting(given.enforce, 'none'),
    nftables: nftables(given.nftables),
    sources: given.sources ?? null,
    profiles: given.profiles ?? null,
  }
}

function nftables(given: File['nftables']): NftablesConfig {
  return {
    table: setting(given?.table, 'tocsin'),
    hooks: setting(given?.hooks, ['input', 'forward']),
    action: setting(given?.action, 'drop'),
    intervalMs: mapSetting(setting(given?.interval, '1s'), (text) => parseDurationMs(text) ?? 0),
  }
}

/** Makes the state folder, readable for its owner only. Throws CLI_STATE that names it and the cure. */
export function makeStateFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw stateError(path, cause)
  }
}

/** Words a failure in the state folder for the person who starts the daemon. */
export function stateError(path: string, cause: unknown): TocsinError {
  const { code, message } = cause as NodeJS.ErrnoException
  const reasons: Record<string, string> = {
    EACCES: 'permission denied',
    EROFS: 'the file system is read-only',
    EEXIST: 'a file of that name is in the way',
    ENOTDIR: 'a part of the path is not a folder',
    ENOSPC: 'the disk is full',
  }
  return new TocsinError(
    'CLI_STATE',
    `cannot use the state folder ${path}: ${reasons[code ?? ''] ?? message}`,
    {
      cause,
      hint: 'run as the user who owns it, or name another folder: "state" in the configuration, or TOCSIN_STATE',
    },
  )
}
