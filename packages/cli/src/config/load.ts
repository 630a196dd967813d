import { mkdirSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { type Infer, type Located, readDocuments } from '@tocsin/document'
import { parseDurationMs, TocsinError, TocsinErrors } from '@tocsin/model'
import { readTextFile } from '../context.ts'
import type { Config, NftablesConfig, Setting, TlsConfig } from './config.ts'
import { parseListen } from './listen.ts'
import {
  configPath,
  contentFolder,
  currentEnvironment,
  defaultStateFolder,
  type PathEnvironment,
} from './paths.ts'
import { configSchema } from './schema.ts'

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
  const { items, agent, lapi, client } = given
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
    lapi: {
      enabled: setting(lapi?.enabled, true),
      listen: mapSetting(setting(lapi?.listen, '127.0.0.1:8080'), listenPlace),
      socket: lapi?.socket
        ? setting<string | null>(relativeTo(file, lapi.socket), null)
        : setting<string | null>(undefined, null),
      database: lapi?.database
        ? setting<string | null>(databaseOf(file, lapi.database), null)
        : setting<string | null>(undefined, null),
      trustedIps: setting(lapi?.trusted_ips, ['127.0.0.1', '::1']),
      trustedProxies: setting(lapi?.trusted_proxies, []),
      autoRegistration: lapi?.auto_registration
        ? {
            token: setting(lapi.auto_registration.token, ''),
            allowedRanges: setting(lapi.auto_registration.allowed_ranges, []),
          }
        : null,
      tls: lapi?.tls ? tlsConfig(file, lapi.tls) : null,
      accessLog: setting(lapi?.access_log, false),
      maxAlerts: setting(lapi?.max_alerts, 5000),
      maxAgeMs: mapSetting(setting(lapi?.max_age, '7d'), (text) => parseDurationMs(text) ?? 0),
    },
    metrics: given.metrics
      ? {
          listen: mapSetting(setting(given.metrics.listen, ''), listenPlace),
          level: setting(given.metrics.level, 'full'),
        }
      : null,
    client: client
      ? {
          url: setting(client.url, ''),
          login: setting(client.login, ''),
          password: setting(client.password, ''),
        }
      : null,
    enforce: setting(given.enforce, 'none'),
    nftables: nftables(given.nftables),
    sources: given.sources ?? null,
    profiles: given.profiles ?? null,
  }
}

function tlsConfig(file: string | null, given: NonNullable<NonNullable<File['lapi']>['tls']>): TlsConfig {
  const path = (place: Located<string>) => relativeTo(file, place)
  const optional = (place: Located<string> | undefined) => setting<string | null>(place && path(place), null)
  return {
    certificate: setting(path(given.certificate), ''),
    key: setting(path(given.key), ''),
    clientAuthorities: optional(given.client_authorities),
    clientVerification: setting(given.client_verification, 'verifyIfGiven'),
    machineUnits: setting(given.machine_units, ['agent-ou']),
    bouncerUnits: setting(given.bouncer_units, ['bouncer-ou']),
    revoked: optional(given.revoked),
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

function setting<T>(given: Located<T> | undefined, fallback: T): Setting<T> {
  if (given === undefined) return { value: fallback, origin: 'default' }
  return { value: given.value, origin: `${given.where.file}:${given.where.line}` }
}

function mapSetting<A, B>({ value, origin }: Setting<A>, map: (value: A) => B): Setting<B> {
  return { value: map(value), origin }
}

/** Where a checked address and port are. */
function listenPlace(text: string): { host: string; port: number } {
  return parseListen(text) ?? { host: text, port: 0 }
}

/** The file of an SQLite database is a path like any other. */
function databaseOf(file: string | null, database: Located<string>): Located<string> {
  const [, path] = /^sqlite:(?:\/\/)?(.*)$/.exec(database.value) ?? []
  if (path === undefined) return database
  return { ...database, value: `sqlite:${relativeTo(file, { ...database, value: path }).value}` }
}

/** Paths in the file are relative to the folder it lies in. */
function relativeTo(file: string | null, path: Located<string>): Located<string> {
  if (file === null || isAbsolute(path.value)) return path
  return { ...path, value: join(dirname(file), path.value) }
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
