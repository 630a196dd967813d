import { Agent, request } from 'node:https'
import { createSecureContext } from 'node:tls'
import { TocsinError } from '@tocsin/model'
import { nodeFetch } from './node-fetch.ts'
import type { Fetch } from './transport.ts'

/** What a connection is secured with; texts in PEM. */
export interface TlsMaterial {
  /** Who signed the certificate of the Local API. Given, nobody else is believed; default: whom the system believes. */
  ca?: string
  /** The certificate that says who this client is, with those that lead to its authority. Comes with the key. */
  cert?: string
  key?: string
  /** What the key is encrypted with. */
  passphrase?: string
  /** The name that the certificate of the Local API must be for, where it is not the host of the url. */
  serverName?: string
  /** Speaks to whoever answers, whatever its certificate: nothing is safe from those in between. */
  insecure?: boolean
}

/**
 * A fetch for `https` urls with an authority and a certificate of one's own (mutual TLS); TLS 1.2 or newer. A
 * function is asked before each request, so that a certificate may be renewed; connections with the old one are
 * not used any more. Throws CLIENT_BAD_TLS where the material is no PEM or does not belong together; what a
 * function gives later is checked when it differs. Needs Node; the package's main door does not.
 */
export function tlsFetch(material: TlsMaterial | (() => TlsMaterial)): Fetch {
  const ask = typeof material === 'function' ? material : () => material
  let held = secured(ask())
  return async (url, init) => {
    const { protocol, hostname, port } = new URL(url)
    if (protocol !== 'https:') {
      throw new TocsinError('CLIENT_BAD_TLS', `cannot use a certificate at ${url}: it is no https url`)
    }
    const current = ask()
    if (!isSame(current, held.material)) {
      const replaced = held.agent
      held = secured(current)
      for (const sockets of Object.values(replaced.freeSockets)) {
        for (const socket of sockets ?? []) socket.destroy()
      }
    }
    const host = hostname.replace(/^\[|\]$/g, '')
    return await nodeFetch(url, init, { ...held.options, agent: held.agent, host, port }, request)
  }
}

interface Secured {
  readonly material: TlsMaterial
  readonly options: object
  readonly agent: Agent
}

function secured(material: TlsMaterial): Secured {
  const { ca, cert, key, passphrase, serverName, insecure = false } = material
  const bad = (reason: string, cause?: unknown) =>
    new TocsinError('CLIENT_BAD_TLS', `cannot use the certificate for the Local API: ${reason}`, {
      hint: 'give ca, cert and key as PEM texts, cert and key of the same pair',
      cause,
    })
  if ((cert === undefined) !== (key === undefined)) throw bad('one of cert and key is missing')
  try {
    const secureContext = createSecureContext({ ca, cert, key, passphrase, minVersion: 'TLSv1.2' })
    const options = {
      secureContext,
      minVersion: 'TLSv1.2',
      rejectUnauthorized: !insecure,
      ...(serverName === undefined ? {} : { servername: serverName }),
    } as const
    return { material, options, agent: new Agent({ ...options, keepAlive: true, maxFreeSockets: 4 }) }
  } catch (cause) {
    throw bad(cause instanceof Error ? cause.message : String(cause), cause)
  }
}

function isSame(a: TlsMaterial, b: TlsMaterial): boolean {
  return (
    a === b ||
    (a.ca === b.ca &&
      a.cert === b.cert &&
      a.key === b.key &&
      a.passphrase === b.passphrase &&
      a.serverName === b.serverName &&
      a.insecure === b.insecure)
  )
}
