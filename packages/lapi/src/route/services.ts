import type { Cidr, Clock, Logger } from '@tocsin/model'
import type { AllowlistCheck } from '../allowlist/allowlist-check.ts'
import type { AttemptLimit } from '../auth/attempt-limit.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { AutoRegistration } from '../auth/auto-registration.ts'
import type { BouncerKeys } from '../auth/bouncer-key.ts'
import type { CertificateAuth } from '../auth/certificate/certificate-auth.ts'
import type { KnownMachines } from '../auth/known-machines.ts'
import type { MachineTokens } from '../auth/machine-token.ts'
import type { ActiveSet } from '../decision/active-set.ts'
import type { Ledger } from '../decision/ledger.ts'
import type { Intake } from '../ingest/intake.ts'
import type { LapiMetrics } from '../metrics/lapi-metrics.ts'
import type { Store } from '../store/store.ts'
import type { PushHub } from '../stream/push-hub.ts'
import type { StreamCursors } from '../stream/cursors.ts'

/** What routes work with. */
export interface Services {
  readonly store: Store
  readonly active: ActiveSet
  /** Changes decisions; `active` is for reading. */
  readonly ledger: Ledger
  readonly cursors: StreamCursors
  readonly push: PushHub
  readonly allowlists: AllowlistCheck
  readonly intake: Intake
  readonly tokens: MachineTokens
  readonly machines: KnownMachines
  /** Null where certificates prove nothing. */
  readonly certificates: CertificateAuth | null
  /** Logins, keys and tokens that failed. */
  readonly failures: AttemptLimit
  /** Machines that registered themselves. */
  readonly registrations: AttemptLimit
  readonly bouncers: BouncerKeys
  readonly autoRegistration: AutoRegistration
  /** From where alerts may be deleted, besides the loopback and the sockets. */
  readonly trustedAddresses: readonly Cidr[]
  /** Whether machines on other hosts may register. */
  readonly remoteRegistration: boolean
  readonly metrics: LapiMetrics
  readonly audit: AuditLog
  readonly clock: Clock
  readonly logger: Logger
}

export const jsonType = 'application/json; charset=utf-8'
export const plainType = 'text/plain; charset=utf-8'
