import { hostname } from 'node:os'
import type { MachineClientOptions } from '@tocsin/client'
import type { Logger } from '@tocsin/model'
import { clientTransport } from './client-tls.ts'
import type { ClientConfig } from './config/client-config.ts'
import type { Config } from './config/config.ts'
import type { Credentials } from './credentials.ts'
import { ownTransport } from './own-transport.ts'

/** Where a Local API is, and as whom this machine comes there. */
export type MachineAccess = Pick<MachineClientOptions, 'url' | 'machineId' | 'password' | 'fetch'>

/** At the Local API elsewhere that the configuration names. Throws CLI_FILE and CLIENT_BAD_TLS. */
export async function configuredAccess(
  { url, login, password, tls }: ClientConfig,
  logger?: Logger,
): Promise<MachineAccess> {
  const paths = {
    authority: tls.authority.value,
    certificate: tls.certificate.value,
    key: tls.key.value,
    insecure: tls.insecure.value,
  }
  return {
    url: url.value,
    ...(login.value === null ? {} : { machineId: login.value }),
    ...(password.value === null ? {} : { password: password.value }),
    ...(await clientTransport(paths, logger)),
  }
}

/** At the Local API of this machine. */
export function ownAccess(config: Config, { url, login, password }: Credentials): MachineAccess {
  return { url, machineId: login, password, ...ownTransport(config) }
}

/** What this machine is called in texts; one with a certificate has no other name here than that of its host. */
export function machineName({ machineId }: MachineAccess): string {
  return machineId ?? hostname()
}
