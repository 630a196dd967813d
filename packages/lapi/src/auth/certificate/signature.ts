import { constants, type KeyObject, verify } from 'node:crypto'
import { bitsOf, type Der, oidText, partsOf } from './der.ts'

/** Which digest a signature algorithm uses; null where the algorithm has its own. */
const digests: Readonly<Record<string, string | null>> = {
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
  '1.3.101.112': null,
  '1.3.101.113': null,
}
const pss = '1.2.840.113549.1.1.10'
const pssDigests: Readonly<Record<string, string>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
}

/** Whether the key has signed what is to be signed. False for algorithms that are weak or not known. */
export function isSignedBy(signed: Der, algorithm: Der, signature: Der, key: KeyObject): boolean {
  const [identifier, parameters] = partsOf(algorithm)
  if (!identifier) return false
  const name = oidText(identifier)
  const bits = bitsOf(signature)
  if (name === pss) {
    const digest = pssDigest(parameters)
    if (digest === undefined) return false
    const padding = constants.RSA_PKCS1_PSS_PADDING
    return verify(digest, signed.whole, { key, padding, saltLength: constants.RSA_PSS_SALTLEN_AUTO }, bits)
  }
  const digest = digests[name]
  return digest !== undefined && verify(digest, signed.whole, key, bits)
}

function pssDigest(parameters: Der | undefined): string | undefined {
  const [hash] = parameters ? partsOf(parameters) : []
  const [algorithm] = hash ? partsOf(hash) : []
  const [identifier] = algorithm ? partsOf(algorithm) : []
  return identifier && pssDigests[oidText(identifier)]
}
