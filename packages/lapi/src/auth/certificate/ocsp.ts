import { createHash, X509Certificate } from 'node:crypto'
import { certificateParts, serialOf } from './certificate-parts.ts'
import { constructed, type Der, partsOf, primitive, readDer, tags, timeOf, writeDer } from './der.ts'
import { isSignedBy } from './signature.ts'

/** What a responder says of a certificate. */
export type OcspStatus = 'good' | 'revoked' | 'unknown'

const sha1 = Buffer.from('06052b0e03021a', 'hex')
const basicResponse = Buffer.from('06092b0601050507300101', 'hex')
/** The purpose of certificates that answer for their issuer. */
const ocspSigning = '1.3.6.1.5.5.7.3.9'
/** Clocks differ. */
const toleranceMs = 300_000

/** The question of a certificate's state. Source: RFC 6960. */
export function ocspRequest(certificate: X509Certificate, issuer: X509Certificate): Buffer {
  const sequence = (...parts: Uint8Array[]) => writeDer(tags.sequence, ...parts)
  return sequence(sequence(sequence(sequence(certificateId(certificate, issuer)))))
}

function certificateId(certificate: X509Certificate, issuer: X509Certificate): Buffer {
  const { subject, keyBits } = certificateParts(issuer)
  const { serial } = certificateParts(certificate)
  const digest = (bytes: Buffer) => createHash('sha1').update(bytes).digest()
  // A number whose first bit is set would be negative.
  const positive = (serial[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), serial]) : serial
  return writeDer(
    tags.sequence,
    writeDer(tags.sequence, sha1, writeDer(tags.null)),
    writeDer(tags.octetString, digest(subject)),
    writeDer(tags.octetString, digest(keyBits)),
    writeDer(tags.integer, positive),
  )
}

/**
 * What the answer says of the certificate; `unknown` where it says nothing, is too old, or is not signed by the
 * issuer or whom the issuer has charged with answers. Throws a RangeError where the bytes are no answer.
 */
export function readOcspResponse(
  bytes: Buffer,
  certificate: X509Certificate,
  issuer: X509Certificate,
  now: number,
): OcspStatus {
  const [state, body] = partsOf(readDer(bytes))
  if (state?.tag !== tags.enumerated || state.content[0] !== 0 || !body) return 'unknown'
  const [inner] = partsOf(body)
  const [kind, octets] = inner ? partsOf(inner) : []
  if (!kind?.whole.equals(basicResponse) || !octets) return 'unknown'
  const [signed, algorithm, signature, certificates] = partsOf(readDer(octets.content))
  if (!signed || !algorithm || !signature) return 'unknown'
  const keys = [issuer, ...chargedBy(issuer, certificates, now)].map(({ publicKey }) => publicKey)
  if (!keys.some((key) => isSignedBy(signed, algorithm, signature, key))) return 'unknown'
  const wanted = readDer(certificateId(certificate, issuer))
  const responses = [...partsOf(signed)].find(({ tag }) => tag === tags.sequence)
  for (const response of responses ? partsOf(responses) : []) {
    const [id, status, ...times] = partsOf(response)
    if (id && status && isSameId(id, wanted) && isCurrent(times, now)) return statusOf(status)
  }
  return 'unknown'
}

/** Certificates that came with the answer and may answer for the issuer. */
function chargedBy(issuer: X509Certificate, field: Der | undefined, now: number): X509Certificate[] {
  const [list] = field ? partsOf(field) : []
  const given = list ? [...partsOf(list)].slice(0, 4).map(({ whole }) => new X509Certificate(whole)) : []
  return given.filter(
    (certificate) =>
      certificate.checkIssued(issuer) &&
      certificate.verify(issuer.publicKey) &&
      mayAnswer(certificate) &&
      Date.parse(certificate.validFrom) <= now &&
      Date.parse(certificate.validTo) >= now,
  )
}

/** Certificates without purposes have none at all here, whatever the types say. */
function mayAnswer(certificate: X509Certificate): boolean {
  const purposes: readonly string[] | undefined = certificate.keyUsage
  return (purposes ?? []).includes(ocspSigning)
}

/** The digest may be another one; ours was asked for, and what else answers is not looked at. */
function isSameId(id: Der, wanted: Der): boolean {
  const [, name, key, serial] = partsOf(id)
  const [, wantedName, wantedKey, wantedSerial] = partsOf(wanted)
  if (!name || !key || !serial || !wantedName || !wantedKey || !wantedSerial) return false
  return (
    name.content.equals(wantedName.content) &&
    key.content.equals(wantedKey.content) &&
    serialOf(serial).equals(serialOf(wantedSerial))
  )
}

function isCurrent([thisUpdate, next]: readonly Der[], now: number): boolean {
  if (!thisUpdate || timeOf(thisUpdate) > now + toleranceMs) return false
  const [nextUpdate] = next?.tag === constructed(0) ? partsOf(next) : []
  return !nextUpdate || timeOf(nextUpdate) >= now - toleranceMs
}

function statusOf({ tag }: Der): OcspStatus {
  if (tag === primitive(0)) return 'good'
  return tag === constructed(1) ? 'revoked' : 'unknown'
}
