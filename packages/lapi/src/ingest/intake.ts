import { randomUUID } from 'node:crypto'
import { type Clock, type Logger, normalizeScope } from '@tocsin/model'
import type { AllowlistCheck } from '../allowlist/allowlist-check.ts'
import { isAddressScope, parseAddress } from '../decision/address.ts'
import type { NewDecision } from '../decision/decision.ts'
import { endOf, parseDecisionDuration } from '../decision/duration.ts'
import type { Ledger } from '../decision/ledger.ts'
import type { ProfileDecision, Profiles } from '../profile/profiles.ts'
import { type NotificationQueue, withNotifications } from '../notify/notification-queue.ts'
import { Pace } from '../pace.ts'
import { Refusal } from '../server/refusal.ts'
import type { AlertFields, NewAlert, Store } from '../store/store.ts'
import type { PostedAlert, PostedDecision } from '../wire/alert-schema.ts'
import { formatEventTime, parseTime } from '../wire/time.ts'
import { boundAlertMeta, boundEventMeta } from './bound-meta.ts'
import { protectionReason, type ProtectedAddress, senderProtection } from './protection.ts'

export interface IntakeOptions {
  readonly store: Store
  readonly ledger: Ledger
  readonly allowlists: AllowlistCheck
  readonly profiles: Profiles
  readonly notifications: Pick<NotificationQueue, 'admit'>
  readonly protectedAddresses: () => readonly ProtectedAddress[]
  readonly clock: Clock
  readonly logger: Logger
}

/** Who sends alerts, and what was asked for with them. */
export interface Sender {
  readonly machine: string
  /** Decide on protected addresses too. */
  readonly force: boolean
  /** Where the person behind the sender is logged in from. */
  readonly adminAddress: string | undefined
  /** The alerts' uuids are the sender's own: one that is stored already is not stored again. */
  readonly keepUuids: boolean
}

/** What was dropped since the start. */
export interface IntakeCounts {
  /** Alerts on allowlisted addresses. */
  allowlistedAlerts: number
  /** Decisions of lists and of the community on allowlisted addresses. */
  allowlistedDecisions: number
  /** Decisions of profiles that would have hit a protected address. */
  withheldDecisions: number
  /** Posted decisions whose address is none. */
  invalidDecisions: number
  /** Alerts that were sent again. */
  repeatedAlerts: number
}

/** Alert to decision: what becomes of the alerts that machines send. */
export class Intake {
  readonly counts: IntakeCounts = {
    allowlistedAlerts: 0,
    allowlistedDecisions: 0,
    withheldDecisions: 0,
    invalidDecisions: 0,
    repeatedAlerts: 0,
  }
  readonly #options: IntakeOptions

  constructor(options: IntakeOptions) {
    this.#options = options
  }

  /**
   * Stores all or nothing, and answers the ids of what was stored, in the order of the alerts. Throws a Refusal
   * where a decision has no readable duration or hits a protected address.
   */
  async take(posted: readonly PostedAlert[], sender: Sender): Promise<string[]> {
    const { ledger, clock } = this.#options
    const now = clock()
    const known = sender.keepUuids ? await this.#knownUuids(posted) : new Map<string, number>()
    const fresh: NewAlert[] = []
    // For each alert that has an id: the known one, or its place among the fresh ones.
    const answers: ({ id: number } | { at: number })[] = []
    const places = new Map<string, number>()
    const pace = new Pace()
    for (const alert of posted) {
      await pace.breathe()
      const uuid = sender.keepUuids ? ownUuid(alert) : undefined
      const knownId = uuid === undefined ? undefined : known.get(uuid)
      const place = uuid === undefined ? undefined : places.get(uuid)
      if (knownId !== undefined || place !== undefined) {
        this.counts.repeatedAlerts++
        answers.push(knownId === undefined ? { at: place ?? 0 } : { id: knownId })
        continue
      }
      const made = await this.#newAlert(alert, uuid ?? randomUUID(), sender, now, pace)
      if (!made) continue
      places.set(made.uuid, fresh.length)
      answers.push({ at: fresh.length })
      fresh.push(made)
    }
    const stored = await ledger.insert(fresh, now)
    await this.#recordPush(sender.machine, now)
    return answers.map((answer) => String('id' in answer ? answer.id : stored[answer.at]?.id))
  }

  /** What decisions of the sender must not hit; nothing for one who insists. */
  addressesProtectedFrom(sender: Pick<Sender, 'force' | 'adminAddress'>): readonly ProtectedAddress[] {
    if (sender.force) return []
    return [...senderProtection(sender.adminAddress), ...this.#options.protectedAddresses()]
  }

  /** The alerts are stored by now: a failure here must not make their sender push them again. */
  async #recordPush(machine: string, now: number): Promise<void> {
    const { store, logger } = this.#options
    try {
      await store.machines.recordPush(machine, now)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      logger.warn(`cannot note that machine "${machine}" has pushed: ${reason}`)
    }
  }

  async #knownUuids(posted: readonly PostedAlert[]): Promise<Map<string, number>> {
    const uuids = posted.flatMap((alert) => ownUuid(alert) ?? [])
    return uuids.length === 0 ? new Map() : await this.#options.store.alerts.idsOfUuids(uuids)
  }

  /** Null where the alert is dropped: allowlisted, or all that it decides has no valid address. */
  async #newAlert(
    posted: PostedAlert,
    uuid: string,
    sender: Sender,
    now: number,
    pace: Pace,
  ): Promise<NewAlert | null> {
    const fields = alertFields(posted, uuid, now)
    const alert = { ...fields, machine: sender.machine }
    const given = posted.decisions ?? []
    if (given.length > 0) {
      const decisions = await this.#givenDecisions(given, fields, sender, pace)
      return decisions.length === 0 ? null : await this.#toTell({ ...alert, decisions })
    }
    if (this.#isAllowlisted(fields, now)) {
      this.counts.allowlistedAlerts++
      return null
    }
    const { notifications, profiles } = this.#options
    const { decisions, notify } = await profiles.decide({ ...alert, decisions: [] })
    const decided = { ...alert, decisions: this.#profileDecisions(decisions, fields) }
    return withNotifications(decided, await notifications.admit(notify))
  }

  /** Of an alert that is decided already the profiles only tell. */
  async #toTell(alert: NewAlert): Promise<NewAlert> {
    const { notifications, profiles } = this.#options
    if (!profiles.notifies) return alert
    const { notify } = await profiles.decide(alert)
    return withNotifications(alert, await notifications.admit(notify))
  }

  #isListed({ cidr }: NewDecision): boolean {
    const { allowlists, clock } = this.#options
    return cidr !== null && allowlists.reasons(cidr, clock()).length > 0
  }

  #isAllowlisted(alert: AlertFields, now: number): boolean {
    if (!isAddressScope(alert.source.scope)) return false
    const cidr = parseAddress(alert.source.value)
    return cidr !== null && this.#options.allowlists.reasons(cidr, now).length > 0
  }

  async #givenDecisions(
    given: readonly PostedDecision[],
    alert: AlertFields,
    sender: Sender,
    pace: Pace,
  ): Promise<NewDecision[]> {
    const protectedAddresses = this.addressesProtectedFrom(sender)
    const decisions: NewDecision[] = []
    for (const [index, posted] of given.entries()) {
      if (index % 100 === 99) await pace.breathe()
      const decision = this.#givenDecision(posted, alert, protectedAddresses)
      if (decision) decisions.push(decision)
    }
    return decisions
  }

  /** Null where the address is none. Throws a Refusal. */
  #givenDecision(
    posted: PostedDecision,
    alert: AlertFields,
    protectedAddresses: readonly ProtectedAddress[],
  ): NewDecision | null {
    const durationMs = parseDecisionDuration(posted.duration)
    if (durationMs === null) {
      throw new Refusal(422, `decision duration '${posted.duration}': unable to parse duration`)
    }
    const decision = newDecision(posted, alert, durationMs)
    if (isAddressScope(decision.scope) && !decision.cidr) {
      this.counts.invalidDecisions++
      return null
    }
    if (listOrigins.has(decision.origin) && this.#isListed(decision)) {
      this.counts.allowlistedDecisions++
      return null
    }
    const reason = protectedReason(decision, protectedAddresses)
    if (reason === null) return decision
    const advice = 'use --force to decide on it all the same'
    throw new Refusal(409, `cannot decide to ${decision.type} ${decision.value}: ${reason}; ${advice}`)
  }

  #profileDecisions(decided: readonly ProfileDecision[], alert: AlertFields): NewDecision[] {
    if (decided.length === 0) return []
    const protectedAddresses = this.#options.protectedAddresses()
    return decided.flatMap(({ origin, type, scope, simulated, durationMs }) => {
      const value = alert.source.value
      const posted = { origin, type, scope, value, scenario: alert.scenario, simulated }
      const decision = newDecision(posted, alert, durationMs)
      if (isAddressScope(decision.scope) && !decision.cidr) {
        this.counts.invalidDecisions++
        return []
      }
      const reason = protectedReason(decision, protectedAddresses)
      if (reason === null) return [decision]
      this.counts.withheldDecisions++
      this.#options.logger.warn(
        `cannot ${type} ${value} for ${alert.scenario}: ${reason}; the alert is kept without this decision`,
        { scenario: alert.scenario, value },
      )
      return []
    })
  }
}

/** Decisions that nobody has looked at: an allowlist counts more. What a person decides by name, counts. */
export const listOrigins: ReadonlySet<string> = new Set(['CAPI', 'lists', 'cscli-import'])

/** Simulated decisions block nobody, hence need no protection. */
function protectedReason(decision: NewDecision, addresses: readonly ProtectedAddress[]): string | null {
  return decision.simulated || !decision.cidr ? null : protectionReason(decision.cidr, addresses)
}

function newDecision(
  posted: Omit<PostedDecision, 'duration'>,
  alert: AlertFields,
  durationMs: number,
): NewDecision {
  const scope = normalizeScope(posted.scope)
  return {
    uuid: randomUUID(),
    origin: posted.origin,
    scenario: posted.scenario,
    scope,
    type: posted.type,
    value: posted.value,
    cidr: isAddressScope(scope) ? parseAddress(posted.value) : null,
    simulated: alert.simulated || (posted.simulated ?? false),
    until: endOf(alert.stoppedAt, durationMs),
  }
}

/** What an alert says, in our terms. */
export function alertFields(posted: PostedAlert, uuid: string, now: number): AlertFields {
  const { source } = posted
  return {
    uuid,
    kind: posted.kind ?? '',
    scenario: posted.scenario,
    scenarioVersion: posted.scenario_version,
    scenarioHash: posted.scenario_hash,
    message: posted.message,
    eventsCount: posted.events_count,
    capacity: posted.capacity,
    leakspeed: posted.leakspeed,
    simulated: posted.simulated,
    remediation: posted.remediation ?? false,
    source: {
      scope: normalizeScope(source.scope),
      value: source.value,
      ip: source.ip ?? '',
      range: source.range ?? '',
      asNumber: source.as_number ?? '',
      asName: source.as_name ?? '',
      country: source.cn ?? '',
      latitude: source.latitude ?? 0,
      longitude: source.longitude ?? 0,
    },
    startedAt: parseTime(posted.start_at)?.ms ?? now,
    stoppedAt: parseTime(posted.stop_at)?.ms ?? now,
    createdAt: now,
    events: posted.events.map(({ timestamp, meta }) => ({
      timestamp: formatEventTime(parseTime(timestamp) ?? { ms: now, fraction: '' }),
      meta: boundEventMeta(meta),
    })),
    meta: boundAlertMeta(posted.meta ?? []),
  }
}

const uuidPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

function ownUuid(alert: PostedAlert): string | undefined {
  return alert.uuid !== undefined && uuidPattern.test(alert.uuid) ? alert.uuid.toLowerCase() : undefined
}
