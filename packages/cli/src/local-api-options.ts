import type { AutodeleteOptions, CertificateAuthOptions, LocalApiOptions, TlsOptions } from '@tocsin/lapi'
import { type Cidr, type Logger, parseIpOrCidr, TocsinError } from '@tocsin/model'
import type { Config } from './config/config.ts'
import type { AutodeleteConfig, LapiConfig, TlsConfig } from './config/lapi-config.ts'
import type { Setting } from './config/setting.ts'
import { readTextFile } from './text-file.ts'

/** What the configuration says about the Local API, in its own words. */
export function localApiOptions(
  { lapi, metrics, profiles }: Pick<Config, 'lapi' | 'metrics' | 'profiles'>,
  logger: Logger,
): Omit<LocalApiOptions, 'store'> {
  const { tokenSecret, autoRegistration, tls, accessLog } = lapi
  return {
    retention: {
      maxItems: lapi.maxAlerts.value,
      maxAgeMs: lapi.maxAgeMs.value,
      metricsMaxAgeMs: lapi.metricsMaxAgeMs.value,
      autodelete: autodeleteOf(lapi.autodelete),
    },
    trustedAddresses: lapi.trustedIps.value.map(block),
    trustedProxies: lapi.trustedProxies.value.map(block),
    remoteRegistration: lapi.remoteRegistration.value,
    logger,
    ...(tokenSecret.value === null ? {} : { tokenSecret: tokenSecret.value }),
    ...(autoRegistration === null ? {} : { autoRegistration: autoRegistrationOf(autoRegistration) }),
    ...(tls === null ? {} : { certificates: certificatesOf(tls) }),
    ...(accessLog.value ? { accessLog: (line: string) => logger.info(line) } : {}),
    ...(metrics === null ? {} : { metricsLevel: metrics.level.value }),
    ...(profiles === null ? {} : { profiles }),
  }
}

/** PEM files as they are. Throws CLI_FILE. */
export function tlsOf({ certificate, key, clientAuthorities, clientVerification }: TlsConfig): TlsOptions {
  return {
    certificate: readTextFile(certificate.value, 'the certificate'),
    key: readTextFile(key.value, 'the key of the certificate'),
    clientVerification: clientVerification.value,
    ...(clientAuthorities.value === null
      ? {}
      : { clientAuthorities: readTextFile(clientAuthorities.value, 'the authorities of clients') }),
  }
}

function certificatesOf({ machineUnits, bouncerUnits, revoked }: TlsConfig): CertificateAuthOptions {
  return {
    machineUnits: machineUnits.value,
    bouncerUnits: bouncerUnits.value,
    ...(revoked.value === null ? {} : { crlPath: revoked.value }),
  }
}

function autoRegistrationOf({ token, allowedRanges }: NonNullable<LapiConfig['autoRegistration']>) {
  return { token: token.value, allowedRanges: allowedRanges.value.map(block) }
}

function autodeleteOf({ machines, bouncers }: AutodeleteConfig): AutodeleteOptions {
  return {
    machines: {
      ...named('certificateMs', machines.certificateMs),
      ...named('passwordMs', machines.passwordMs),
    },
    bouncers: { ...named('certificateMs', bouncers.certificateMs), ...named('keyMs', bouncers.keyMs) },
  }
}

function named<K extends string>(name: K, { value }: Setting<number | null>): { [P in K]?: number } {
  return value === null ? {} : ({ [name]: value } as { [P in K]?: number })
}

function block(text: string): Cidr {
  const cidr = parseIpOrCidr(text)
  if (cidr) return cidr
  throw new TocsinError('CONFIG_BAD', `cannot trust "${text}": it is not an address or a range`, {
    hint: 'correct lapi.trusted_ips in the configuration',
  })
}
