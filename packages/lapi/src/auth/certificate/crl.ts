import type { X509Certificate } from 'node:crypto'
import { certificateParts, serialOf } from './certificate-parts.ts'
import { type Der, partsOf, readDer, tags } from './der.ts'
import { isSignedBy } from './signature.ts'

/** A list of certificates that their issuer has revoked. */
export class RevocationList {
  readonly issuer: Buffer
  readonly #signed: Der
  readonly #algorithm: Der
  readonly #signature: Der
  readonly #serials = new Set<string>()

  /** Throws a RangeError where the bytes are no list. */
  constructor(bytes: Buffer) {
    const [signed, algorithm, signature] = partsOf(readDer(bytes))
    if (!signed || !algorithm || !signature) throw new RangeError('the revocation list is broken')
    this.#signed = signed
    this.#algorithm = algorithm
    this.#signature = signature
    const parts = [...partsOf(signed)]
    const [, issuer, ...rest] = parts[0]?.tag === tags.integer ? parts.slice(1) : parts
    if (!issuer) throw new RangeError('the revocation list is broken')
    this.issuer = issuer.whole
    // Behind the times; a list of nobody leaves it out.
    const revoked = rest.find(({ tag }) => tag === tags.sequence)
    for (const entry of revoked ? partsOf(revoked) : []) {
      const [serial] = partsOf(entry)
      if (serial) this.#serials.add(serialOf(serial).toString('hex'))
    }
  }

  /** Whether the certificate's issuer has made this list, by name and by signature. */
  isFrom(issuer: X509Certificate): boolean {
    if (!this.issuer.equals(certificateParts(issuer).subject)) return false
    return isSignedBy(this.#signed, this.#algorithm, this.#signature, issuer.publicKey)
  }

  has(certificate: X509Certificate): boolean {
    return this.#serials.has(certificateParts(certificate).serial.toString('hex'))
  }
}

/** The lists of a file, one PEM block each. Throws a RangeError for a block that is no list. */
export function readRevocationLists(pem: string): RevocationList[] {
  const blocks = pem.matchAll(/-----BEGIN X509 CRL-----([A-Za-z0-9+/=\s]+)-----END X509 CRL-----/g)
  return Array.from(blocks, ([, base64 = '']) => new RevocationList(Buffer.from(base64, 'base64')))
}
