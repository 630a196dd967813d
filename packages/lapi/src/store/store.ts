// Longer than other files: the whole contract between what is kept and what keeps it, nothing but types.

import type { Cidr, WireEvent, WireMeta } from '@tocsin/model'
import type { Decision, NewDecision } from '../decision/decision.ts'

/**
 * Everything the Local API keeps, behind one interface for all databases. Times are milliseconds since the epoch.
 * Methods reject with the database's error; absence is null or an empty list, never an error.
 */
export interface Store {
  readonly database: 'sqlite' | 'postgresql' | 'mysql'
  /** Sixteen digits, made with the database and kept in it: another one, also an emptied one, has others. */
  readonly identity: string
  readonly machines: MachineStore
  readonly bouncers: BouncerStore
  readonly alerts: AlertStore
  readonly decisions: DecisionStore
  readonly allowlists: AllowlistStore
  readonly metrics: MetricsStore
  readonly audit: AuditStore
  readonly notifications: NotificationStore
  /** What other processes on the same database have changed; null where there can be none. */
  readonly changes: ChangeStore | null
  close(): Promise<void>
}

export interface Machine {
  readonly id: number
  readonly name: string
  readonly passwordHash: string
  readonly authType: string
  readonly validated: boolean
  readonly address: string
  readonly version: string
  readonly scenarios: readonly string[]
  readonly os: string
  readonly featureFlags: readonly string[]
  readonly datasources: Readonly<Record<string, number>>
  readonly createdAt: number
  readonly updatedAt: number
  readonly lastPushAt: number | null
  readonly lastHeartbeatAt: number | null
}

/** How somebody proves who it is. */
export type MachineAuth = 'password' | 'tls'
export type BouncerAuth = 'api-key' | 'tls'

export interface NewMachine {
  readonly name: string
  /** Default `password`. */
  readonly authType?: MachineAuth
  readonly passwordHash: string
  readonly validated: boolean
  readonly address: string
  readonly at: number
}

/** What a machine or a bouncer says about itself with its metrics. */
export interface UsageReport {
  readonly os: string
  readonly version: string
  readonly featureFlags: readonly string[]
  readonly datasources?: Readonly<Record<string, number>>
  /** JSON text. */
  readonly hubItems?: string
}

export interface MachineStore {
  /** False where the name is taken and `replace` is not set. */
  add(machine: NewMachine, replace?: boolean): Promise<boolean>
  get(name: string): Promise<Machine | null>
  list(): Promise<Machine[]>
  /** How many wait for an administrator. */
  countPending(): Promise<number>
  /** Names of some that were last heard of at the time or before, have no alerts and are not on this machine. */
  stale(authType: MachineAuth, heardUntil: number): Promise<string[]>
  /** False where there is none of that name. */
  validate(name: string, at: number): Promise<boolean>
  delete(names: readonly string[]): Promise<number>
  /** Keeps another hash of the same password; nothing where the password has changed meanwhile. */
  replaceHash(name: string, oldHash: string, newHash: string): Promise<void>
  recordLogin(
    name: string,
    login: { address: string; version: string; scenarios: readonly string[] | null; at: number },
  ): Promise<void>
  recordHeartbeat(name: string, at: number): Promise<void>
  recordPush(name: string, at: number): Promise<void>
  recordUsage(name: string, report: UsageReport, at: number): Promise<void>
}

export interface Bouncer {
  readonly id: number
  readonly name: string
  readonly keyHash: string
  readonly authType: string
  readonly address: string
  readonly kind: string
  readonly version: string
  readonly os: string
  readonly featureFlags: readonly string[]
  readonly autoCreated: boolean
  readonly createdAt: number
  readonly updatedAt: number
  readonly lastPullAt: number | null
}

export interface NewBouncer {
  readonly name: string
  /** Default `api-key`. */
  readonly authType?: BouncerAuth
  readonly keyHash: string
  readonly address: string
  readonly kind: string
  readonly version: string
  readonly autoCreated: boolean
  readonly at: number
}

export interface BouncerStore {
  /** Null where the name is taken. */
  add(bouncer: NewBouncer): Promise<Bouncer | null>
  get(name: string): Promise<Bouncer | null>
  list(): Promise<Bouncer[]>
  /** All entries of a key, lowest id first. */
  withKey(keyHash: string): Promise<Bouncer[]>
  /** Names of some that last pulled at the time or before. */
  stale(authType: BouncerAuth, pulledUntil: number): Promise<string[]>
  delete(names: readonly string[]): Promise<number>
  recordSeen(id: number, seen: { address: string; kind: string; version: string; at: number }): Promise<void>
  recordPulls(pulls: readonly { id: number; at: number }[]): Promise<void>
  recordUsage(id: number, report: UsageReport, at: number): Promise<void>
  /** When each client of each bouncer last pulled the stream. */
  cursors(): Promise<StreamCursor[]>
  saveCursors(cursors: readonly StreamCursor[]): Promise<void>
}

export interface StreamCursor {
  readonly bouncerId: number
  readonly userAgent: string
  readonly pulledAt: number
}

/** An alert's own fields, without its number and decisions. */
export interface AlertFields {
  readonly uuid: string
  readonly kind: string
  readonly scenario: string
  readonly scenarioVersion: string
  readonly scenarioHash: string
  readonly message: string
  readonly eventsCount: number
  readonly capacity: number
  readonly leakspeed: string
  readonly simulated: boolean
  readonly remediation: boolean
  readonly source: AlertSource
  readonly startedAt: number
  readonly stoppedAt: number
  readonly createdAt: number
  /** Timestamps already in the form in which they are answered. */
  readonly events: readonly WireEvent[]
  readonly meta: readonly WireMeta[]
}

export interface AlertSource {
  readonly scope: string
  readonly value: string
  readonly ip: string
  readonly range: string
  readonly asNumber: string
  readonly asName: string
  readonly country: string
  readonly latitude: number
  readonly longitude: number
}

export interface NewAlert extends AlertFields {
  /** Name of the machine; alerts of one that is gone are kept without an owner. */
  readonly machine: string | null
  readonly decisions: readonly NewDecision[]
  /** The sinks that are to be told of it. */
  readonly notify?: readonly string[]
}

export interface StoredAlert extends AlertFields {
  readonly id: number
  /** Null where the owner is gone. */
  readonly machine: string | null
  readonly decisions: readonly Decision[]
}

export interface AlertFilter {
  readonly scope?: string
  readonly value?: string
  readonly scenario?: string
  /** Alerts whose decisions touch the address; see the query for what exactly that means. */
  readonly address?: AddressMatch
  readonly startedSince?: number
  readonly startedUntil?: number
  readonly createdUntil?: number
  readonly decisionType?: string
  readonly origin?: string
  /** Leaves out what the community and subscribed lists brought. */
  readonly withoutCommunity?: boolean
  /** True: a decision in force at that time. False: no decision at all. */
  readonly activeDecision?: { readonly wanted: boolean; readonly at: number }
  readonly kind?: string
  readonly withoutSimulated?: boolean
}

/** Decisions around the address (`contains`), or those within it. */
export interface AddressMatch {
  readonly cidr: Cidr
  readonly contains: boolean
}

export interface AlertPage {
  readonly limit: number
  readonly order: 'asc' | 'desc'
  readonly withDecisions: boolean
  /** The last alert of the page before. */
  readonly after?: { readonly createdAt: number; readonly id: number }
}

/** What a deletion took, so that the decisions in memory can follow. */
export interface DeletedAlerts {
  readonly alerts: number
  readonly decisionIds: readonly number[]
  /** Whether there may be more to delete: a deletion stops after some alerts or decisions. */
  readonly more: boolean
}

/** Called with the number of a change where the database numbers them, once it is committed. */
export type Noted = (version: number) => void

/** A change that every process on the database has to follow in its memory. */
export type Change =
  | { readonly kind: 'alerts'; readonly alertIds: readonly number[] }
  | { readonly kind: 'end'; readonly ids: readonly number[]; readonly at: number }
  | { readonly kind: 'forget'; readonly ids: readonly number[] }
  | { readonly kind: 'allowlists' }
  /** Machines or bouncers were added, changed or deleted. */
  | { readonly kind: 'access' }

export interface NumberedChange {
  readonly version: number
  readonly change: Change
}

export interface ChangeStore {
  /** The number of the last change. */
  version(): Promise<number>
  /** Changes after the number, in order and without gaps; null where some of them are forgotten already. */
  after(version: number, limit: number): Promise<NumberedChange[] | null>
  forget(before: number): Promise<void>
  /** Calls back when there may be changes, at once in the best case; ask now and then besides. */
  listen(heard: () => void): { stop(): Promise<void> }
}

export interface AlertStore {
  /** Stores all or none, and answers each alert with the numbers given to it and its decisions. */
  insert(alerts: readonly NewAlert[], noted?: Noted): Promise<StoredAlert[]>
  /**
   * Stores alerts of very many decisions in many small steps, seen by nobody before `publish`. What is never
   * published is dropped: by this call where it fails, else by `dropStaged`.
   */
  stage(alerts: readonly NewAlert[]): Promise<StoredAlert[]>
  /** Lets staged alerts be seen, all at once. Throws where some of them are no more. */
  publish(staged: readonly StoredAlert[], noted?: Noted): Promise<void>
  /** Deletes what was staged before the time. */
  dropStaged(before: number): Promise<void>
  get(id: number, withDecisions?: boolean): Promise<StoredAlert | null>
  /** The ids of those uuids that are stored already. */
  idsOfUuids(uuids: readonly string[]): Promise<Map<string, number>>
  page(filter: AlertFilter, page: AlertPage): Promise<StoredAlert[]>
  /** How many alerts there are of each scenario, without those that came from the community or from lists. */
  countByScenario(): Promise<Map<string, number>>
  /** Deletes at most `limit` alerts that match, with their decisions. */
  delete(filter: AlertFilter, limit: number, noted?: Noted): Promise<DeletedAlerts>
  deleteById(id: number, noted?: Noted): Promise<DeletedAlerts>
  /** Deletes at most `limit` of the oldest alerts beyond the bounds; never one with a decision in force at `at`. */
  flush(
    bounds: { keepNewest?: number; createdBefore?: number; at: number },
    limit: number,
    noted?: Noted,
  ): Promise<DeletedAlerts>
}

/** Which ended decisions to read: those that ended strictly between the two times, the latest first. */
export interface EndedPage {
  readonly after: number | null
  readonly before: number
  /** Leaves out what another decision on the same value, type and scope outlasts. */
  readonly onlyLongest: boolean
  /** The last decision of the page before. */
  readonly earlierThan?: { readonly until: number; readonly id: number }
  readonly limit: number
}

export interface ActivePage {
  readonly at: number
  /** The last decision of the page before. */
  readonly idAbove: number
  readonly limit: number
}

export interface DecisionStore {
  /** Decisions that end after the time, ordered by id. */
  active(page: ActivePage): Promise<Decision[]>
  ended(page: EndedPage): Promise<Decision[]>
  get(id: number): Promise<Decision | null>
  withIds(ids: readonly number[]): Promise<Decision[]>
  /** Decisions of the alerts, ended ones too, ordered by id. */
  ofAlerts(alertIds: readonly number[], page: { idAbove: number; limit: number }): Promise<Decision[]>
  /** Ends the decisions now: their end becomes the time, whatever it was. */
  end(ids: readonly number[], at: number, noted?: Noted): Promise<void>
  /** How many decisions, ended ones too, are on the value or, where it is an address or range, around it. */
  count(value: string, filter: { createdSince?: number; activeAt?: number }): Promise<number>
}

export interface Allowlist {
  readonly name: string
  readonly description: string
  readonly createdAt: number
  readonly updatedAt: number
  readonly items: readonly AllowlistItem[]
}

export interface AllowlistItem {
  readonly value: string
  readonly comment: string
  readonly createdAt: number
  readonly expiresAt: number | null
}

export interface AllowlistStore {
  /** All lists with their items, by name. */
  list(): Promise<Allowlist[]>
  /** False where the name is taken. */
  create(name: string, description: string, at: number): Promise<boolean>
  delete(name: string): Promise<boolean>
  /** Adds what is not there yet and answers the values added; null where there is no such list. */
  addItems(name: string, items: readonly AllowlistItem[], at: number): Promise<string[] | null>
  /** Answers the values that were there; null where there is no such list. */
  removeItems(name: string, values: readonly string[], at: number): Promise<string[] | null>
  /** Removes entries that expired at the time or before, and answers how many. */
  removeExpired(at: number): Promise<number>
}

/** What a machine or bouncer reported about itself. */
export interface UsageMetrics {
  readonly ownerKind: 'machine' | 'bouncer'
  readonly ownerName: string
  readonly receivedAt: number
  /** JSON text. */
  readonly payload: string
}

export interface MetricsStore {
  add(report: UsageMetrics): Promise<void>
  /** The newest first. */
  page(page: {
    ownerKind?: string
    ownerName?: string
    limit: number
  }): Promise<(UsageMetrics & { readonly id: number })[]>
  forget(before: number): Promise<void>
}

/** Who added or removed what. */
export interface AuditEntry {
  readonly at: number
  readonly actor: string
  readonly address: string
  /** `decision.add`. */
  readonly action: string
  /** What it was done to. */
  readonly object: string
  readonly details: Readonly<Record<string, string | number | boolean | readonly string[]>>
}

export type StoredAuditEntry = AuditEntry & { readonly id: number }

export interface AuditStore {
  add(entry: AuditEntry): Promise<void>
  /** The newest first. */
  page(page: { idBelow?: number; limit: number }): Promise<StoredAuditEntry[]>
  forget(before: number): Promise<void>
}

/** An alert that a sink has still to be told of. */
export interface PendingNotification {
  readonly id: number
  readonly alertId: number
  readonly createdAt: number
  readonly attempts: number
  readonly nextAt: number
}

/** What is to be told; it is added with its alert. */
export interface NotificationStore {
  /** The oldest of a sink that may be told at the time. */
  due(sink: string, at: number, limit: number): Promise<PendingNotification[]>
  /** Takes them until the time for one more attempt; answers those that no other process has taken. */
  claim(pending: readonly PendingNotification[], until: number): Promise<PendingNotification[]>
  retry(ids: readonly number[], nextAt: number): Promise<void>
  delete(ids: readonly number[]): Promise<void>
  /** How many wait. */
  count(sink: string): Promise<number>
}
