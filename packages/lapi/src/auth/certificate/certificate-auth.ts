import type { FastifyRequest } from 'fastify'
import { X509Certificate } from 'node:crypto'
import { type DetailedPeerCertificate, TLSSocket } from 'node:tls'
import { TocsinError } from '@tocsin/model'
import { Revocation, type RevocationOptions } from './revocation.ts'

export interface CertificateAuthOptions {
  /** Organizational units whose certificates are machines. */
  readonly machineUnits: readonly string[]
  /** Organizational units whose certificates are bouncers. */
  readonly bouncerUnits: readonly string[]
  readonly crlPath?: string
  /** How long it counts that a certificate is or is not revoked. Default one hour. */
  readonly cacheMs?: number
}

/** Who a certificate says that the peer is, or why it is not believed. */
export type CertificateIdentity = { readonly name: string } | { readonly refused: string }

/** No chain is longer. */
const maxChain = 8
/** A name and an address together are a name of at most 255 characters. */
const maxNameLength = 180

/**
 * Machines and bouncers that prove themselves by a certificate. A peer that has shown one is known by nothing else.
 * Throws LAPI_BAD_TLS.
 */
export class CertificateAuth {
  readonly #options: CertificateAuthOptions
  readonly #revocation: Revocation

  constructor(options: CertificateAuthOptions, revocation: Omit<RevocationOptions, 'crlPath' | 'cacheMs'>) {
    for (const [key, units] of [
      ['machineUnits', options.machineUnits],
      ['bouncerUnits', options.bouncerUnits],
    ] as const) {
      if (!units.includes('')) continue
      throw new TocsinError('LAPI_BAD_TLS', `cannot use certificates: ${key} holds an empty name`, {
        hint: 'name the organizational units (OU) whose certificates are let in',
      })
    }
    this.#options = options
    const { crlPath, cacheMs } = options
    this.#revocation = new Revocation({
      ...revocation,
      ...(crlPath === undefined ? {} : { crlPath }),
      ...(cacheMs === undefined ? {} : { cacheMs }),
    })
  }

  /** Who the peer is as a machine or bouncer; null where it has shown no certificate. */
  async identify(request: FastifyRequest, kind: 'machine' | 'bouncer'): Promise<CertificateIdentity | null> {
    const { socket } = request.raw
    if (!(socket instanceof TLSSocket)) return null
    const presented = socket.getPeerCertificate(true)
    if (presented.raw === undefined) return null
    if (!socket.authorized) return { refused: 'the certificate is not from a trusted authority' }
    const [leaf, ...rest] = chainOf(presented)
    if (!leaf || Date.parse(leaf.validTo) < Date.now()) return { refused: 'the certificate has expired' }
    const { OU: units = [], CN: name } = presented.subject as unknown as Record<
      string,
      string | string[] | undefined
    >
    const allowed = kind === 'machine' ? this.#options.machineUnits : this.#options.bouncerUnits
    if (![units].flat().some((unit) => allowed.includes(unit))) {
      return { refused: `the organizational unit of the certificate is not one of a ${kind}` }
    }
    if (typeof name !== 'string' || name === '' || name.length > maxNameLength) {
      return { refused: 'the certificate has no name' }
    }
    // Without its issuer nobody can tell whether it is revoked.
    if (rest.length === 0 && leaf.subject !== leaf.issuer) return { refused: 'the chain is not complete' }
    if (await this.#revocation.isRevoked([leaf, ...rest])) return { refused: 'the certificate is revoked' }
    return { name: `${name}@${request.client.address}` }
  }
}

/** The leaf, its issuer, and so on, as far as they are known. */
function chainOf(leaf: DetailedPeerCertificate): X509Certificate[] {
  const chain: X509Certificate[] = []
  const seen = new Set<string>()
  for (let at: DetailedPeerCertificate | undefined = leaf; at?.raw && chain.length < maxChain;) {
    if (seen.has(at.fingerprint256)) break
    seen.add(at.fingerprint256)
    chain.push(new X509Certificate(at.raw))
    at = at.issuerCertificate
  }
  return chain
}
