import type { WireDecision, WireDecisionStream } from '@tocsin/model'
import { readArray } from './answer.ts'
import { DecisionStreamReader, type StreamPart } from './decision-stream.ts'
import { type DecisionQuery, decisionParams, type StreamQuery, streamParams } from './query.ts'
import { type CallOptions, Transport, type TransportOptions } from './transport.ts'
import type { WireRemediationComponent } from './wire.ts'

export type { StreamPart } from './decision-stream.ts'

export interface BouncerClientOptions extends TransportOptions {
  key: string
}

const keyHint = 'check the key of this bouncer; a new one: tocsin bouncers add NAME'

/**
 * What a bouncer does at the Local API. All methods throw TocsinError with LAPI_UNREACHABLE, LAPI_TIMEOUT,
 * LAPI_FORBIDDEN (wrong key), LAPI_REFUSED, LAPI_FAILED, LAPI_UNAVAILABLE, LAPI_BAD_ANSWER or
 * LAPI_ANSWER_TOO_LARGE.
 */
export class BouncerClient {
  readonly #transport: Transport
  readonly #key: string

  /** Throws LAPI_BAD_URL. */
  constructor(options: BouncerClientOptions) {
    this.#transport = new Transport(options, { unauthorized: keyHint, forbidden: keyHint })
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
    const call = { action: 'pull the decision stream', method: 'GET', path: '/v1/decisions/stream' } as const
    const reader = new DecisionStreamReader()
    const pieces = this.#transport.stream({
      ...call,
      query: streamParams(query),
      headers: this.#headers(),
      ...options,
    })
    for await (const piece of pieces) {
      yield* reader.feed(piece)
      if (reader.failure !== undefined) break
    }
    const failure = reader.end()
    if (failure !== undefined) throw this.#transport.failure(call, 'LAPI_BAD_ANSWER', failure)
  }

  async usageMetrics(metrics: WireRemediationComponent, options: CallOptions = {}): Promise<void> {
    const body = { remediation_components: [metrics] }
    const call = { action: 'report metrics', method: 'POST', path: '/v1/usage-metrics', body } as const
    await this.#transport.json({ ...call, headers: this.#headers(), ...options })
  }

  #headers(): Record<string, string> {
    return { 'x-api-key': this.#key }
  }
}
