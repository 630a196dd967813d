import { TocsinError, type WireAlert } from '@tocsin/model'
import { readAlert, readAlerts, readArray, readCount, readObject, readStrings } from './answer.ts'
import { type AlertQuery, alertParams, type DecisionDeletion, deletionParams } from './query.ts'
import { type Call, type CallOptions, Transport, type TransportOptions } from './transport.ts'
import type { WireAllowlist, WireAllowlistCheck, WireAllowlistMatch, WireLogProcessor } from './wire.ts'

export interface MachineClientOptions extends TransportOptions {
  /** Name and password; both absent where a certificate says who this is: see `@tocsin/client/tls`. */
  machineId?: string
  password?: string
  /** Names of the installed scenarios, told to the Local API at each login. */
  scenarios?: readonly string[]
  /** Whose command this is, for the audit log: 1 to 64 printable characters without blanks. */
  actor?: string
}

export interface PushOptions extends CallOptions {
  /** Decide even on protected addresses (loopback, the Local API's own, a logged-in administrator's). */
  force?: boolean
  /** The address that the person at the command line came from: decisions on it are refused unless forced. */
  adminAddress?: string
}

export interface RegisterOptions extends TransportOptions {
  machineId: string
  password: string
  registrationToken?: string
}

const hints = {
  unauthorized:
    'check the name and password of the machine, and that an administrator has validated it (tocsin machines list)',
  forbidden: 'this address or this machine may not do that; see the access rules of the Local API',
}
const certificateHints = {
  ...hints,
  unauthorized: 'check that the Local API takes machines with the authority and the OU of this certificate',
}
const renewalMarginMs = 60_000

/**
 * What a machine (an agent, or the command line) does at the Local API. It logs in by itself, renews the token
 * before it ends and logs in once more where the server has forgotten it. All methods throw TocsinError with
 * LAPI_UNREACHABLE, LAPI_INSECURE, LAPI_TIMEOUT, LAPI_CLOSED, LAPI_UNAUTHORIZED, LAPI_FORBIDDEN, LAPI_NOT_FOUND,
 * LAPI_REFUSED, LAPI_FAILED, LAPI_UNAVAILABLE, LAPI_BAD_ANSWER or LAPI_ANSWER_TOO_LARGE.
 */
export class MachineClient {
  readonly #transport: Transport
  readonly #options: MachineClientOptions
  #token: Promise<Token> | undefined

  /** Throws LAPI_BAD_URL. */
  constructor(options: MachineClientOptions) {
    this.#options = options
    this.#transport = new Transport(options, options.machineId === undefined ? certificateHints : hints)
  }

  /** Logs in now, whatever token is held. The other methods do it by themselves. */
  async login(options: CallOptions = {}): Promise<void> {
    this.#token = undefined
    await this.#freshToken(options)
  }

  /**
   * Stores alerts and answers their ids; alerts that are dropped by rule (allowlisted) have none. An alert with a
   * uuid of its own is stored once by our Local API however often it is pushed; others give it a new one each time.
   */
  async pushAlerts(alerts: readonly WireAlert[], options: PushOptions = {}): Promise<string[]> {
    const call = { action: 'push alerts', method: 'POST', path: '/v1/alerts', body: alerts } as const
    const headers: Record<string, string> = {
      'x-tocsin-keep-uuids': 'true',
      ...(options.force ? { 'x-tocsin-force': 'true' } : {}),
      ...(options.adminAddress === undefined ? {} : { 'x-tocsin-admin-address': options.adminAddress }),
    }
    return readStrings(this.#transport, call, await this.#json({ ...call, headers, ...options }))
  }

  async heartbeat(options: CallOptions = {}): Promise<void> {
    await this.#json({ action: 'send a heartbeat', method: 'GET', path: '/v1/heartbeat', ...options })
  }

  /** Newest first unless sorted otherwise; 100 at most unless the query says. */
  async listAlerts(query: AlertQuery = {}, options: CallOptions = {}): Promise<WireAlert[]> {
    const call = { action: 'list alerts', method: 'GET', path: '/v1/alerts' } as const
    return readAlerts(
      this.#transport,
      call,
      await this.#json({ ...call, query: alertParams(query), ...options }),
    )
  }

  /** One alert; LAPI_NOT_FOUND where there is none of that id. */
  async getAlert(id: number, options: CallOptions = {}): Promise<WireAlert> {
    const call = { action: `get alert ${id}`, method: 'GET', path: `/v1/alerts/${id}` } as const
    return readAlert(this.#transport, call, await this.#json({ ...call, ...options }))
  }

  /** Deletes alerts with their decisions and answers how many. An empty query deletes every alert. */
  async deleteAlerts(query: AlertQuery, options: CallOptions = {}): Promise<number> {
    const call = { action: 'delete alerts', method: 'DELETE', path: '/v1/alerts' } as const
    return readCount(
      this.#transport,
      call,
      await this.#json({ ...call, query: alertParams(query), ...options }),
    )
  }

  async deleteAlert(id: number, options: CallOptions = {}): Promise<number> {
    const call = { action: `delete alert ${id}`, method: 'DELETE', path: `/v1/alerts/${id}` } as const
    return readCount(this.#transport, call, await this.#json({ ...call, ...options }))
  }

  /** Ends decisions now and answers how many. An empty query ends every decision in force. */
  async deleteDecisions(query: DecisionDeletion, options: CallOptions = {}): Promise<number> {
    const call = { action: 'delete decisions', method: 'DELETE', path: '/v1/decisions' } as const
    return readCount(
      this.#transport,
      call,
      await this.#json({ ...call, query: deletionParams(query), ...options }),
    )
  }

  async deleteDecision(id: number, options: CallOptions = {}): Promise<number> {
    const call = { action: `delete decision ${id}`, method: 'DELETE', path: `/v1/decisions/${id}` } as const
    return readCount(this.#transport, call, await this.#json({ ...call, ...options }))
  }

  async listAllowlists(withContent = false, options: CallOptions = {}): Promise<WireAllowlist[]> {
    const call = { action: 'list allowlists', method: 'GET', path: '/v1/allowlists' } as const
    const answer = await this.#json({ ...call, query: contentParams(withContent), ...options })
    return readArray(this.#transport, call, answer) as WireAllowlist[]
  }

  async getAllowlist(name: string, withContent = true, options: CallOptions = {}): Promise<WireAllowlist> {
    const path = `/v1/allowlists/${encodeURIComponent(name)}`
    const call = { action: `get allowlist "${name}"`, method: 'GET', path } as const
    const answer = await this.#json({ ...call, query: contentParams(withContent), ...options })
    return readObject(this.#transport, call, answer) as unknown as WireAllowlist
  }

  /** Whether an address or range touches an allowlist, and which. */
  async checkAllowlist(target: string, options: CallOptions = {}): Promise<WireAllowlistCheck> {
    const path = `/v1/allowlists/check/${encodeURIComponent(target)}`
    const call = { action: `check "${target}" against the allowlists`, method: 'GET', path } as const
    return readObject(this.#transport, call, await this.#json({ ...call, ...options }))
  }

  /** The targets that touch an allowlist; the others are left out. */
  async checkAllowlists(
    targets: readonly string[],
    options: CallOptions = {},
  ): Promise<WireAllowlistMatch[]> {
    const path = '/v1/allowlists/check'
    const call = { action: 'check the allowlists', method: 'POST', path, body: { targets } } as const
    const answer = readObject(this.#transport, call, await this.#json({ ...call, ...options }))
    return readArray(this.#transport, call, answer.results) as WireAllowlistMatch[]
  }

  async usageMetrics(metrics: WireLogProcessor, options: CallOptions = {}): Promise<void> {
    const body = { log_processors: [metrics] }
    await this.#json({
      action: 'report metrics',
      method: 'POST',
      path: '/v1/usage-metrics',
      body,
      ...options,
    })
  }

  /** Removes this machine from the Local API; its alerts stay. */
  async unregister(options: CallOptions = {}): Promise<void> {
    await this.#json({ action: 'unregister', method: 'DELETE', path: '/v1/watchers/self', ...options })
    this.#token = undefined
  }

  async #json(call: Call): Promise<unknown> {
    const token = await this.#freshToken(call)
    try {
      return await this.#transport.json(this.#signed(call, token))
    } catch (error) {
      if (!(error instanceof TocsinError) || error.code !== 'LAPI_UNAUTHORIZED') throw error
      // A restart of the Local API voids its tokens before their time.
      if ((await this.#token?.catch(() => undefined)) === token) this.#token = undefined
      return await this.#transport.json(this.#signed(call, await this.#freshToken(call)))
    }
  }

  #signed(call: Call, { value }: Token): Call {
    const { actor } = this.#options
    const headers = {
      ...call.headers,
      authorization: `Bearer ${value}`,
      ...(actor === undefined ? {} : { 'x-tocsin-actor': actor }),
    }
    return { ...call, headers }
  }

  /** The held token, or a new one where it is about to end; concurrent callers share one login. */
  async #freshToken(options: CallOptions): Promise<Token> {
    const held = await this.#token?.catch(() => undefined)
    if (held && held.expiresAt - Date.now() > renewalMarginMs) return held
    if (held) this.#token = undefined
    this.#token ??= this.#requestToken(options).catch((error: unknown) => {
      this.#token = undefined
      throw error
    })
    return await this.#token
  }

  async #requestToken(options: CallOptions): Promise<Token> {
    const { machineId, password, scenarios = [] } = this.#options
    const body = { machine_id: machineId, password, scenarios }
    const call = {
      action: machineId === undefined ? 'log in with a certificate' : `log in as machine "${machineId}"`,
      method: 'POST',
      path: '/v1/watchers/login',
      body,
    } as const
    const { token, expire } = readObject(
      this.#transport,
      call,
      await this.#transport.json({ ...call, ...(options.signal ? { signal: options.signal } : {}) }),
    )
    if (typeof token !== 'string' || typeof expire !== 'string' || Number.isNaN(Date.parse(expire))) {
      throw this.#transport.failure(call, 'LAPI_BAD_ANSWER', 'the answer holds no token')
    }
    return { value: token, expiresAt: Date.parse(expire) }
  }
}

/**
 * Asks the Local API to accept a new machine. True where it may log in at once (a valid registration token),
 * false where an administrator has to validate it first. LAPI_FORBIDDEN where the name is taken.
 */
export async function registerMachine(
  options: RegisterOptions,
  callOptions: CallOptions = {},
): Promise<boolean> {
  const transport = new Transport(options, {
    unauthorized: 'check the registration token, and that this address is within its allowed ranges',
    forbidden: 'choose another machine name, or delete the old one: tocsin machines delete NAME',
  })
  const body = {
    machine_id: options.machineId,
    password: options.password,
    ...(options.registrationToken === undefined ? {} : { registration_token: options.registrationToken }),
  }
  const action = `register machine "${options.machineId}"`
  const { status } = await transport.whole({
    action,
    method: 'POST',
    path: '/v1/watchers',
    body,
    ...callOptions,
  })
  return status === 202
}

interface Token {
  value: string
  expiresAt: number
}

function contentParams(withContent: boolean): URLSearchParams {
  return new URLSearchParams(withContent ? { with_content: 'true' } : {})
}
