import { join, resolve } from 'node:path'
import { parseDurationMs } from '@tocsin/model'
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
import type { ConfigFile } from './schema.ts'
import { mapSetting, relativeTo, setting } from './setting.ts'

/**
 * The effective configuration: of the file that was named or found, over the defaults. Throws TocsinErrors with
 * every mistake of the file, and CLI_FILE where a named file cannot be read.
 */
export async function loadConfig(
  option: string | undefined,
  environment: PathEnvironment = currentEnvironment(),
): Promise<Config> {
  const chosen = configPath(option, environment)
  if (chosen === null) return effective(null, {}, environment)
  const { readConfigFile } = await import('./read-file.ts')
  const path = resolve(chosen.path)
  return effective(path, await readConfigFile(path), environment)
}

function effective(file: string | null, given: ConfigFile, environment: PathEnvironment): Config {
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

function nftables(given: ConfigFile['nftables']): NftablesConfig {
  return {
    table: setting(given?.table, 'tocsin'),
    hooks: setting(given?.hooks, ['input', 'forward']),
    action: setting(given?.action, 'drop'),
    intervalMs: mapSetting(setting(given?.interval, '1s'), (text) => parseDurationMs(text) ?? 0),
  }
}
