import type { WireDecision, WireDecisionStream } from '@tocsin/model'
import { readArray } from './answer.ts'
import type { StreamPart } from './decision-stream.ts'
import {
  defaultSilenceMs,
  eventStreamType,
  FollowFailure,
  type Followed,
  type FollowOptions,
  readPull,
  readPush,
} from './follow.ts'
import { type DecisionQuery, decisionParams, type StreamQuery, streamParams } from './query.ts'
import { type Call, type CallOptions, Transport, type TransportOptions } from './transport.ts'
import type { WireRemediationComponent } from './wire.ts'

export type { StreamPart } from './decision-stream.ts'

export interface BouncerClientOptions extends TransportOptions {
  /** Absent where a certificate says who this is: see `@tocsin/client/tls`. */
  key?: string
}

const keyHint = 'check the key of this bouncer; a new one: tocsin bouncers add NAME'
const certificateHint =
  'check that the Local API takes bouncers with the authority and the OU of this certificate'
const streamPath = '/v1/decisions/stream'

/**
 * What a bouncer does at the Local API. All methods throw TocsinError with LAPI_UNREACHABLE, LAPI_INSECURE,
 * LAPI_TIMEOUT, LAPI_CLOSED, LAPI_FORBIDDEN (wrong key), LAPI_REFUSED, LAPI_FAILED, LAPI_UNAVAILABLE,
 * LAPI_BAD_ANSWER or LAPI_ANSWER_TOO_LARGE. Each client has a cursor of its own at the Local API, whoever else uses
 * its key.
 */
export class BouncerClient {
  readonly #transport: Transport
  readonly #key: string | undefined
  readonly #cursorId: string = randomId()

  /** Throws LAPI_BAD_URL. */
  constructor(options: BouncerClientOptions) {
    const hint = options.key === undefined ? certificateHint : keyHint
    this.#transport = new Transport(options, { unauthorized: hint, forbidden: hint })
    this.#key = options.key
  }

  /** The decisions in force that match: the live query of one address. */
  async decisions(query: DecisionQuery, options: CallOptions = {}): Promise<WireDecision[]> {
    const call = { action: 'get decisions', method: 'GET', path: '/v1/decisions' } as const
    const answer = await this.#transport.json({
      ...call,
      query: decisionParams(query),
      headers: this.#headers(),
      ...options,
    })
    return readArray(this.#transport, call, answer) as WireDecision[]
  }

  /** One pull of the stream, whole: for sets that fit in memory as they are. */
  async stream(
    query: StreamQuery = {},
    options: CallOptions = {},
  ): Promise<{ [K in keyof WireDecisionStream]: WireDecision[] }> {
    const whole = { new: [] as WireDecision[], deleted: [] as WireDecision[] }
    for await (const part of this.streamParts(query, options)) {
      const list = whole[part.kind]
      for (const decision of part.decisions) list.push(decision)
    }
    return whole
  }

  /**
   * One pull of the stream as it arrives, in parts of some hundreds of decisions, without holding the rest.
   * The pull is complete only when the iteration ends without an error.
   */
  async *streamParts(
    query: StreamQuery = {},
    options: CallOptions = {},
  ): AsyncGenerator<StreamPart, void, undefined> {
    const call: Call = {
      action: 'pull the decision stream',
      method: 'GET',
      path: streamPath,
      query: streamParams(query),
      headers: this.#streamHeaders(),
      ...options,
    }
    try {
      yield* readPull(this.#transport.stream(call))
    } catch (error) {
      throw this.#explain(call, error)
    }
  }

  /**
   * Follows the stream: what changes comes at once, over one connection that stays open. Ends after one pull where
   * the server knows no push (a stock CrowdSec); else goes on until the signal aborts or the connection breaks
   * off: LAPI_CLOSED where it was cut off or the server closed it, LAPI_TIMEOUT where it fell silent,
   * LAPI_BAD_ANSWER where what it sends makes no sense. Calling again with the last cursor goes on from there.
   */
  async *follow(
    query: StreamQuery = {},
    { cursor, silenceMs, ...options }: FollowOptions = {},
  ): AsyncGenerator<Followed, void, undefined> {
    const params = streamParams(query)
    params.set('push', 'true')
    const call: Call = {
      action: 'follow the decision stream',
      method: 'GET',
      path: streamPath,
      query: params,
      headers: {
        ...this.#streamHeaders(),
        accept: `${eventStreamType}, application/json`,
        ...(typeof cursor === 'string' ? { 'last-event-id': cursor } : {}),
      },
      silenceMs: silenceMs ?? defaultSilenceMs,
      ...options,
    }
    const answer = await this.#transport.open(call)
    try {
      const isPush = answer.contentType === eventStreamType
      yield { kind: 'channel', channel: isPush ? 'push' : 'pull' }
      if (isPush) {
        yield* readPush(answer.chunks)
        throw this.#transport.failure(call, 'LAPI_CLOSED', 'the Local API closed the connection')
      }
      for await (const { kind, decisions } of readPull(answer.chunks)) {
        yield { kind: 'changes', new: [], deleted: [], cursor: null, [kind]: decisions }
      }
    } catch (error) {
      throw this.#explain(call, error)
    } finally {
      answer.close()
    }
  }

  async usageMetrics(metrics: WireRemediationComponent, options: CallOptions = {}): Promise<void> {
    const body = { remediation_components: [metrics] }
    const call = { action: 'report metrics', method: 'POST', path: '/v1/usage-metrics', body } as const
    await this.#transport.json({ ...call, headers: this.#headers(), ...options })
  }

  #explain(call: Call, error: unknown): unknown {
    if (!(error instanceof FollowFailure)) return error
    return this.#transport.failure(call, 'LAPI_BAD_ANSWER', error.message)
  }

  #headers(): Record<string, string> {
    return this.#key === undefined ? {} : { 'x-api-key': this.#key }
  }

  #streamHeaders(): Record<string, string> {
    return { ...this.#headers(), 'x-tocsin-cursor': this.#cursorId }
  }
}

function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
