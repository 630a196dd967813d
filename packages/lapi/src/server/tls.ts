import { constants } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { TLSSocket } from 'node:tls'
import { TocsinError } from '@tocsin/model'

/** Whether clients have to show a certificate, and what becomes of one that no trusted authority has signed. */
export type ClientVerification = 'none' | 'request' | 'requireAny' | 'verifyIfGiven' | 'requireAndVerify'

export interface TlsOptions {
  /** PEM: the certificate of the server, its issuers after it. */
  readonly certificate: string | Buffer
  /** PEM. */
  readonly key: string | Buffer
  /** PEM: whose certificates of clients are trusted. Default: the authorities that this machine trusts. */
  readonly clientAuthorities?: string | Buffer
  /** Default `verifyIfGiven`. */
  readonly clientVerification?: ClientVerification
}

interface Bounds {
  readonly requestTimeout: number
  readonly keepAliveTimeout: number
}

/** A server that speaks TLS from 1.2 on. Throws LAPI_BAD_TLS for a certificate or a key that cannot be used. */
export function createTlsServer(options: TlsOptions, bounds: Bounds, handler: RequestListener): Server {
  const { certificate, key, clientAuthorities, clientVerification = 'verifyIfGiven' } = options
  let server: Server
  try {
    server = createServer(
      {
        ...bounds,
        cert: certificate,
        key,
        ...(clientAuthorities === undefined ? {} : { ca: clientAuthorities }),
        minVersion: 'TLSv1.2',
        requestCert: clientVerification !== 'none',
        // What to do with a bad certificate is decided below: a resumed session would not show it again.
        rejectUnauthorized: false,
        secureOptions: constants.SSL_OP_NO_TICKET,
        handshakeTimeout: 10_000,
      },
      handler,
    )
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new TocsinError('LAPI_BAD_TLS', `cannot speak TLS: ${reason}`, {
      hint: 'check that certificate and key are PEM files that belong together',
      cause,
    })
  }
  server.on('secureConnection', (socket) => {
    if (!isWelcome(socket, clientVerification)) socket.destroy()
  })
  return server
}

function isWelcome(socket: TLSSocket, verification: ClientVerification): boolean {
  const hasCertificate = socket.getPeerX509Certificate() !== undefined
  if (verification === 'requireAny') return hasCertificate
  if (verification === 'requireAndVerify') return hasCertificate && socket.authorized
  return verification !== 'verifyIfGiven' || !hasCertificate || socket.authorized
}
