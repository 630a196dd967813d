import type { Acquisition } from '@tocsin/agent'
import type { ClientVerification, MetricsLevel } from '@tocsin/lapi'
import type { ProfileSpec } from '@tocsin/lapi/profile'
import type { LogFormat, LogLevel } from '../output/logger.ts'

/** A value and where it comes from: `default`, a variable, a flag, or `file:line`. */
export interface Setting<T> {
  readonly value: T
  readonly origin: string
}

/** The effective configuration: the file's values over the defaults. */
export interface Config {
  /** The file it was read from, or null for the embedded defaults. */
  readonly file: string | null
  readonly state: Setting<string>
  readonly log: { readonly level: Setting<LogLevel>; readonly format: Setting<LogFormat> }
  readonly items: {
    /** Folder of items in the hub's layout. */
    readonly hub: Setting<string>
    /** Folder of the files that items name by URL. */
    readonly data: Setting<string>
    readonly install: Setting<readonly string[]>
    /** Whether to start without the items that have errors. */
    readonly tolerant: Setting<boolean>
  }
  readonly agent: {
    readonly enabled: Setting<boolean>
    readonly maxLineBytes: Setting<number>
    /** Whom to ask for the names of addresses; none means those of the system. */
    readonly nameServers: Setting<readonly string[]>
  }
  readonly lapi: {
    readonly enabled: Setting<boolean>
    readonly listen: Setting<{ readonly host: string; readonly port: number }>
    /** Path of a unix socket to listen on besides, or null. */
    readonly socket: Setting<string | null>
    /** URL of the database; null means SQLite in the state folder. */
    readonly database: Setting<string | null>
    readonly trustedIps: Setting<readonly string[]>
    /** Proxies whose word counts where a request comes from. */
    readonly trustedProxies: Setting<readonly string[]>
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
  }
  /** Where Prometheus asks for the figures of the Local API; null means nowhere. */
  readonly metrics: {
    readonly listen: Setting<{ readonly host: string; readonly port: number }>
    readonly level: Setting<MetricsLevel>
  } | null
  /** Credentials at a Local API elsewhere; null means the one of this process. */
  readonly client: {
    readonly url: Setting<string>
    readonly login: Setting<string>
    readonly password: Setting<string>
  } | null
  readonly enforce: Setting<'none' | 'nftables'>
  readonly nftables: NftablesConfig
  /** Null means the log files found on the machine. */
  readonly sources: readonly Acquisition[] | null
  /** Null means the default profiles. */
  readonly profiles: readonly ProfileSpec[] | null
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

export interface NftablesConfig {
  readonly table: Setting<string>
  readonly hooks: Setting<readonly ('input' | 'forward')[]>
  readonly action: Setting<'drop' | 'reject'>
  readonly intervalMs: Setting<number>
}
