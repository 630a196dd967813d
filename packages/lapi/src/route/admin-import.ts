import type { FastifyRequest } from 'fastify'
import type { AdminAccess } from '../auth/admin.ts'
import { parseAddress } from '../decision/address.ts'
import { importedAlert } from '../ingest/imported-alert.ts'
import type { ProtectedAddress } from '../ingest/protection.ts'
import type { App } from '../server/app.ts'
import type { AllowlistItem, NewAlert } from '../store/store.ts'
import {
  ImportAlerts,
  ImportAllowlists,
  type ImportAnswer,
  ImportBouncers,
  type ImportedAlert,
  type ImportedAllowlist,
  type ImportedBouncer,
  type ImportedMachine,
  ImportMachines,
  type SkippedImport,
} from '../wire/import-schema.ts'
import { parseTime } from '../wire/time.ts'
import { endWithin } from './admin-allowlist.ts'
import type { Services } from './services.ts'

/**
 * What another Local API has kept, a batch a request. Sending a batch again changes nothing: alerts are known by
 * their uuids, bouncers, machines and allowlists by their names, entries of allowlists by their values.
 */
export function adminImportRoutes(app: App, services: Services, access: AdminAccess): void {
  const { audit, intake } = services
  const onRequest = access.require
  const config = { authenticated: true }

  const bouncers = { onRequest, config, schema: { body: ImportBouncers } }
  app.post('/v1/admin/import/bouncers', bouncers, async (request, reply) => {
    const { rehearse = false } = request.body
    const tally = await takeBouncers(services, request.body.bouncers, rehearse)
    if (tally.names.length > 0) await audit.note(request, 'bouncer.add', 'import', shown(tally.names))
    return await reply.send(answerOf(tally))
  })

  const machines = { onRequest, config, schema: { body: ImportMachines } }
  app.post('/v1/admin/import/machines', machines, async (request, reply) => {
    const { rehearse = false } = request.body
    const tally = await takeMachines(services, request.body.machines, rehearse)
    if (tally.names.length > 0) await audit.note(request, 'machine.add', 'import', shown(tally.names))
    return await reply.send(answerOf(tally))
  })

  const allowlists = { onRequest, config, schema: { body: ImportAllowlists } }
  app.post('/v1/admin/import/allowlists', allowlists, async (request, reply) => {
    const { rehearse = false } = request.body
    const tally = await takeAllowlists(services, request.body.allowlists, rehearse)
    if (tally.names.length > 0) await audit.note(request, 'allowlist.add-items', 'import', shown(tally.names))
    return await reply.send(answerOf(tally))
  })

  const alerts = { onRequest, config, schema: { body: ImportAlerts } }
  app.post('/v1/admin/import/alerts', alerts, async (request, reply) => {
    const { rehearse = false } = request.body
    const force = request.headers['x-tocsin-force'] === 'true'
    const shelter = intake.addressesProtectedFrom({ force, adminAddress: adminAddress(request) })
    const answer = await takeAlerts(services, request.body.alerts, shelter, rehearse)
    if (!rehearse && (answer.decisions ?? 0) > 0) {
      const details = {
        alerts: answer.imported,
        decisions: answer.decisions ?? 0,
        active: answer.active ?? 0,
      }
      await audit.note(request, 'decision.add', 'import', details)
    }
    return await reply.send(answer)
  })
}

interface Tally {
  imported: number
  present: number
  /** What was changed, for the audit log: nothing in a rehearsal. */
  readonly names: string[]
  readonly skipped: SkippedImport[]
}

const newTally = (): Tally => ({ imported: 0, present: 0, names: [], skipped: [] })

function answerOf({ imported, present, skipped }: Tally): ImportAnswer {
  return { imported, present, skipped }
}

function shown(names: readonly string[]) {
  return { count: names.length, names: names.slice(0, 20) }
}

function adminAddress(request: FastifyRequest): string | undefined {
  const { 'x-tocsin-admin-address': address } = request.headers
  return typeof address === 'string' ? address : undefined
}

async function takeBouncers(
  { store, clock }: Services,
  bouncers: readonly ImportedBouncer[],
  rehearse: boolean,
): Promise<Tally> {
  const tally = newTally()
  for (const { name, auth_type: authType, key_hash: hash, ip_address: address, ...rest } of bouncers) {
    const keyHash = authType === 'tls' ? `tls:${name}` : hash
    if (keyHash === undefined) {
      tally.skipped.push({ name: `bouncer ${name}`, reason: 'it has no hash of a key' })
      continue
    }
    const there = await store.bouncers.get(name)
    if (there && there.keyHash !== keyHash) {
      tally.skipped.push({ name: `bouncer ${name}`, reason: 'there is one of that name with another key' })
      continue
    }
    const { type: kind, version, auto_created: autoCreated } = rest
    const bouncer = { name, authType, keyHash, address, kind, version, autoCreated, at: clock() }
    const isNew = !there && (rehearse || (await store.bouncers.add(bouncer)) !== null)
    count(tally, name, isNew, rehearse)
  }
  return tally
}

async function takeMachines(
  { store, clock }: Services,
  machines: readonly ImportedMachine[],
  rehearse: boolean,
): Promise<Tally> {
  const tally = newTally()
  for (const { machine_id: name, auth_type: authType, password_hash: hash, ...rest } of machines) {
    const passwordHash = authType === 'tls' ? '' : hash
    if (passwordHash === undefined) {
      tally.skipped.push({ name: `machine ${name}`, reason: 'it has no hash of a password' })
      continue
    }
    const { is_validated: validated, ip_address: address } = rest
    const machine = { name, authType, passwordHash, validated, address, at: clock() }
    const isNew =
      (await store.machines.get(name)) === null && (rehearse || (await store.machines.add(machine)))
    count(tally, name, isNew, rehearse)
  }
  return tally
}

function count(tally: Tally, name: string, isNew: boolean, rehearse: boolean): void {
  if (!isNew) tally.present++
  else tally.imported++
  if (isNew && !rehearse) tally.names.push(name)
}

async function takeAllowlists(
  services: Services,
  lists: readonly ImportedAllowlist[],
  rehearse: boolean,
): Promise<Tally> {
  const { store, allowlists, clock } = services
  const tally = newTally()
  const now = clock()
  const known = new Map((await store.allowlists.list()).map((list) => [list.name, list.items]))
  for (const { name, description, items } of lists) {
    const there = new Set(known.get(name)?.map(({ value }) => value))
    const fresh = new Map<string, AllowlistItem>()
    for (const item of items) {
      const read = readItem(item, now)
      if (typeof read === 'string')
        tally.skipped.push({ name: `${item.value} of allowlist ${name}`, reason: read })
      else if (there.has(read.value) || fresh.has(read.value)) tally.present++
      else fresh.set(read.value, read)
    }
    tally.imported += fresh.size
    if (rehearse) continue
    if (!known.has(name)) await store.allowlists.create(name, description, now)
    if (fresh.size > 0) await store.allowlists.addItems(name, [...fresh.values()], now)
    tally.names.push(...fresh.keys())
  }
  if (tally.names.length > 0) {
    await allowlists.reload()
    await endWithin(
      services,
      tally.names.flatMap((value) => parseAddress(value) ?? []),
      now,
    )
  }
  return tally
}

function readItem(
  { value, comment, created_at: created, expires_at: expires }: ImportedAllowlist['items'][number],
  now: number,
): AllowlistItem | string {
  if (!parseAddress(value)) return 'it is neither an address nor a range'
  const expiry = expires === undefined ? null : parseTime(expires)
  if (expires !== undefined && !expiry) return `its end '${expires}' is no time`
  if (expiry && expiry.ms <= now) return 'it has expired'
  const createdAt = (created === undefined ? null : parseTime(created)?.ms) ?? now
  return { value, comment, createdAt, expiresAt: expiry?.ms ?? null }
}

async function takeAlerts(
  { store, ledger, allowlists, clock }: Services,
  posted: readonly ImportedAlert[],
  protectedAddresses: readonly ProtectedAddress[],
  rehearse: boolean,
): Promise<ImportAnswer> {
  const now = clock()
  const known = new Set((await store.alerts.idsOfUuids(posted.map(({ uuid }) => uuid))).keys())
  const fresh: NewAlert[] = []
  const skipped: SkippedImport[] = []
  for (const alert of posted) {
    if (known.has(alert.uuid)) continue
    known.add(alert.uuid)
    const read = importedAlert(alert, { allowlists, protectedAddresses, now })
    fresh.push(read.alert)
    for (const one of read.skipped) skipped.push(one)
  }
  // Those with decisions in force, which count as created now, before those that are history.
  fresh.sort((a, b) => b.createdAt - a.createdAt)
  if (!rehearse) await ledger.insert(fresh, now)
  const decisions = fresh.flatMap((alert) => alert.decisions)
  return {
    imported: fresh.length,
    present: posted.length - fresh.length,
    decisions: decisions.length,
    active: decisions.filter(({ until }) => until > now).length,
    skipped,
  }
}
