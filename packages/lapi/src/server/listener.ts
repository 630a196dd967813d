import { chmodSync, existsSync, unlinkSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { connect, type ListenOptions } from 'node:net'
import { TocsinError } from '@tocsin/model'
import { createTlsServer, type TlsOptions } from './tls.ts'

/**
 * How long a client may take for a whole request, and how long a connection may be silent. A reader that takes
 * nothing of a long answer for that time is cut off.
 */
const requestTimeoutMs = 60_000
const silenceTimeoutMs = 120_000

/** A server for the handler, not yet listening, with bounds on slow clients. Throws LAPI_BAD_TLS. */
export function createListener(handler: RequestListener, tls?: TlsOptions): Server {
  const bounds = { requestTimeout: requestTimeoutMs, keepAliveTimeout: 75_000 }
  const server = tls ? createTlsServer(tls, bounds, handler) : createServer(bounds, handler)
  server.timeout = silenceTimeoutMs
  server.maxHeadersCount = 100
  // Asked for once, the address stays known when the peer hangs up: an unknown one must never pass for a local one.
  server.on('connection', (socket) => void socket.remoteAddress)
  return server
}

/** Listens on TCP. Throws LAPI_PORT_IN_USE or LAPI_CANNOT_LISTEN. */
export async function listenTcp(server: Server, host: string, port: number): Promise<void> {
  const place = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
  try {
    await listen(server, { host, port })
  } catch (cause) {
    const code = errorCode(cause)
    if (code === 'EADDRINUSE') {
      throw new TocsinError('LAPI_PORT_IN_USE', `cannot listen on ${place}: another program uses that port`, {
        hint: 'stop that program, or choose another address with the key `lapi.listen`',
        cause,
      })
    }
    const reason =
      code === 'EACCES'
        ? 'this user may not use ports below 1024'
        : code === 'EADDRNOTAVAIL'
          ? 'this machine has no such address'
          : messageOf(cause)
    throw new TocsinError('LAPI_CANNOT_LISTEN', `cannot listen on ${place}: ${reason}`, {
      hint: 'choose another address with the key `lapi.listen`',
      cause,
    })
  }
}

/**
 * Listens on a unix socket that only those may open whom the mode lets. A socket that nobody answers on any more
 * is replaced. Throws LAPI_SOCKET_IN_USE or LAPI_CANNOT_LISTEN.
 */
export async function listenUnix(server: Server, path: string, mode: number): Promise<void> {
  if (existsSync(path)) {
    if (await isAnswered(path)) {
      throw new TocsinError('LAPI_SOCKET_IN_USE', `cannot listen on ${path}: another program answers there`, {
        hint: 'stop the other Local API, or give this one another state folder with the key `state`',
      })
    }
    removeSocket(path)
  }
  // Narrow from its first moment: between listening and chmod anybody could connect.
  const umask = process.umask(0o177)
  try {
    const listening = listen(server, { path })
    process.umask(umask)
    await listening
    chmodSync(path, mode)
  } catch (cause) {
    process.umask(umask)
    throw new TocsinError('LAPI_CANNOT_LISTEN', `cannot listen on ${path}: ${messageOf(cause)}`, {
      hint: 'check that its folder exists and that this user may write to it',
      cause,
    })
  }
}

/** Stops listening, ends open connections, and waits until all are gone. */
export async function closeListener(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve())
    server.closeIdleConnections()
    // Answers under way get a moment to end.
    setTimeout(() => server.closeAllConnections(), 2_000).unref()
  })
}

async function listen(server: Server, options: ListenOptions): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

async function isAnswered(path: string): Promise<boolean> {
  return await new Promise<boolean>((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

function removeSocket(path: string): void {
  try {
    unlinkSync(path)
  } catch (cause) {
    throw new TocsinError(
      'LAPI_CANNOT_LISTEN',
      `cannot replace the old socket ${path}: ${messageOf(cause)}`,
      {
        hint: 'remove it, or run as the user who made it',
        cause,
      },
    )
  }
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
