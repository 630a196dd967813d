import { type Cidr, type Clock, type Logger, silentLogger } from '@tocsin/model'
import type { AutoRegistrationOptions } from './auth/auto-registration.ts'
import type { CertificateAuthOptions } from './auth/certificate/certificate-auth.ts'
import type { IntakeCounts } from './ingest/intake.ts'
import type { ProtectedAddress } from './ingest/protection.ts'
import type { MetricsLevel } from './metrics/lapi-metrics.ts'
import type { NotificationSink } from './notify/notification-queue.ts'
import { buildParts } from './parts.ts'
import type { ProfileSpec } from './profile/schema.ts'
import type { RetentionOptions } from './retention.ts'
import { addRoutes } from './routes.ts'
import { RunningLocalApi } from './running-local-api.ts'
import type { AccessLog } from './server/access-log.ts'
import { createApp } from './server/app.ts'
import type { TlsOptions } from './server/tls.ts'
import type { Store } from './store/store.ts'

export interface LocalApiOptions {
  /** Stays open when the Local API closes: who opened it closes it. */
  store: Store
  /** Default: four hours for every address or range that asks for remediation. */
  profiles?: readonly ProfileSpec[]
  /** What decisions may not hit unless forced. Asked for at most every two seconds. Default: nothing. */
  protectedAddresses?: () => readonly ProtectedAddress[]
  /** From where alerts may be deleted, besides the loopback and the sockets. */
  trustedAddresses?: readonly Cidr[]
  /** Proxies whose word counts where a request comes from (`X-Forwarded-For`, `X-Real-IP`). Default: none. */
  trustedProxies?: readonly Cidr[]
  /** Lets certificates prove who machines and bouncers are, on listeners with TLS. */
  certificates?: CertificateAuthOptions
  /** Lets machines register themselves. Default: an administrator validates each. */
  autoRegistration?: AutoRegistrationOptions
  /** What becomes of old alerts. Default: all are kept. */
  retention?: RetentionOptions
  /** Signs the tokens of machines, 64 characters or more. Default: a new one, which voids tokens at each start. */
  tokenSecret?: string
  /** Lets administrators in over TCP. Default: a new one. */
  adminToken?: string
  /** Whether machines on other hosts may register. Default true. */
  remoteRegistration?: boolean
  /** Takes a line for each request. Default: none is written. */
  accessLog?: AccessLog
  /** Whom profiles may tell of alerts, by the name that they use. */
  notifications?: Readonly<Record<string, NotificationSink>>
  /** What is counted for `metrics`. Default `full`. */
  metricsLevel?: MetricsLevel
  clock?: Clock
  logger?: Logger
}

/** A Local API over one store. It listens where it is told to, on as many places as wanted. */
export interface LocalApi {
  /**
   * Listens on TCP; port 0 takes a free one. Answers where. Throws LAPI_PORT_IN_USE, LAPI_CANNOT_LISTEN or
   * LAPI_BAD_TLS.
   */
  listen(place: { host: string; port: number; tls?: TlsOptions }): Promise<{ host: string; port: number }>
  /** Listens on a unix socket for machines and bouncers. Throws LAPI_SOCKET_IN_USE or LAPI_CANNOT_LISTEN. */
  listenSocket(path: string, options?: { mode?: number }): Promise<void>
  /** Listens on a unix socket, mode 0600, on which whoever connects is an administrator. Throws as listenSocket. */
  adminSocket(path: string): Promise<void>
  readonly adminToken: string
  /** What was dropped since the start, and how many decisions are in force. */
  counts(): IntakeCounts & { activeDecisions: number }
  /** The text that `/metrics` answers to Prometheus, of the type `metricsType`. */
  metrics(): Promise<string>
  /** Stops listening, lets answers under way end, and stores what is kept in memory only. */
  close(): Promise<void>
}

/**
 * Loads the decisions in force and makes the API ready to listen. Throws LAPI_BAD_PROFILES, LAPI_WEAK_SECRET or
 * LAPI_BAD_TLS.
 */
export async function createLocalApi(options: LocalApiOptions): Promise<LocalApi> {
  const app = createApp(options.logger ?? silentLogger, options.trustedProxies)
  const parts = await buildParts(app, options)
  addRoutes(app, parts.services, parts.access)
  await app.ready()
  return new RunningLocalApi(app, parts)
}
