import { mkdirSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { AdminClient } from '@tocsin/client'
import {
  type CertificateAuthOptions,
  createLocalApi,
  type LocalApi,
  openStore,
  type Store,
  type TlsOptions,
} from '@tocsin/lapi'
import { type Logger, parseIpOrCidr, TocsinError } from '@tocsin/model'
import type { Config, TlsConfig } from './config/config.ts'
import { formatListen, reachable } from './config/listen.ts'
import { fileError, readTextFile } from './context.ts'
import {
  type Credentials,
  credentialsPath,
  randomPassword,
  readCredentials,
  writeCredentials,
} from './credentials.ts'
import { ownSocketPath } from './own-transport.ts'
import { serveMetrics } from './metrics-server.ts'
import { protectedAddresses } from './guard/protected-addresses.ts'

/** The Local API of this process, its store and its administration. */
export interface RunningLocalApi {
  readonly api: LocalApi
  readonly url: string
  readonly admin: AdminClient
  close(): Promise<void>
}

/** Opens the database in the state folder and listens everywhere the configuration says. */
export async function startLocalApi(config: Config, logger: Logger): Promise<RunningLocalApi> {
  const state = config.state.value
  const { database } = config.lapi
  const store = await openStore(
    database.value === null ? { path: join(state, 'tocsin.db') } : { url: database.value },
  )
  try {
    return await listen(config, store, logger)
  } catch (error) {
    await store.close()
    throw error
  }
}

async function listen(config: Config, store: Store, logger: Logger): Promise<RunningLocalApi> {
  const state = config.state.value
  const { lapi, profiles } = config
  const api = await createLocalApi({
    store,
    protectedAddresses,
    retention: { maxItems: lapi.maxAlerts.value, maxAgeMs: lapi.maxAgeMs.value },
    trustedAddresses: lapi.trustedIps.value.map(trustedBlock),
    trustedProxies: lapi.trustedProxies.value.map(trustedBlock),
    logger,
    ...(lapi.autoRegistration === null
      ? {}
      : { autoRegistration: autoRegistrationOf(lapi.autoRegistration) }),
    ...(lapi.tls === null ? {} : { certificates: certificatesOf(lapi.tls) }),
    ...(lapi.accessLog.value ? { accessLog: (line: string) => logger.info(line) } : {}),
    ...(config.metrics === null ? {} : { metricsLevel: config.metrics.level.value }),
    ...(profiles === null ? {} : { profiles }),
  })
  try {
    const socketPath = join(state, 'admin.sock')
    await api.adminSocket(socketPath)
    writeFileSync(join(state, 'admin.token'), `${api.adminToken}\n`, { mode: 0o600 })
    const scheme = lapi.tls === null ? 'http' : 'https'
    const place = { ...lapi.listen.value, ...(lapi.tls === null ? {} : { tls: tlsOf(lapi.tls) }) }
    const url = `${scheme}://${formatListen(reachable(await api.listen(place)))}`
    // Who belongs to this machine need not know the certificate.
    if (lapi.tls !== null) await api.listenSocket(ownSocketPath(state), { mode: 0o600 })
    if (lapi.socket.value !== null) await listenSocket(api, lapi.socket.value)
    const metrics =
      config.metrics === null ? null : await serveMetrics(api, config.metrics.listen.value, logger)
    const close = async () => {
      await metrics?.close()
      await api.close()
      await store.close()
    }
    return { api, url, admin: new AdminClient({ socketPath }), close }
  } catch (error) {
    await api.close()
    throw error
  }
}

async function listenSocket(api: LocalApi, path: string): Promise<void> {
  try {
    mkdirSync(dirname(path), { recursive: true })
  } catch (cause) {
    throw fileError(path, 'the socket', cause, 'make the folder of')
  }
  await api.listenSocket(path)
}

/** PEM files as they are. */
function tlsOf({ certificate, key, clientAuthorities, clientVerification }: TlsConfig): TlsOptions {
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

function autoRegistrationOf({ token, allowedRanges }: NonNullable<Config['lapi']['autoRegistration']>) {
  return { token: token.value, allowedRanges: allowedRanges.value.map(trustedBlock) }
}

function trustedBlock(text: string) {
  const block = parseIpOrCidr(text)
  if (block) return block
  throw new TocsinError('CONFIG_BAD', `cannot trust "${text}": it is not an address or a range`, {
    hint: 'correct lapi.trusted_ips in the configuration',
  })
}

/**
 * The credentials of this machine's own agent and command line at its Local API: those of the state folder while
 * they are good, else new ones.
 */
export async function ownCredentials({ url, admin }: RunningLocalApi, config: Config): Promise<Credentials> {
  const path = credentialsPath(config.state.value)
  const known = await readKnown(path, admin)
  const credentials = known ?? { url, login: hostname(), password: randomPassword() }
  if (known === null)
    await admin.addMachine({ machineId: credentials.login, password: credentials.password, force: true })
  if (known?.url !== url) writeCredentials(path, { ...credentials, url })
  return { ...credentials, url }
}

async function readKnown(path: string, admin: AdminClient): Promise<Credentials | null> {
  try {
    const credentials = readCredentials(path)
    await admin.getMachine(credentials.login)
    return credentials
  } catch (error) {
    const expected = ['CLI_FILE', 'CLI_CREDENTIALS', 'LAPI_NOT_FOUND']
    if (error instanceof TocsinError && expected.includes(error.code)) return null
    throw error
  }
}
