import { TocsinError } from '@tocsin/model'
import type {
  WireAddedBouncer,
  WireBouncer,
  WireMachine,
  WireNewAllowlistItem,
  WirePruned,
} from './admin-wire.ts'
import { readArray, readCount, readObject } from './answer.ts'
import { type Call, type CallOptions, type Fetch, Transport, type TransportOptions } from './transport.ts'

/** Either the socket `admin.sock` of the state folder (Node only), or a url with the token in `admin.token` there. */
export type AdminClientOptions =
  ({ socketPath: string } & Omit<TransportOptions, 'url' | 'fetch'>) | ({ token: string } & TransportOptions)

const tokenHint = 'use the token in the file admin.token of the state folder of the Local API'

/**
 * Administration of the Local API: `/v1/admin/*`. All methods throw TocsinError with LAPI_UNREACHABLE,
 * LAPI_TIMEOUT, LAPI_FORBIDDEN, LAPI_NOT_FOUND (no such bouncer, machine or list), LAPI_REFUSED (name taken, bad
 * value), LAPI_FAILED, LAPI_UNAVAILABLE or LAPI_BAD_ANSWER.
 */
export class AdminClient {
  readonly #transport: Transport
  readonly #headers: Record<string, string>

  /** Throws LAPI_BAD_URL. */
  constructor(options: AdminClientOptions) {
    const viaSocket = 'socketPath' in options
    const transport = viaSocket
      ? { ...options, url: 'http://localhost', fetch: lazyUnixFetch(options.socketPath) }
      : options
    const place = viaSocket ? options.socketPath : undefined
    this.#transport = new Transport(transport, { unauthorized: tokenHint, forbidden: tokenHint }, place)
    this.#headers = viaSocket ? {} : { authorization: `Bearer ${options.token}` }
  }

  async listBouncers(options: CallOptions = {}): Promise<WireBouncer[]> {
    return (await this.#list('list bouncers', '/bouncers', options)) as WireBouncer[]
  }

  async getBouncer(name: string, options: CallOptions = {}): Promise<WireBouncer> {
    const path = `/bouncers/${encodeURIComponent(name)}`
    return (await this.#object(
      `get bouncer "${name}"`,
      'GET',
      path,
      undefined,
      options,
    )) as unknown as WireBouncer
  }

  /** Adds a bouncer; without a key the Local API makes one. LAPI_REFUSED where the name is taken. */
  async addBouncer(name: string, key?: string, options: CallOptions = {}): Promise<WireAddedBouncer> {
    const body = { name, ...(key === undefined ? {} : { key }) }
    const answer = await this.#object(`add bouncer "${name}"`, 'POST', '/bouncers', body, options)
    return answer as unknown as WireAddedBouncer
  }

  /**
   * Deletes a bouncer and the entries made for further addresses of its key. LAPI_NOT_FOUND where there is none,
   * LAPI_REFUSED for such an entry by itself: delete its parent.
   */
  async deleteBouncer(name: string, options: CallOptions = {}): Promise<WirePruned> {
    const path = `/bouncers/${encodeURIComponent(name)}`
    return await this.#pruned(`delete bouncer "${name}"`, 'DELETE', path, undefined, options)
  }

  /** Deletes bouncers that have not pulled for the duration; a rehearsal only names them. */
  async pruneBouncers(
    prune: { olderThan: string; rehearse?: boolean },
    options: CallOptions = {},
  ): Promise<WirePruned> {
    const body = { older_than: prune.olderThan, rehearse: prune.rehearse ?? false }
    return await this.#pruned('prune bouncers', 'POST', '/bouncers/prune', body, options)
  }

  async listMachines(options: CallOptions = {}): Promise<WireMachine[]> {
    return (await this.#list('list machines', '/machines', options)) as WireMachine[]
  }

  async getMachine(machineId: string, options: CallOptions = {}): Promise<WireMachine> {
    const path = `/machines/${encodeURIComponent(machineId)}`
    const answer = await this.#object(`get machine "${machineId}"`, 'GET', path, undefined, options)
    return answer as unknown as WireMachine
  }

  /** Adds a machine, already validated. LAPI_REFUSED where the name is taken, unless forced to take it over. */
  async addMachine(
    machine: { machineId: string; password: string; force?: boolean },
    options: CallOptions = {},
  ): Promise<void> {
    const body = {
      machine_id: machine.machineId,
      password: machine.password,
      force: machine.force ?? false,
    }
    await this.#json({
      action: `add machine "${machine.machineId}"`,
      method: 'POST',
      path: '/machines',
      body,
      ...options,
    })
  }

  async validateMachine(machineId: string, options: CallOptions = {}): Promise<void> {
    const path = `/machines/${encodeURIComponent(machineId)}/validate`
    await this.#json({
      action: `validate machine "${machineId}"`,
      method: 'POST',
      path,
      body: {},
      ...options,
    })
  }

  async deleteMachine(machineId: string, options: CallOptions = {}): Promise<void> {
    const path = `/machines/${encodeURIComponent(machineId)}`
    await this.#json({ action: `delete machine "${machineId}"`, method: 'DELETE', path, ...options })
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
    return await this.#pruned('prune machines', 'POST', '/machines/prune', body, options)
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
    const call = this.#call({
      action: 'flush alerts',
      method: 'POST',
      path: '/alerts/flush',
      body,
      ...options,
    })
    return readCount(this.#transport, call, await this.#transport.json(call))
  }

  async createAllowlist(name: string, description: string, options: CallOptions = {}): Promise<void> {
    const body = { name, description }
    await this.#json({
      action: `create allowlist "${name}"`,
      method: 'POST',
      path: '/allowlists',
      body,
      ...options,
    })
  }

  async deleteAllowlist(name: string, options: CallOptions = {}): Promise<void> {
    const path = `/allowlists/${encodeURIComponent(name)}`
    await this.#json({ action: `delete allowlist "${name}"`, method: 'DELETE', path, ...options })
  }

  /** Adds entries, ends the decisions they cover, and names the values that were new. */
  async addToAllowlist(
    name: string,
    items: readonly WireNewAllowlistItem[],
    options: CallOptions = {},
  ): Promise<WirePruned> {
    const path = `/allowlists/${encodeURIComponent(name)}/items`
    return await this.#pruned(`add to allowlist "${name}"`, 'POST', path, { items }, options)
  }

  /** Removes entries and names those that were there. */
  async removeFromAllowlist(
    name: string,
    values: readonly string[],
    options: CallOptions = {},
  ): Promise<WirePruned> {
    const path = `/allowlists/${encodeURIComponent(name)}/items`
    return await this.#pruned(`remove from allowlist "${name}"`, 'DELETE', path, { values }, options)
  }

  #call(call: Call): Call {
    return { ...call, path: `/v1/admin${call.path}`, headers: this.#headers }
  }

  async #json(call: Call): Promise<unknown> {
    return await this.#transport.json(this.#call(call))
  }

  async #list(action: string, path: string, options: CallOptions): Promise<unknown[]> {
    const call: Call = { action, method: 'GET', path, ...options }
    return readArray(this.#transport, call, await this.#json(call))
  }

  async #object(
    action: string,
    method: Call['method'],
    path: string,
    body: unknown,
    options: CallOptions,
  ): Promise<Record<string, unknown>> {
    const call: Call = { action, method, path, body, ...options }
    return readObject(this.#transport, call, await this.#json(call))
  }

  async #pruned(
    action: string,
    method: Call['method'],
    path: string,
    body: unknown,
    options: CallOptions,
  ): Promise<WirePruned> {
    const answer = await this.#object(action, method, path, body, options)
    if (Array.isArray(answer.names)) return { names: answer.names.map(String) }
    throw new TocsinError('LAPI_BAD_ANSWER', `cannot ${action}: the answer names nothing`)
  }
}

/** Keeps node:http out of programs that never reach for the socket. */
function lazyUnixFetch(socketPath: string): Fetch {
  return async (url, init) => {
    const { unixFetch } = await import('./unix.ts')
    return await unixFetch(socketPath)(url, init)
  }
}
