import type { Fetch } from '@tocsin/client'
import type { TlsMaterial } from '@tocsin/client/tls'
import { type Logger, TocsinError } from '@tocsin/model'
import { readTextFile } from './text-file.ts'

/** Whom a client believes and what it shows: paths of PEM files, null where there is none. */
export interface ClientTlsPaths {
  readonly authority: string | null
  readonly certificate: string | null
  readonly key: string | null
  /** Believes whoever answers. */
  readonly insecure: boolean
}

/**
 * How a client speaks TLS with these files; nothing where none is named, and whom the system believes is believed. They
 * are read again before each request, so that a certificate may be renewed. Throws CLI_FILE and CLIENT_BAD_TLS, each
 * naming the file.
 */
export async function clientTransport(paths: ClientTlsPaths, logger?: Logger): Promise<{ fetch?: Fetch }> {
  const { authority, certificate, key, insecure } = paths
  if (authority === null && certificate === null && !insecure) return {}
  if (insecure)
    logger?.warn(
      'the Local API is believed without a look at its certificate: anybody in between can read along',
    )
  // With Node's own TLS: nobody else waits for it.
  const { tlsFetch } = await import('@tocsin/client/tls')
  try {
    return { fetch: tlsFetch(() => materialOf(paths)) }
  } catch (cause) {
    if (!(cause instanceof TocsinError) || cause.code !== 'CLIENT_BAD_TLS') throw cause
    const named = [authority, certificate, key].filter((path) => path !== null).join(', ')
    throw new TocsinError('CLIENT_BAD_TLS', `${cause.message} (${named})`, {
      hint: 'they are to be PEM files, the certificate and the key of one pair',
      cause,
    })
  }
}

function materialOf({ authority, certificate, key, insecure }: ClientTlsPaths): TlsMaterial {
  return {
    ...(authority === null ? {} : { ca: readTextFile(authority, 'the authority of the Local API') }),
    ...(certificate === null ? {} : { cert: readTextFile(certificate, 'the certificate of this client') }),
    ...(key === null ? {} : { key: readTextFile(key, 'the key of the certificate of this client') }),
    ...(insecure ? { insecure } : {}),
  }
}
