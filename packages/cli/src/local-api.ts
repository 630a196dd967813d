import { mkdirSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { AdminClient } from '@tocsin/client'
import { createLocalApi, type LocalApi, openStore, type Store } from '@tocsin/lapi'
import { type Logger, TocsinError } from '@tocsin/model'
import type { Config } from './config/config.ts'
import { formatListen, reachable } from './config/listen.ts'
import { fileError } from './text-file.ts'
import {
  type Credentials,
  credentialsPath,
  randomPassword,
  readCredentials,
  writeCredentials,
} from './credentials.ts'
import { protectedAddresses } from './guard/protected-addresses.ts'
import { localApiOptions, tlsOf } from './local-api-options.ts'
import { ownSocketPath } from './own-transport.ts'

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
  const { lapi } = config
  const api = await createLocalApi({ ...localApiOptions(config, logger), store, protectedAddresses })
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
    const close = async () => {
      await api.close()
      await store.close()
    }
    return { api, url, admin: new AdminClient({ socketPath, actor: 'daemon' }), close }
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
