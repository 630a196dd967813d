import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'

export interface Seen {
  method: string
  url: string
  headers: IncomingMessage['headers']
  body: string
}

export interface TestServer {
  url: string
  seen: Seen[]
}

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0).toReversed()) close()
})

/** A path for a socket, in a folder that goes with the test. */
export function socketPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-client-'))
  closers.push(() => rmSync(folder, { recursive: true }))
  return join(folder, 'lapi.sock')
}

/** A real server on the loopback (or a socket path) that answers as told and closes after the test. */
export async function serve(
  answer: (seen: Seen, response: ServerResponse) => void,
  socket?: string,
): Promise<TestServer> {
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (piece: Buffer) => (body += piece.toString()))
    request.on('end', () => {
      const entry = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body }
      seen.push(entry)
      answer(entry, response)
    })
  })
  await new Promise<void>((resolve) => {
    if (socket === undefined) server.listen(0, '127.0.0.1', resolve)
    else server.listen(socket, resolve)
  })
  closers.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = socket === undefined ? `http://127.0.0.1:${(server.address() as AddressInfo).port}` : ''
  return { url, seen }
}

export function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
