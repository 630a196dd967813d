import { type ClientRequest, type IncomingMessage, request, type RequestOptions } from 'node:http'
import { Readable } from 'node:stream'
import type { Fetch } from './transport.ts'

type Init = Parameters<Fetch>[1]
type Request = (options: RequestOptions) => ClientRequest

/**
 * One request through Node's own http: what `fetch` cannot do (sockets, certificates) its options can. A kept
 * connection that the server closed at the same moment is replaced by a new one.
 */
export async function nodeFetch(
  url: string,
  init: Init,
  options: RequestOptions,
  send: Request = request,
): Promise<Response> {
  try {
    return await attempt(url, init, options, send)
  } catch (error) {
    if (!(error instanceof StaleConnection)) throw error
    return await attempt(url, init, { ...options, agent: false }, send)
  }
}

class StaleConnection extends Error {}

function attempt(url: string, init: Init, options: RequestOptions, send: Request): Promise<Response> {
  return new Promise<Response>((resolve, reject) => {
    const { pathname, search, host } = new URL(url)
    const sent = send({
      ...options,
      method: init.method,
      path: `${pathname}${search}`,
      headers: {
        ...init.headers,
        host,
        ...(init.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(init.body)) }),
      },
      signal: init.signal,
    })
    sent.once('error', (error: NodeJS.ErrnoException) => {
      const isStale = sent.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
      reject(isStale ? new StaleConnection(error.message) : error)
    })
    sent.once('response', (message) => {
      try {
        resolve(toResponse(message))
      } catch (error) {
        message.destroy()
        reject(error)
      }
    })
    sent.end(init.body)
  })
}

function toResponse(message: IncomingMessage): Response {
  const status = message.statusCode ?? 502
  const bodyless = status === 204 || status === 205 || status === 304
  if (bodyless) message.resume()
  const headers = Object.entries(message.headers).map(([name, value]): [string, string] => [
    name,
    String(value),
  ])
  const body = bodyless ? null : (Readable.toWeb(message) as unknown as ReadableStream<Uint8Array>)
  return new Response(body, { status, headers })
}
