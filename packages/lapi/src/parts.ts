import { randomBytes } from 'node:crypto'
import { type Clock, type Logger, silentLogger, systemClock } from '@tocsin/model'
import { AllowlistCheck } from './allowlist/allowlist-check.ts'
import { AuditLog } from './audit/audit-log.ts'
import { AdminAccess } from './auth/admin.ts'
import { AttemptLimit } from './auth/attempt-limit.ts'
import { AutoRegistration } from './auth/auto-registration.ts'
import { BouncerKeys } from './auth/bouncer-key.ts'
import { CertificateAuth } from './auth/certificate/certificate-auth.ts'
import { KnownMachines } from './auth/known-machines.ts'
import { MachineTokens } from './auth/machine-token.ts'
import type { ActiveSet } from './decision/active-set.ts'
import { ChangeFeed } from './decision/change-feed.ts'
import { Ledger } from './decision/ledger.ts'
import { loadActive } from './decision/load-active.ts'
import { Turns } from './decision/turns.ts'
import { Intake } from './ingest/intake.ts'
import type { LocalApiOptions } from './local-api.ts'
import { LapiMetrics } from './metrics/lapi-metrics.ts'
import { NotificationQueue } from './notify/notification-queue.ts'
import { DecisionLookup } from './profile/decision-lookup.ts'
import { defaultProfiles } from './profile/default-profiles.ts'
import { Profiles } from './profile/profiles.ts'
import { Retention } from './retention.ts'
import type { Services } from './route/services.ts'
import { logAccess } from './server/access-log.ts'
import type { App } from './server/app.ts'
import { StreamCursors } from './stream/cursors.ts'
import { PushHub } from './stream/push-hub.ts'

const unfinishedMs = 3_600_000
const askEveryMs = 2_000
/** Failed logins and registrations that one address may make. */
const attemptLimit = { attempts: 30, windowMs: 60_000 }

/** What a Local API is put together of. Nothing of it runs by itself before it is started. */
export interface Parts {
  readonly services: Services
  readonly access: AdminAccess
  readonly adminToken: string
  readonly retention: Retention
  /** Null where no other process can change the database. */
  readonly feed: ChangeFeed | null
  readonly notifications: NotificationQueue
}

/** Loads what is kept in memory and puts the parts together. Throws what `createLocalApi` throws. */
export async function buildParts(app: App, options: LocalApiOptions): Promise<Parts> {
  const { store, clock = systemClock, logger = silentLogger } = options
  const adminToken = options.adminToken ?? randomBytes(32).toString('base64url')
  const access = buildAccess(app, options, adminToken, clock, logger)
  // What a process did not finish; another one may still be at it where there are several.
  await store.alerts.dropStaged(clock() - (store.changes ? unfinishedMs : 0))
  // Before the decisions: changes that come while they are read are read once more.
  const version = (await store.changes?.version()) ?? 0
  const active = await loadActive(store.decisions, clock())
  const cursors = new StreamCursors()
  await cursors.load(store, active)
  const allowlists = new AllowlistCheck(store)
  await allowlists.reload()
  await access.bouncers.reload()
  const push = new PushHub(active, store.identity, clock, logger)
  const accessChanged = async () => {
    access.machines.forget()
    await access.bouncers.reload()
    push.keepOnly((id) => access.bouncers.isKnown(id))
  }
  const allowlistsChanged = async () => await allowlists.reload()
  const turns = new Turns()
  const memory = { active, turns, clock, logger, allowlistsChanged, accessChanged, version }
  const feed = store.changes
    ? new ChangeFeed({ ...memory, changes: store.changes, decisions: store.decisions })
    : null
  const ledger = new Ledger(store, active, turns, feed)
  const notifications = new NotificationQueue(options.notifications ?? {}, store, clock, logger)
  const retention = new Retention({
    options: options.retention ?? {},
    store,
    ledger,
    clock,
    logger,
    deleted: async () => {
      await accessChanged()
      await allowlistsChanged()
    },
  })
  const { admin, ...proofs } = access
  const services: Services = {
    ...proofs,
    store,
    active,
    ledger,
    cursors,
    push,
    allowlists,
    intake: new Intake({
      store,
      ledger,
      allowlists,
      notifications,
      profiles: buildProfiles(options, active, notifications, logger),
      protectedAddresses: asked(options.protectedAddresses ?? (() => []), clock),
      clock,
      logger,
    }),
    trustedAddresses: options.trustedAddresses ?? [],
    remoteRegistration: options.remoteRegistration ?? true,
    metrics: buildMetrics(app, options),
    audit: new AuditLog(store.audit, clock, logger),
    clock,
    logger,
  }
  return { services, access: admin, adminToken, retention, feed, notifications }
}

/** Everything that says who somebody is. */
function buildAccess(app: App, options: LocalApiOptions, adminToken: string, clock: Clock, logger: Logger) {
  const { store } = options
  const failures = new AttemptLimit(attemptLimit, clock)
  const certificates = options.certificates
    ? new CertificateAuth(options.certificates, { clock, logger })
    : null
  const machines = new KnownMachines(store.machines, clock)
  return {
    admin: new AdminAccess(adminToken, failures),
    failures,
    certificates,
    machines,
    registrations: new AttemptLimit(attemptLimit, clock),
    bouncers: new BouncerKeys(app, { store, clock, failures, certificates }),
    tokens: new MachineTokens(app, machines, clock, options.tokenSecret),
    autoRegistration: new AutoRegistration(options.autoRegistration),
  }
}

function buildProfiles(
  { profiles = defaultProfiles(), store }: LocalApiOptions,
  active: ActiveSet,
  notifications: NotificationQueue,
  logger: Logger,
): Profiles {
  return new Profiles(profiles, new DecisionLookup(store.decisions, active), logger, notifications.names)
}

function buildMetrics(app: App, { metricsLevel = 'full', accessLog }: LocalApiOptions): LapiMetrics {
  const metrics = new LapiMetrics(metricsLevel)
  metrics.watch(app)
  if (accessLog) logAccess(app, accessLog)
  return metrics
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
