import { type IncomingMessage, request } from 'node:http'
import { Readable } from 'node:stream'
import type { Fetch } from './transport.ts'

/**
 * A fetch that speaks to the unix socket at the path, whatever host its URLs name; give `http://localhost` as the
 * url of the client. Needs Node; the package's main door does not.
 */
export function unixFetch(socketPath: string): Fetch {
  return (url, init) =>
    new Promise<Response>((resolve, reject) => {
      const { pathname, search, host } = new URL(url)
      const sent = request({
        socketPath,
        method: init.method,
        path: `${pathname}${search}`,
        headers: {
          ...init.headers,
          host,
          ...(init.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(init.body)) }),
        },
        signal: init.signal,
      })
      sent.once('error', reject)
      sent.once('response', (message) => {
        resolve(toResponse(message))
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
