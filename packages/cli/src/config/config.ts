import type { Acquisition } from '@tocsin/agent'
import type { MetricsLevel } from '@tocsin/lapi'
import type { ProfileSpec } from '@tocsin/lapi/profile'
import type { LogFormat, LogLevel } from '../output/logger.ts'
import type { ClientConfig } from './client-config.ts'
import type { LapiConfig } from './lapi-config.ts'
import type { Listen } from './listen.ts'
import type { Setting } from './setting.ts'

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
  readonly lapi: LapiConfig
  /** Where Prometheus asks for the figures of the Local API; null means nowhere. */
  readonly metrics: {
    readonly listen: Setting<Listen>
    readonly level: Setting<MetricsLevel>
  } | null
  /** Credentials at a Local API elsewhere; null means the one of this process. */
  readonly client: ClientConfig | null
  readonly enforce: Setting<'none' | 'nftables'>
  readonly nftables: NftablesConfig
  /** Null means the log files found on the machine. */
  readonly sources: readonly Acquisition[] | null
  /** Null means the default profiles. */
  readonly profiles: readonly ProfileSpec[] | null
}

export interface NftablesConfig {
  readonly table: Setting<string>
  readonly hooks: Setting<readonly ('input' | 'forward')[]>
  readonly action: Setting<'drop' | 'reject'>
  readonly intervalMs: Setting<number>
}
