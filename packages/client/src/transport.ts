import { TocsinError } from '@tocsin/model'
import { SilenceWatch } from './silence-watch.ts'
import { tlsHint } from './tls-failure.ts'

/**
 * The part of `fetch` that the client needs; `globalThis.fetch` is one, `unixFetch` of `@tocsin/client/unix` and
 * `tlsFetch` of `@tocsin/client/tls` are others.
 */
export type Fetch = (
  url: string,
  init: {
    method: string
    headers: Record<string, string>
    body?: string
    signal: AbortSignal
    redirect: 'manual'
  },
) => Promise<Response>

export interface TransportOptions {
  /** Where the Local API listens, for example `http://127.0.0.1:8080`. */
  url: string
  /** `name/version`, exactly one slash: the Local API keeps both. Default `tocsin/v0.1.0`. */
  userAgent?: string
  fetch?: Fetch
  /** How long the Local API may stay silent, before the answer or within it. Default 30,000. */
  timeoutMs?: number
  /** Answers that are read whole and are longer fail with LAPI_ANSWER_TOO_LARGE. Default 256 MiB. */
  maxAnswerBytes?: number
}

/** What every call accepts. A call whose signal aborts fails with the signal's reason. */
export interface CallOptions {
  signal?: AbortSignal
}

export interface Call extends CallOptions {
  /** Verb and object for error texts: "push alerts". */
  action: string
  method: 'GET' | 'POST' | 'DELETE' | 'HEAD'
  path: string
  query?: URLSearchParams
  body?: unknown
  /** A body that is JSON text already, in place of `body`. */
  json?: string
  headers?: Record<string, string>
  /** How long the Local API may stay silent, where it is not the client's timeout. */
  silenceMs?: number
}

/** What the reader can do about a refused credential. */
export interface CredentialHints {
  unauthorized: string
  forbidden: string
}

/** An answer whose body is read piece by piece, each within the timeout. */
export interface OpenAnswer {
  status: number
  /** Without parameters, in lower case; empty where there is none. */
  contentType: string
  chunks: AsyncIterable<Uint8Array>
  /** Gives the connection up, whatever was read of it. To be called by whoever may not read to the end. */
  close(): void
}

/** Sends calls, bounds their time and size, and turns every failure into a TocsinError. */
export class Transport {
  /** What error texts call the Local API's place: the url, or the socket's path. */
  readonly place: string
  readonly #url: string
  readonly #fetch: Fetch
  readonly #userAgent: string
  readonly #timeoutMs: number
  readonly #maxAnswerBytes: number
  readonly #hints: CredentialHints

  /** Throws LAPI_BAD_URL. */
  constructor(options: TransportOptions, hints: CredentialHints, place?: string) {
    this.#url = checkedUrl(options.url)
    this.place = place ?? this.#url
    this.#fetch = options.fetch ?? ((url, init) => fetch(url, init))
    this.#userAgent = options.userAgent ?? 'tocsin/v0.1.0'
    this.#timeoutMs = options.timeoutMs ?? 30_000
    this.#maxAnswerBytes = options.maxAnswerBytes ?? 256 * 1024 * 1024
    this.#hints = hints
  }

  /** The body of a successful answer as parsed JSON; undefined where it has none. */
  async json(call: Call): Promise<unknown> {
    const { text } = await this.whole(call)
    if (text === '') return undefined
    try {
      return JSON.parse(text)
    } catch (cause) {
      throw this.#failure(call, 'LAPI_BAD_ANSWER', 'the answer is not JSON', {
        hint: `check that the Local API, not another server, listens at ${this.place}`,
        cause,
      })
    }
  }

  /** Status and text of a successful answer, read whole. */
  async whole(call: Call): Promise<{ status: number; text: string }> {
    const answer = await this.open(call)
    const text = await this.#readText(call, answer, this.#maxAnswerBytes)
    return { status: answer.status, text }
  }

  /** The body of a successful answer, piece by piece. */
  async *stream(call: Call): AsyncGenerator<Uint8Array, void, undefined> {
    const answer = await this.open(call)
    yield* answer.chunks
  }

  /** A successful answer whose body was not read yet. */
  async open(call: Call): Promise<OpenAnswer> {
    const watch = new SilenceWatch(call.silenceMs ?? this.#timeoutMs, call.signal)
    const body = call.json ?? (call.body === undefined ? undefined : JSON.stringify(call.body))
    let response: Response
    try {
      response = await this.#fetch(this.#address(call), {
        method: call.method,
        headers: this.#headers(call, body !== undefined),
        redirect: 'manual',
        signal: watch.signal,
        ...(body === undefined ? {} : { body }),
      })
    } catch (cause) {
      watch.end()
      throw cause instanceof TocsinError ? cause : this.#unreachable(call, watch, cause)
    }
    const answer: OpenAnswer = {
      status: response.status,
      contentType: (response.headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '',
      chunks: this.#pieces(call, response, watch),
      close: () => watch.close(),
    }
    if (response.status >= 200 && response.status < 300) return answer
    throw await this.#refusal(call, answer, response.headers.get('location'))
  }

  /** A failure of this call in the wording that all of them share. */
  failure(call: Call, code: string, reason: string): TocsinError {
    return this.#failure(call, code, reason, {})
  }

  #address(call: Call): string {
    const query = call.query === undefined ? '' : call.query.toString()
    return `${this.#url}${call.path}${query === '' ? '' : `?${query}`}`
  }

  #headers(call: Call, hasBody: boolean): Record<string, string> {
    return {
      accept: 'application/json',
      'user-agent': this.#userAgent,
      ...(hasBody ? { 'content-type': 'application/json' } : {}),
      ...call.headers,
    }
  }

  async *#pieces(
    call: Call,
    response: Response,
    watch: SilenceWatch,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      if (response.body === null) return
      for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) {
        watch.pause()
        yield piece
        watch.heard()
      }
    } catch (cause) {
      throw cause instanceof TocsinError ? cause : this.#brokeOff(call, watch, cause)
    } finally {
      watch.end()
    }
  }

  async #readText(call: Call, answer: OpenAnswer, maxBytes: number): Promise<string> {
    const decoder = new TextDecoder()
    let text = ''
    let bytes = 0
    for await (const piece of answer.chunks) {
      bytes += piece.byteLength
      if (bytes > maxBytes) {
        throw this.#failure(call, 'LAPI_ANSWER_TOO_LARGE', `the answer is longer than ${maxBytes} bytes`, {
          hint: 'narrow the query, or give it a limit',
        })
      }
      text += decoder.decode(piece, { stream: true })
    }
    return text + decoder.decode()
  }

  #brokeOff(call: Call, watch: SilenceWatch, cause: unknown): unknown {
    if (call.signal?.aborted || watch.expired) return this.#unreachable(call, watch, cause)
    const reason = `the connection broke off (${deepestError(cause).message})`
    return this.#failure(call, 'LAPI_CLOSED', reason, { cause })
  }

  #unreachable(call: Call, watch: SilenceWatch, cause: unknown): unknown {
    if (call.signal?.aborted) return call.signal.reason
    if (watch.expired) {
      return this.#failure(call, 'LAPI_TIMEOUT', `no answer for ${watch.silenceMs / 1000} s`, {
        hint: `check that the Local API at ${this.place} is up and not overloaded`,
        cause,
      })
    }
    const deepest = deepestError(cause)
    const hint = tlsHint(deepest.code)
    if (hint !== null) return this.#failure(call, 'LAPI_INSECURE', deepest.message, { hint, cause })
    // Over TLS a server that does not like a certificate may say so by hanging up.
    const mayDislike = this.#url.startsWith('https:') && deepest.code === 'ECONNRESET'
    const besides = mayDislike ? ', and that it believes the certificate of this client' : ''
    return this.#failure(call, 'LAPI_UNREACHABLE', deepest.message, {
      hint: `check that the Local API runs and that its address is ${this.place}${besides}`,
      cause,
    })
  }

  async #refusal(call: Call, answer: OpenAnswer, location: string | null): Promise<TocsinError> {
    const text = await this.#readText(call, answer, 64 * 1024)
    const { status } = answer
    const reason = serverMessage(text) ?? `the Local API answered with status ${status}`
    if (status === 401) {
      return this.#failure(call, 'LAPI_UNAUTHORIZED', reason, { hint: this.#hints.unauthorized })
    }
    if (status === 403) return this.#failure(call, 'LAPI_FORBIDDEN', reason, { hint: this.#hints.forbidden })
    if (status === 404 && serverMessage(text) === undefined) {
      const hint = `check that the Local API, not another server, listens at ${this.place}`
      return this.#failure(call, 'LAPI_NOT_FOUND', `there is no ${call.path}`, { hint })
    }
    if (status === 404) return this.#failure(call, 'LAPI_NOT_FOUND', reason, {})
    if (status < 400) {
      const hint = `use the address that it redirects to: ${location ?? 'it names none'}`
      return this.#failure(call, 'LAPI_BAD_ANSWER', 'the address redirects elsewhere', { hint })
    }
    const busy = status === 429 || status === 502 || status === 503 || status === 504
    if (busy) return this.#failure(call, 'LAPI_UNAVAILABLE', reason, { hint: 'try again later' })
    return this.#failure(call, status < 500 ? 'LAPI_REFUSED' : 'LAPI_FAILED', reason, {})
  }

  #failure(
    call: Call,
    code: string,
    reason: string,
    details: { hint?: string; cause?: unknown },
  ): TocsinError {
    return new TocsinError(code, `cannot ${call.action} at ${this.place}: ${reason}`, details)
  }
}

function checkedUrl(url: string): string {
  const hint = 'give it as http://host:port or https://host:port'
  let parsed: URL
  try {
    parsed = new URL(url)
  } catch (cause) {
    throw new TocsinError('LAPI_BAD_URL', `cannot use the Local API's url "${url}": it is not a URL`, {
      hint,
      cause,
    })
  }
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') {
    const reason = `it begins with ${parsed.protocol}`
    throw new TocsinError('LAPI_BAD_URL', `cannot use the Local API's url "${url}": ${reason}`, { hint })
  }
  return `${parsed.origin}${parsed.pathname.replace(/\/+$/, '')}`
}

/** The text of `message` in an error answer, or undefined where it is none of the Local API's. */
function serverMessage(text: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(text)
    const message =
      typeof parsed === 'object' && parsed !== null && 'message' in parsed ? parsed.message : undefined
    return typeof message === 'string' ? message : undefined
  } catch {
    return undefined
  }
}

/** `fetch` says only "fetch failed"; the reason lies in its cause. */
function deepestError(error: unknown): { message: string; code: string } {
  let current = error
  for (let depth = 0; depth < 5 && current instanceof Error && current.cause instanceof Error; depth++) {
    current = current.cause
  }
  if (current instanceof AggregateError) current = current.errors[0]
  if (!(current instanceof Error)) return { message: String(current), code: '' }
  const code = 'code' in current && typeof current.code === 'string' ? current.code : ''
  // OpenSSL's whole message names its source files.
  if ('reason' in current && typeof current.reason === 'string') return { message: current.reason, code }
  return { message: current.message === '' ? current.name : current.message, code }
}
