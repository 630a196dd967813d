import {
  bool,
  type Infer,
  list,
  type Located,
  located,
  object,
  oneOf,
  required,
  text,
} from '@tocsin/document'
import type { ClientVerification } from '@tocsin/lapi'
import { parseDurationMs } from '@tocsin/model'
import { type Listen, listenPlace } from './listen.ts'
import type { PathEnvironment } from './paths.ts'
import {
  mapSetting,
  optional,
  optionalMs,
  optionalPath,
  relativeTo,
  type Setting,
  setting,
} from './setting.ts'
import {
  age,
  alertCount,
  block,
  bouncerGoneAfter,
  databasePlace,
  listenAddress,
  machineGoneAfter,
  secret,
} from './value-schemas.ts'

/** The Local API of this process. */
export interface LapiConfig {
  readonly enabled: Setting<boolean>
  readonly listen: Setting<Listen>
  /** Path of a unix socket to listen on besides, or null. */
  readonly socket: Setting<string | null>
  /** URL of the database; null means SQLite in the state folder. */
  readonly database: Setting<string | null>
  /** Signs the tokens of machines; null means a new one at each start. */
  readonly tokenSecret: Setting<string | null>
  readonly trustedIps: Setting<readonly string[]>
  /** Proxies whose word counts where a request comes from. */
  readonly trustedProxies: Setting<readonly string[]>
  /** Whether machines on other hosts may register. */
  readonly remoteRegistration: Setting<boolean>
  /** Lets machines with the token register themselves; null means that an administrator validates each. */
  readonly autoRegistration: {
    readonly token: Setting<string>
    readonly allowedRanges: Setting<readonly string[]>
  } | null
  /** Null means that other machines are spoken to in the clear. */
  readonly tls: TlsConfig | null
  /** Whether each request is logged. */
  readonly accessLog: Setting<boolean>
  /** Older alerts without a decision in force are deleted beyond this number and this age. */
  readonly maxAlerts: Setting<number>
  readonly maxAgeMs: Setting<number>
  /** How long reports of machines and bouncers about themselves are kept. */
  readonly metricsMaxAgeMs: Setting<number>
  readonly autodelete: AutodeleteConfig
}

/** TLS of the Local API; the certificates of machines and bouncers may stand for passwords and keys. */
export interface TlsConfig {
  /** Paths of PEM files; null means none. */
  readonly certificate: Setting<string>
  readonly key: Setting<string>
  readonly clientAuthorities: Setting<string | null>
  readonly clientVerification: Setting<ClientVerification>
  /** Organizational units whose certificates are machines, and those whose certificates are bouncers. */
  readonly machineUnits: Setting<readonly string[]>
  readonly bouncerUnits: Setting<readonly string[]>
  /** Path of the list of revoked certificates. */
  readonly revoked: Setting<string | null>
}

/** After how long without a sign of life machines and bouncers are deleted, by what they log in with; null: never. */
export interface AutodeleteConfig {
  readonly machines: {
    readonly certificateMs: Setting<number | null>
    readonly passwordMs: Setting<number | null>
  }
  readonly bouncers: {
    readonly certificateMs: Setting<number | null>
    readonly keyMs: Setting<number | null>
  }
}

/** The section `lapi` of the file. */
export const lapiSchema = object({
  enabled: located(bool()),
  listen: located(listenAddress()),
  socket: located(text()),
  database: located(databasePlace()),
  token_secret: located(secret(64)),
  trusted_ips: located(list(block())),
  trusted_proxies: located(list(block())),
  remote_registration: located(bool()),
  auto_registration: object({
    token: required(located(secret(32))),
    allowed_ranges: required(located(list(block()))),
  }),
  tls: object({
    certificate: required(located(text())),
    key: required(located(text())),
    client_authorities: located(text()),
    client_verification: located(oneOf('none', 'request', 'requireAny', 'verifyIfGiven', 'requireAndVerify')),
    machine_units: located(list(text())),
    bouncer_units: located(list(text())),
    revoked: located(text()),
  }),
  access_log: located(bool()),
  max_alerts: located(alertCount()),
  max_age: located(age()),
  metrics_max_age: located(age()),
  autodelete: object({
    machines: object({ certificate: located(machineGoneAfter()), password: located(machineGoneAfter()) }),
    bouncers: object({ certificate: located(bouncerGoneAfter()), key: located(bouncerGoneAfter()) }),
  }),
})

type Given = Partial<Infer<typeof lapiSchema>>

/** The section over its defaults. A relative path is one from the folder of the file. */
export function effectiveLapi(file: string | null, given: Given, { env }: PathEnvironment): LapiConfig {
  const milliseconds = (text: string) => parseDurationMs(text) ?? 0
  return {
    enabled: setting(given.enabled, true),
    listen: mapSetting(setting(given.listen, '127.0.0.1:8080'), listenPlace),
    socket: optionalPath(file, given.socket),
    database: optional(given.database && databaseOf(file, given.database)),
    tokenSecret: env.CS_LAPI_SECRET
      ? { value: env.CS_LAPI_SECRET, origin: 'CS_LAPI_SECRET' }
      : optional(given.token_secret),
    trustedIps: setting(given.trusted_ips, ['127.0.0.1', '::1']),
    trustedProxies: setting(given.trusted_proxies, []),
    remoteRegistration: setting(given.remote_registration, true),
    autoRegistration: given.auto_registration
      ? {
          token: setting(given.auto_registration.token, ''),
          allowedRanges: setting(given.auto_registration.allowed_ranges, []),
        }
      : null,
    tls: given.tls ? effectiveTls(file, given.tls) : null,
    accessLog: setting(given.access_log, false),
    maxAlerts: setting(given.max_alerts, 5000),
    maxAgeMs: mapSetting(setting(given.max_age, '7d'), milliseconds),
    metricsMaxAgeMs: mapSetting(setting(given.metrics_max_age, '7d'), milliseconds),
    autodelete: {
      machines: {
        certificateMs: optionalMs(given.autodelete?.machines?.certificate),
        passwordMs: optionalMs(given.autodelete?.machines?.password),
      },
      bouncers: {
        certificateMs: optionalMs(given.autodelete?.bouncers?.certificate),
        keyMs: optionalMs(given.autodelete?.bouncers?.key),
      },
    },
  }
}

function effectiveTls(file: string | null, given: NonNullable<Given['tls']>): TlsConfig {
  return {
    certificate: setting(relativeTo(file, given.certificate), ''),
    key: setting(relativeTo(file, given.key), ''),
    clientAuthorities: optionalPath(file, given.client_authorities),
    clientVerification: setting(given.client_verification, 'verifyIfGiven'),
    machineUnits: setting(given.machine_units, ['agent-ou']),
    bouncerUnits: setting(given.bouncer_units, ['bouncer-ou']),
    revoked: optionalPath(file, given.revoked),
  }
}

/** The file of an SQLite database is a path like any other. */
function databaseOf(file: string | null, database: Located<string>): Located<string> {
  const [, path] = /^sqlite:(?:\/\/)?(.*)$/.exec(database.value) ?? []
  if (path === undefined) return database
  return { ...database, value: `sqlite:${relativeTo(file, { ...database, value: path }).value}` }
}
