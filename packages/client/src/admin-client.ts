import type {
  WireAddedBouncer,
  WireAuditEntry,
  WireBouncer,
  WireImportAnswer,
  WireMachine,
  WireNewAllowlistItem,
  WirePruned,
  WireUsageReport,
} from './admin-wire.ts'
import { type AdminClientOptions, AdminTransport } from './admin-transport.ts'
import type { Call, CallOptions } from './transport.ts'

/** What can be taken over from another Local API. */
export type ImportKind = 'allowlists' | 'machines' | 'bouncers' | 'alerts'

export interface ImportOptions extends CallOptions {
  /** Only asks what would come in. */
  rehearse?: boolean
  /** Decides on protected addresses too. */
  force?: boolean
  /** Where the person at the keyboard is logged in from: protected unless forced. */
  adminAddress?: string
}

/** A batch is stored in one go, which may take a while. */
const importSilenceMs = 300_000

/**
 * Administration of the Local API: `/v1/admin/*`. All methods throw TocsinError with LAPI_UNREACHABLE,
 * LAPI_TIMEOUT, LAPI_FORBIDDEN, LAPI_NOT_FOUND (no such bouncer, machine or list), LAPI_REFUSED (name taken, bad
 * value), LAPI_FAILED, LAPI_UNAVAILABLE or LAPI_BAD_ANSWER.
 */
export class AdminClient {
  readonly #admin: AdminTransport

  /** Throws LAPI_BAD_URL. */
  constructor(options: AdminClientOptions) {
    this.#admin = new AdminTransport(options)
  }

  async listBouncers(options: CallOptions = {}): Promise<WireBouncer[]> {
    return (await this.#admin.list(get('list bouncers', '/bouncers', options))) as WireBouncer[]
  }

  async getBouncer(name: string, options: CallOptions = {}): Promise<WireBouncer> {
    const call = get(`get bouncer "${name}"`, `/bouncers/${encodeURIComponent(name)}`, options)
    return (await this.#admin.object(call)) as unknown as WireBouncer
  }

  /** Adds a bouncer; without a key the Local API makes one. LAPI_REFUSED where the name is taken. */
  async addBouncer(name: string, key?: string, options: CallOptions = {}): Promise<WireAddedBouncer> {
    const body = { name, ...(key === undefined ? {} : { key }) }
    const answer = await this.#admin.object(post(`add bouncer "${name}"`, '/bouncers', body, options))
    return answer as unknown as WireAddedBouncer
  }

  /**
   * Deletes a bouncer and the entries made for further addresses of its key. LAPI_NOT_FOUND where there is none,
   * LAPI_REFUSED for such an entry by itself: delete its parent.
   */
  async deleteBouncer(name: string, options: CallOptions = {}): Promise<WirePruned> {
    const path = `/bouncers/${encodeURIComponent(name)}`
    return await this.#admin.pruned({
      action: `delete bouncer "${name}"`,
      method: 'DELETE',
      path,
      ...options,
    })
  }

  /** Deletes bouncers that have not pulled for the duration; a rehearsal only names them. */
  async pruneBouncers(
    prune: { olderThan: string; rehearse?: boolean },
    options: CallOptions = {},
  ): Promise<WirePruned> {
    const body = { older_than: prune.olderThan, rehearse: prune.rehearse ?? false }
    return await this.#admin.pruned(post('prune bouncers', '/bouncers/prune', body, options))
  }

  async listMachines(options: CallOptions = {}): Promise<WireMachine[]> {
    return (await this.#admin.list(get('list machines', '/machines', options))) as WireMachine[]
  }

  async getMachine(machineId: string, options: CallOptions = {}): Promise<WireMachine> {
    const call = get(`get machine "${machineId}"`, `/machines/${encodeURIComponent(machineId)}`, options)
    return (await this.#admin.object(call)) as unknown as WireMachine
  }

  /** Adds a machine, already validated. LAPI_REFUSED where the name is taken, unless forced to take it over. */
  async addMachine(
    machine: { machineId: string; password: string; force?: boolean },
    options: CallOptions = {},
  ): Promise<void> {
    const { machineId, password, force = false } = machine
    const body = { machine_id: machineId, password, force }
    await this.#admin.json(post(`add machine "${machineId}"`, '/machines', body, options))
  }

  async validateMachine(machineId: string, options: CallOptions = {}): Promise<void> {
    const path = `/machines/${encodeURIComponent(machineId)}/validate`
    await this.#admin.json(post(`validate machine "${machineId}"`, path, {}, options))
  }

  async deleteMachine(machineId: string, options: CallOptions = {}): Promise<void> {
    const path = `/machines/${encodeURIComponent(machineId)}`
    await this.#admin.json({ action: `delete machine "${machineId}"`, method: 'DELETE', path, ...options })
  }

  /** Deletes machines not seen for the duration and all that are not validated; a rehearsal only names them. */
  async pruneMachines(
    prune: { olderThan: string; onlyNotValidated?: boolean; rehearse?: boolean },
    options: CallOptions = {},
  ): Promise<WirePruned> {
    const body = {
      older_than: prune.olderThan,
      only_not_validated: prune.onlyNotValidated ?? false,
      rehearse: prune.rehearse ?? false,
    }
    return await this.#admin.pruned(post('prune machines', '/machines/prune', body, options))
  }

  /** Deletes old alerts without a decision in force, and answers how many. At least one bound is needed. */
  async flushAlerts(
    bounds: { maxItems?: number; maxAge?: string },
    options: CallOptions = {},
  ): Promise<number> {
    const body = {
      ...(bounds.maxItems === undefined ? {} : { max_items: bounds.maxItems }),
      ...(bounds.maxAge === undefined ? {} : { max_age: bounds.maxAge }),
    }
    return await this.#admin.count(post('flush alerts', '/alerts/flush', body, options))
  }

  async createAllowlist(name: string, description: string, options: CallOptions = {}): Promise<void> {
    const body = { name, description }
    await this.#admin.json(post(`create allowlist "${name}"`, '/allowlists', body, options))
  }

  async deleteAllowlist(name: string, options: CallOptions = {}): Promise<void> {
    const path = `/allowlists/${encodeURIComponent(name)}`
    await this.#admin.json({ action: `delete allowlist "${name}"`, method: 'DELETE', path, ...options })
  }

  /** Adds entries, ends the decisions they cover, and names the values that were new. */
  async addToAllowlist(
    name: string,
    items: readonly WireNewAllowlistItem[],
    options: CallOptions = {},
  ): Promise<WirePruned> {
    const path = `/allowlists/${encodeURIComponent(name)}/items`
    return await this.#admin.pruned(post(`add to allowlist "${name}"`, path, { items }, options))
  }

  /** Removes entries and names those that were there. */
  async removeFromAllowlist(
    name: string,
    values: readonly string[],
    options: CallOptions = {},
  ): Promise<WirePruned> {
    const path = `/allowlists/${encodeURIComponent(name)}/items`
    const body = { values }
    return await this.#admin.pruned({
      action: `remove from allowlist "${name}"`,
      method: 'DELETE',
      path,
      body,
      ...options,
    })
  }

  /** Who added or removed what, the newest first: at most 1,000 entries, those before an id where one is given. */
  async auditLog(
    page: { limit?: number; before?: number } = {},
    options: CallOptions = {},
  ): Promise<WireAuditEntry[]> {
    const call = { ...get('read the audit log', '/audit', options), query: pageParams(page) }
    return (await this.#admin.list(call)) as WireAuditEntry[]
  }

  /** What machines and bouncers reported about themselves, the newest first: at most 1,000 reports. */
  async usageMetrics(
    page: { limit?: number; kind?: 'machine' | 'bouncer'; name?: string } = {},
    options: CallOptions = {},
  ): Promise<WireUsageReport[]> {
    const call = { ...get('read the usage metrics', '/usage-metrics', options), query: pageParams(page) }
    return (await this.#admin.list(call)) as WireUsageReport[]
  }

  /**
   * Takes over what another Local API has stored; what is there already is left as it is. Records are JSON texts, so
   * that who bounds a batch by its length writes them once. LAPI_REFUSED where one of them is not what it should be.
   */
  async importRecords(
    kind: ImportKind,
    records: readonly string[],
    { rehearse = false, force = false, adminAddress, ...options }: ImportOptions = {},
  ): Promise<WireImportAnswer> {
    const call: Call = {
      action: `import ${kind}`,
      method: 'POST',
      path: `/import/${kind}`,
      json: `{"rehearse":${rehearse},"${kind}":[${records.join()}]}`,
      headers: {
        ...(force ? { 'x-tocsin-force': 'true' } : {}),
        ...(adminAddress === undefined ? {} : { 'x-tocsin-admin-address': adminAddress }),
      },
      silenceMs: importSilenceMs,
      ...options,
    }
    const answer = await this.#admin.object(call)
    if (typeof answer.imported === 'number' && Array.isArray(answer.skipped))
      return answer as unknown as WireImportAnswer
    throw this.#admin.badAnswer(call, 'the answer holds no count')
  }
}

function get(action: string, path: string, options: CallOptions): Call {
  return { action, method: 'GET', path, ...options }
}

function post(action: string, path: string, body: unknown, options: CallOptions): Call {
  return { action, method: 'POST', path, body, ...options }
}

function pageParams(page: Readonly<Record<string, string | number | undefined>>): URLSearchParams {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(page)) {
    if (value !== undefined) params.set(name, String(value))
  }
  return params
}
