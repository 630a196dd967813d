import { createHash, type X509Certificate } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import type { Clock, Logger } from '@tocsin/model'
import { certificateParts } from './certificate-parts.ts'
import { readRevocationLists, type RevocationList } from './crl.ts'
import { ocspRequest, type OcspStatus, readOcspResponse } from './ocsp.ts'

export interface RevocationOptions {
  /** A file of revocation lists, looked at again when it changes. */
  readonly crlPath?: string
  /** How long an answer counts. Default one hour. */
  readonly cacheMs?: number
  readonly clock: Clock
  readonly logger: Logger
  /** Default: the global fetch. */
  readonly fetch?: typeof fetch
}

const lookEveryMs = 5_000
const responderTimeoutMs = 3_000
const maxResponders = 2
const maxResponseBytes = 65_536
const maxListBytes = 64 * 1024 * 1024
const maxCached = 10_000

/**
 * Whether certificates are revoked, by their responder and by the lists of a file. A responder that cannot be
 * reached or does not know revokes nothing, and is asked again the next time.
 */
export class Revocation {
  readonly #options: RevocationOptions
  readonly #cached = new Map<string, { until: number; revoked: Promise<boolean> }>()
  #lists: readonly RevocationList[] = []
  #listsState = ''
  #lookedAt = Number.NEGATIVE_INFINITY

  constructor(options: RevocationOptions) {
    this.#options = options
  }

  /** Whether any certificate of the chain is revoked: the leaf first, each followed by its issuer. */
  async isRevoked(chain: readonly X509Certificate[]): Promise<boolean> {
    await this.#readLists()
    for (const [index, certificate] of chain.entries()) {
      const issuer = chain[index + 1]
      if (issuer && (await this.#isOneRevoked(certificate, issuer))) return true
    }
    return false
  }

  async #isOneRevoked(certificate: X509Certificate, issuer: X509Certificate): Promise<boolean> {
    const { serial, issuer: name } = certificateParts(certificate)
    const key = `${serial.toString('hex')} ${createHash('sha256').update(name).digest('base64')}`
    const now = this.#options.clock()
    const known = this.#cached.get(key)
    if (known && known.until > now) return await known.revoked
    const looking = this.#look(certificate, issuer)
    const entry = {
      until: now + (this.#options.cacheMs ?? 3_600_000),
      revoked: looking.then(({ revoked }) => revoked),
    }
    this.#cached.delete(key)
    this.#cached.set(key, entry)
    const [oldest] = this.#cached.keys()
    if (this.#cached.size > maxCached && oldest !== undefined) this.#cached.delete(oldest)
    const { revoked, isCertain } = await looking
    if (!isCertain && this.#cached.get(key) === entry) this.#cached.delete(key)
    return revoked
  }

  async #look(
    certificate: X509Certificate,
    issuer: X509Certificate,
  ): Promise<{ revoked: boolean; isCertain: boolean }> {
    const responders = respondersOf(certificate)
    let status: OcspStatus = 'unknown'
    for (const url of responders) {
      status = await this.#ask(url, certificate, issuer)
      if (status !== 'unknown') break
    }
    if (status === 'revoked') return { revoked: true, isCertain: true }
    const revoked = this.#lists.some((list) => list.isFrom(issuer) && list.has(certificate))
    return { revoked, isCertain: revoked || responders.length === 0 || status === 'good' }
  }

  async #ask(url: string, certificate: X509Certificate, issuer: X509Certificate): Promise<OcspStatus> {
    const { fetch: ask = fetch, clock, logger } = this.#options
    try {
      const response = await ask(url, {
        method: 'POST',
        headers: { 'content-type': 'application/ocsp-request', accept: 'application/ocsp-response' },
        body: new Uint8Array(ocspRequest(certificate, issuer)),
        redirect: 'error',
        signal: AbortSignal.timeout(responderTimeoutMs),
      })
      if (!response.ok) throw new Error(`it answered ${response.status}`)
      return readOcspResponse(await bodyOf(response), certificate, issuer, clock())
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      logger.warn(`cannot ask ${url} whether a certificate is revoked: ${reason}`)
      return 'unknown'
    }
  }

  /** A list that has run out still counts: better an old one than none. */
  async #readLists(): Promise<void> {
    const { crlPath, clock, logger } = this.#options
    const now = clock()
    if (crlPath === undefined || Math.abs(now - this.#lookedAt) < lookEveryMs) return
    this.#lookedAt = now
    try {
      const { mtimeMs, size } = await stat(crlPath)
      const state = `${mtimeMs} ${size}`
      if (state === this.#listsState) return
      if (size > maxListBytes) throw new Error('it is too large')
      this.#lists = readRevocationLists(await readFile(crlPath, 'latin1'))
      this.#listsState = state
      this.#cached.clear()
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      logger.error(`cannot read the revocation lists of ${crlPath}: ${reason}; those read before count`)
    }
  }
}

function respondersOf({ infoAccess = '' }: X509Certificate): string[] {
  const urls = Array.from(infoAccess.matchAll(/^OCSP - URI:(https?:\/\/\S+)$/gm), ([, url = '']) => url)
  return urls.slice(0, maxResponders)
}

async function bodyOf(response: Response): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of response.body ?? []) {
    pieces.push(piece)
    size += piece.byteLength
    if (size > maxResponseBytes) throw new Error('its answer is too long')
  }
  return Buffer.concat(pieces)
}
