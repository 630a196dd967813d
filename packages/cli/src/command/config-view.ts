import type { Config } from '../config/config.ts'
import { formatListen } from '../config/listen.ts'
import type { Setting } from '../config/setting.ts'

/** A setting as it is shown. */
export interface ShownSetting {
  /** Its place in the file, such as `lapi.listen`. */
  readonly key: string
  /** As the file would have it: text, number, boolean, list, or null where there is none. */
  readonly value: string | number | boolean | null | readonly string[]
  readonly text: string
  readonly origin: string
}

/** Every setting in the order of the file. */
export function shownSettings(config: Config): ShownSetting[] {
  const { log, items, agent, lapi, nftables } = config
  return [
    shown('state', config.state),
    shown('log.level', log.level),
    shown('log.format', log.format),
    shown('items.hub', items.hub),
    shown('items.data', items.data),
    shown('items.install', items.install),
    shown('items.tolerant', items.tolerant),
    shown('agent.enabled', agent.enabled),
    shown('agent.max_line_bytes', agent.maxLineBytes),
    shown('agent.name_servers', agent.nameServers),
    shown('lapi.enabled', lapi.enabled),
    shown('lapi.listen', as(formatListen, lapi.listen)),
    shown('lapi.socket', lapi.socket),
    shown('lapi.database', withoutPassword(lapi.database)),
    shown('lapi.token_secret', hidden(lapi.tokenSecret)),
    shown('lapi.trusted_ips', lapi.trustedIps),
    shown('lapi.trusted_proxies', lapi.trustedProxies),
    shown('lapi.remote_registration', lapi.remoteRegistration),
    ...registrationSettings(config),
    ...tlsSettings(config),
    shown('lapi.access_log', lapi.accessLog),
    shown('lapi.max_alerts', lapi.maxAlerts),
    shown('lapi.max_age', as(hours, lapi.maxAgeMs)),
    shown('lapi.metrics_max_age', as(hours, lapi.metricsMaxAgeMs)),
    ...autodeleteSettings(config),
    ...metricsSettings(config),
    ...clientSettings(config),
    shown('enforce', config.enforce),
    shown('nftables.table', nftables.table),
    shown('nftables.hooks', nftables.hooks),
    shown('nftables.action', nftables.action),
    shown(
      'nftables.interval',
      as((ms) => `${ms / 1000}s`, nftables.intervalMs),
    ),
    ...sectionSettings(config),
  ]
}

function registrationSettings({ lapi: { autoRegistration } }: Config): ShownSetting[] {
  if (autoRegistration === null) return []
  return [
    shown('lapi.auto_registration.token', hidden(autoRegistration.token)),
    shown('lapi.auto_registration.allowed_ranges', autoRegistration.allowedRanges),
  ]
}

function tlsSettings({ lapi: { tls } }: Config): ShownSetting[] {
  if (tls === null) return []
  return [
    shown('lapi.tls.certificate', tls.certificate),
    shown('lapi.tls.key', tls.key),
    shown('lapi.tls.client_authorities', tls.clientAuthorities),
    shown('lapi.tls.client_verification', tls.clientVerification),
    shown('lapi.tls.machine_units', tls.machineUnits),
    shown('lapi.tls.bouncer_units', tls.bouncerUnits),
    shown('lapi.tls.revoked', tls.revoked),
  ]
}

function metricsSettings({ metrics }: Config): ShownSetting[] {
  if (metrics === null) return []
  return [shown('metrics.listen', as(formatListen, metrics.listen)), shown('metrics.level', metrics.level)]
}

/** Whether a secret is set, and where. */
function hidden({ value, origin }: Setting<string | null>): Setting<string | null> {
  return { value: value === null ? null : '(set)', origin }
}

function hours(ms: number): string {
  return `${ms / 3_600_000}h`
}

/** The URL of a database without the password in it. */
function withoutPassword({ value, origin }: Setting<string | null>): Setting<string | null> {
  return { value: value?.replace(/^(\w+:\/\/[^:@/]*):[^@/]*@/, '$1:(set)@') ?? null, origin }
}

function autodeleteSettings({ lapi: { autodelete } }: Config): ShownSetting[] {
  const { machines, bouncers } = autodelete
  const after = ({ value, origin }: Setting<number | null>) => ({ value: value && hours(value), origin })
  return [
    shown('lapi.autodelete.machines.certificate', after(machines.certificateMs)),
    shown('lapi.autodelete.machines.password', after(machines.passwordMs)),
    shown('lapi.autodelete.bouncers.certificate', after(bouncers.certificateMs)),
    shown('lapi.autodelete.bouncers.key', after(bouncers.keyMs)),
  ]
}

function clientSettings({ client }: Config): ShownSetting[] {
  if (client === null) return []
  return [
    shown('client.url', client.url),
    shown('client.login', client.login),
    shown('client.password', hidden(client.password)),
    shown('client.ca_cert_path', client.tls.authority),
    shown('client.cert_path', client.tls.certificate),
    shown('client.key_path', client.tls.key),
    shown('client.insecure_skip_verify', client.tls.insecure),
  ]
}

/** The sections that others define, by what their entries are called. */
function sectionSettings({ file, sources, profiles }: Config): ShownSetting[] {
  const build = { maxLineBytes: 0, startAt: 'end' } as const
  return [
    section('sources', sources && sources.map((source) => source.build(build).name), {
      file,
      fallback: 'the log files found on this machine',
    }),
    section('profiles', profiles && profiles.map(({ name }) => name.value), {
      file,
      fallback: 'ban addresses and ranges for 4h',
    }),
  ]
}

function section(
  key: string,
  names: readonly string[] | null,
  { file, fallback }: { file: string | null; fallback: string },
): ShownSetting {
  if (names === null) return { key, value: null, text: fallback, origin: 'default' }
  return { key, value: names, text: `${names.length} of the file`, origin: file ?? '' }
}

function shown(key: string, { value, origin }: Setting<ShownSetting['value']>): ShownSetting {
  const text = typeof value === 'object' ? (value ?? []).join(', ') : String(value)
  return { key, value, text, origin }
}

function as<T>(write: (value: T) => string, { value, origin }: Setting<T>): Setting<string> {
  return { value: write(value), origin }
}
