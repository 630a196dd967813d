import type { WireMetric } from './wire.ts'

/** A bouncer as `bouncers list -o json` prints it. Times are RFC 3339, or null where nothing happened yet. */
export interface WireBouncer {
  name: string
  created_at: string
  updated_at: string
  revoked: boolean
  ip_address: string
  type: string
  version: string
  last_pull: string | null
  auth_type: string
  os?: string
  featureflags?: string[]
  /** True for the entry that a shared key gets for each further address. */
  auto_created: boolean
}

/** A new bouncer and its key, which is shown only this once: the Local API keeps a hash. */
export interface WireAddedBouncer {
  name: string
  api_key: string
}

/** A machine as `machines list -o json` prints it. */
export interface WireMachine {
  machineId: string
  created_at: string
  updated_at: string
  last_push: string | null
  last_heartbeat: string | null
  ipAddress: string
  version: string
  /** Absent while an administrator has not validated the machine. */
  isValidated?: boolean
  auth_type: string
  os?: string
  featureflags?: string[]
  datasources?: Record<string, number>
  scenarios?: string[]
}

/** Names that a prune or a deletion took, or would take when it was a rehearsal. */
export interface WirePruned {
  names: string[]
}

/** An entry to add to an allowlist: an address or a range. */
export interface WireNewAllowlistItem {
  value: string
  comment?: string
  /** RFC 3339; absent means never. */
  expires_at?: string
}

/** One thing that somebody added or removed. */
export interface WireAuditEntry {
  id: number
  /** RFC 3339. */
  at: string
  /** `administrator NAME`, or `machine NAME`. */
  actor: string
  address: string
  /** `decision.add`. */
  action: string
  /** What it was done to. */
  object: string
  details: Record<string, string | number | boolean | string[]>
}

/** What a machine or a bouncer once reported about itself. */
export interface WireUsageReport {
  id: number
  kind: 'machine' | 'bouncer'
  name: string
  /** RFC 3339. */
  received_at: string
  payload: { type?: string; metrics: WireMetric[] }
}

/** What became of imported records. */
export interface WireImportAnswer {
  imported: number
  /** Left as they were. */
  present: number
  /** Of alerts: their decisions, and how many of those are in force. */
  decisions?: number
  active?: number
  skipped: readonly { readonly name: string; readonly reason: string }[]
}
