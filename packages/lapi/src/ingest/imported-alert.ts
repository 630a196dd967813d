import { randomUUID } from 'node:crypto'
import { normalizeScope } from '@tocsin/model'
import type { AllowlistCheck } from '../allowlist/allowlist-check.ts'
import { isAddressScope, parseAddress } from '../decision/address.ts'
import type { NewDecision } from '../decision/decision.ts'
import { endOf } from '../decision/duration.ts'
import type { AlertFields, NewAlert } from '../store/store.ts'
import type { ImportedAlert, ImportedDecision, SkippedImport } from '../wire/import-schema.ts'
import { parseTime } from '../wire/time.ts'
import { alertFields, listOrigins } from './intake.ts'
import { protectionReason, type ProtectedAddress } from './protection.ts'

/** What decides whether an imported decision may come in. */
export interface ImportGuard {
  readonly allowlists: AllowlistCheck
  readonly protectedAddresses: readonly ProtectedAddress[]
  readonly now: number
}

/**
 * The alert as it is stored, with those of its decisions that may come in. Decisions keep the moment at which they
 * end; ended ones come along as history. An alert with a decision in force counts as created now: who follows the
 * stream of decisions must hear of it.
 */
export function importedAlert(
  posted: ImportedAlert,
  guard: ImportGuard,
): { alert: NewAlert; skipped: SkippedImport[] } {
  const { decisions: given, ...rest } = posted
  const fields = alertFields(rest, posted.uuid, guard.now)
  const skipped: SkippedImport[] = []
  const decisions: NewDecision[] = []
  for (const decision of given) {
    const read = importedDecision(decision, fields, guard)
    if (typeof read !== 'string') decisions.push(read)
    else
      skipped.push({
        name: `${decision.type} on ${decision.scope} ${decision.value} of alert ${posted.uuid}`,
        reason: read,
      })
  }
  const isActive = decisions.some(({ until }) => until > guard.now)
  const createdAt = isActive ? guard.now : (parseTime(posted.created_at)?.ms ?? guard.now)
  return { alert: { ...fields, createdAt, machine: posted.machine_id ?? null, decisions }, skipped }
}

/** The decision, or why it stays out. */
function importedDecision(
  posted: ImportedDecision,
  alert: AlertFields,
  { allowlists, protectedAddresses, now }: ImportGuard,
): NewDecision | string {
  const end = parseTime(posted.until)
  if (!end) return `its end '${posted.until}' is no time`
  const scope = normalizeScope(posted.scope)
  const cidr = isAddressScope(scope) ? parseAddress(posted.value) : null
  if (isAddressScope(scope) && !cidr) return 'its value is neither an address nor a range'
  const { uuid, origin, scenario, type, value, simulated = false } = posted
  // One that lasted a hundred years from the start was permanent.
  const until = endOf(alert.stoppedAt, end.ms - alert.stoppedAt)
  const decision = { uuid: ownUuid(uuid), origin, scenario, scope, type, value, cidr, simulated, until }
  if (!cidr || until <= now) return decision
  const [listed] = listOrigins.has(origin) ? allowlists.reasons(cidr, now) : []
  if (listed !== undefined) return `it is allowlisted: ${listed}`
  return (simulated ? null : protectionReason(cidr, protectedAddresses)) ?? decision
}

function ownUuid(uuid: string | undefined): string {
  return uuid !== undefined && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(uuid)
    ? uuid
    : randomUUID()
}
