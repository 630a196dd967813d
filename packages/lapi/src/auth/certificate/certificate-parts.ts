import type { X509Certificate } from 'node:crypto'
import { bitsOf, constructed, type Der, partsOf, readDer } from './der.ts'

/** What revocation lists and responders name certificates by. */
export interface CertificateParts {
  readonly serial: Buffer
  readonly issuer: Buffer
  readonly subject: Buffer
  /** The bits of the public key, without what says its kind. */
  readonly keyBits: Buffer
}

/** The parts of a certificate that has been read before. Throws a RangeError where it is none. */
export function certificateParts({ raw }: X509Certificate): CertificateParts {
  const [signed] = partsOf(readDer(raw))
  const parts = signed ? [...partsOf(signed)] : []
  // The version stands first where it is not the oldest one.
  const [serial, , issuer, , subject, key] = parts[0]?.tag === constructed(0) ? parts.slice(1) : parts
  const [, bits] = key ? partsOf(key) : []
  if (!serial || !issuer || !subject || !bits) throw new RangeError('the certificate is broken')
  return {
    serial: serialOf(serial),
    issuer: issuer.whole,
    subject: subject.whole,
    keyBits: bitsOf(bits),
  }
}

/** A number without zeros in front, so that it can be compared. */
export function serialOf({ content }: Der): Buffer {
  let at = 0
  while (at < content.length - 1 && content[at] === 0) at++
  return content.subarray(at)
}
