import { randomBytes } from 'node:crypto'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Cidr, type Clock, type Logger, silentLogger, systemClock } from '@tocsin/model'
import { AllowlistCheck } from './allowlist/allowlist-check.ts'
import { AdminAccess } from './auth/admin.ts'
import { AuditLog } from './audit/audit-log.ts'
import { AttemptLimit } from './auth/attempt-limit.ts'
import { AutoRegistration, type AutoRegistrationOptions } from './auth/auto-registration.ts'
import { BouncerKeys } from './auth/bouncer-key.ts'
import { CertificateAuth, type CertificateAuthOptions } from './auth/certificate/certificate-auth.ts'
import { KnownMachines } from './auth/known-machines.ts'
import { MachineTokens } from './auth/machine-token.ts'
import { ChangeFeed } from './decision/change-feed.ts'
import { Ledger } from './decision/ledger.ts'
import { loadActive } from './decision/load-active.ts'
import { Turns } from './decision/turns.ts'
import { Intake, type IntakeCounts } from './ingest/intake.ts'
import type { ProtectedAddress } from './ingest/protection.ts'
import { LapiMetrics, type MetricsLevel } from './metrics/lapi-metrics.ts'
import { AlertCounts } from './metrics/state-metrics.ts'
import { NotificationQueue, type NotificationSink } from './notify/notification-queue.ts'
import { collectRoutes, openApiDocument } from './openapi/document.ts'
import { defaultProfiles } from './profile/default-profiles.ts'
import { DecisionLookup } from './profile/decision-lookup.ts'
import { Profiles } from './profile/profiles.ts'
import type { ProfileSpec } from './profile/schema.ts'
import { Retention, type RetentionOptions } from './retention.ts'
import { adminAlertRoutes } from './route/admin-alert.ts'
import { adminAllowlistRoutes } from './route/admin-allowlist.ts'
import { adminAuditRoutes } from './route/admin-audit.ts'
import { adminBouncerRoutes } from './route/admin-bouncer.ts'
import { adminMachineRoutes } from './route/admin-machine.ts'
import { adminUsageRoutes } from './route/admin-usage.ts'
import { alertRoutes } from './route/alert.ts'
import { allowlistRoutes } from './route/allowlist.ts'
import { decisionRoutes } from './route/decision.ts'
import { machineRoutes } from './route/machine.ts'
import { jsonType, type Services } from './route/services.ts'
import { usageMetricsRoutes } from './route/usage-metrics.ts'
import { type AccessLog, logAccess } from './server/access-log.ts'
import { type App, createApp } from './server/app.ts'
import { closeListener, createListener, listenTcp, listenUnix } from './server/listener.ts'
import type { TlsOptions } from './server/tls.ts'
import type { Store } from './store/store.ts'
import { PushHub } from './stream/push-hub.ts'
import { StreamCursors } from './stream/cursors.ts'

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

const saveEveryMs = 5_000
const unfinishedMs = 3_600_000
const askEveryMs = 2_000

/** Loads the decisions in force and makes the API ready to listen. Throws LAPI_BAD_PROFILES or LAPI_WEAK_SECRET. */
export async function createLocalApi(options: LocalApiOptions): Promise<LocalApi> {
  const { store, clock = systemClock, logger = silentLogger } = options
  const adminToken = options.adminToken ?? randomBytes(32).toString('base64url')
  const app = createApp(logger, options.trustedProxies)
  const metrics = new LapiMetrics(options.metricsLevel ?? 'full')
  metrics.watch(app)
  if (options.accessLog) logAccess(app, options.accessLog)
  const failures = new AttemptLimit({ attempts: 30, windowMs: 60_000 }, clock)
  const certificates = options.certificates
    ? new CertificateAuth(options.certificates, { clock, logger })
    : null
  const access = new AdminAccess(adminToken, failures)
  const machines = new KnownMachines(store.machines, clock)
  // What a process did not finish; another one may still be at it where there are several.
  await store.alerts.dropStaged(clock() - (store.changes ? unfinishedMs : 0))
  // Before the decisions: changes that come while they are read are read once more.
  const version = (await store.changes?.version()) ?? 0
  const active = await loadActive(store.decisions, clock())
  const cursors = new StreamCursors()
  await cursors.load(store, active)
  const allowlists = new AllowlistCheck(store)
  await allowlists.reload()
  const bouncers = new BouncerKeys(app, { store, clock, failures, certificates })
  await bouncers.reload()
  const push = new PushHub(active, clock, logger)
  const turns = new Turns()
  const feed =
    store.changes &&
    new ChangeFeed({
      changes: store.changes,
      decisions: store.decisions,
      active,
      turns,
      clock,
      logger,
      version,
      allowlistsChanged: async () => await allowlists.reload(),
      accessChanged: async () => {
        machines.forget()
        await bouncers.reload()
        push.keepOnly((id) => bouncers.isKnown(id))
      },
    })
  const ledger = new Ledger(store, active, turns, feed)
  const notifications = new NotificationQueue(options.notifications ?? {}, store, clock, logger)
  const intake = new Intake({
    store,
    ledger,
    allowlists,
    notifications,
    profiles: new Profiles(
      options.profiles ?? defaultProfiles(),
      new DecisionLookup(store.decisions, active),
      logger,
      notifications.names,
    ),
    protectedAddresses: asked(options.protectedAddresses ?? (() => []), clock),
    clock,
    logger,
  })
  const services: Services = {
    store,
    active,
    ledger,
    cursors,
    push,
    allowlists,
    intake,
    tokens: new MachineTokens(app, machines, clock, options.tokenSecret),
    machines,
    certificates,
    failures,
    registrations: new AttemptLimit({ attempts: 30, windowMs: 60_000 }, clock),
    bouncers,
    autoRegistration: new AutoRegistration(options.autoRegistration),
    trustedAddresses: options.trustedAddresses ?? [],
    remoteRegistration: options.remoteRegistration ?? true,
    metrics,
    audit: new AuditLog(store.audit, clock, logger),
    clock,
    logger,
  }
  addRoutes(app, services, access)
  await app.ready()
  const deleted = async () => {
    machines.forget()
    await bouncers.reload()
    await allowlists.reload()
    push.keepOnly((id) => bouncers.isKnown(id))
  }
  const parts = { options: options.retention ?? {}, store, ledger, clock, logger, deleted }
  const retention = new Retention(parts)
  return new RunningLocalApi(app, services, access, adminToken, retention, feed, notifications)
}

function addRoutes(app: App, services: Services, access: AdminAccess): void {
  const routes = collectRoutes(app)
  app.get('/health', async (_request, reply) => await reply.type(jsonType).send('{"status":"up"}'))
  let description: string | undefined
  app.get('/v1/openapi.json', async (_request, reply) => {
    description ??= JSON.stringify(openApiDocument(routes))
    return await reply.type(jsonType).send(description)
  })
  machineRoutes(app, services)
  alertRoutes(app, services)
  decisionRoutes(app, services)
  allowlistRoutes(app, services)
  usageMetricsRoutes(app, services)
  adminBouncerRoutes(app, services, access)
  adminMachineRoutes(app, services, access)
  adminAlertRoutes(app, services, access)
  adminAllowlistRoutes(app, services, access)
  adminAuditRoutes(app, services, access)
  adminUsageRoutes(app, services, access)
}

/** Asks again only after a while: looking up who is logged in costs more than an alert. */
function asked<T>(ask: () => T, clock: Clock): () => T {
  let last: { at: number; answer: T } | undefined
  return () => {
    const now = clock()
    if (!last || Math.abs(now - last.at) >= askEveryMs) last = { at: now, answer: ask() }
    return last.answer
  }
}

class RunningLocalApi implements LocalApi {
  readonly adminToken: string
  readonly #app: App
  readonly #services: Services
  readonly #alertCounts: AlertCounts
  readonly #access: AdminAccess
  readonly #servers: Server[] = []
  readonly #retention: Retention
  readonly #feed: ChangeFeed | null
  readonly #notifications: NotificationQueue
  readonly #saving: ReturnType<typeof setInterval>
  #saveFails = false

  constructor(
    app: App,
    services: Services,
    access: AdminAccess,
    adminToken: string,
    retention: Retention,
    feed: ChangeFeed | null,
    notifications: NotificationQueue,
  ) {
    this.#notifications = notifications
    this.#retention = retention
    this.#feed = feed
    this.#app = app
    this.#services = services
    this.#alertCounts = new AlertCounts(services.store, services.clock)
    this.#access = access
    this.adminToken = adminToken
    this.#saving = setInterval(() => void this.#save(), saveEveryMs).unref()
  }

  async listen(place: {
    host: string
    port: number
    tls?: TlsOptions
  }): Promise<{ host: string; port: number }> {
    const server = createListener((request, response) => this.#app.routing(request, response), place.tls)
    await listenTcp(server, place.host, place.port)
    this.#servers.push(server)
    return { host: place.host, port: (server.address() as AddressInfo).port }
  }

  async listenSocket(path: string, options: { mode?: number } = {}): Promise<void> {
    const server = createListener((request, response) => this.#app.routing(request, response))
    await listenUnix(server, path, options.mode ?? 0o660)
    this.#servers.push(server)
  }

  async adminSocket(path: string): Promise<void> {
    const server = createListener((request, response) => {
      this.#access.allow(request)
      this.#app.routing(request, response)
    })
    await listenUnix(server, path, 0o600)
    this.#servers.push(server)
  }

  counts(): IntakeCounts & { activeDecisions: number } {
    return { ...this.#services.intake.counts, activeDecisions: this.#services.active.size }
  }

  async metrics(): Promise<string> {
    const { store, active, clock, metrics, failures, registrations, push, intake } = this.#services
    return await metrics.text({
      store,
      active,
      clock,
      alerts: this.#alertCounts,
      own: {
        active_decisions: active.size,
        push_subscribers: push.size,
        refused_logins: failures.refused,
        refused_registrations: registrations.refused,
        sent_notifications: this.#notifications.counts.sent,
        failed_notifications: this.#notifications.counts.failed,
        dropped_notifications: this.#notifications.counts.dropped,
        allowlisted_decisions: intake.counts.allowlistedDecisions,
        allowlisted_alerts: intake.counts.allowlistedAlerts,
        withheld_decisions: intake.counts.withheldDecisions,
        invalid_decisions: intake.counts.invalidDecisions,
        repeated_alerts: intake.counts.repeatedAlerts,
      },
    })
  }

  async close(): Promise<void> {
    clearInterval(this.#saving)
    this.#services.push.stop()
    await Promise.all(this.#servers.splice(0).map(closeListener))
    await this.#retention.stop()
    await this.#notifications.stop()
    await this.#feed?.stop()
    await this.#app.close()
    await this.#save()
  }

  async #save(): Promise<void> {
    const { cursors, store, logger } = this.#services
    try {
      await cursors.save(store)
      this.#saveFails = false
    } catch (error) {
      // Once for each time that the database is away, not every few seconds.
      if (this.#saveFails) return
      this.#saveFails = true
      logger.error(
        `cannot store the pulls of bouncers: ${error instanceof Error ? error.message : String(error)}`,
      )
    }
  }
}
