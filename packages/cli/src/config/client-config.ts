import { bool, type Infer, located, object, readDocuments, refine, text } from '@tocsin/document'
import { TocsinErrors } from '@tocsin/model'
import { readTextFile } from '../text-file.ts'
import { optional, optionalPath, relativeTo, type Setting, setting } from './setting.ts'

/** Credentials at a Local API elsewhere. */
export interface ClientConfig {
  readonly url: Setting<string>
  /** Null where a certificate says who this machine is. */
  readonly login: Setting<string | null>
  readonly password: Setting<string | null>
  readonly tls: ClientTlsConfig
}

/** Whom a client believes, and the certificate that says who it is: paths of PEM files, null where there is none. */
export interface ClientTlsConfig {
  readonly authority: Setting<string | null>
  readonly certificate: Setting<string | null>
  readonly key: Setting<string | null>
  /** Speaks to whoever answers, without asking for a certificate that can be believed. */
  readonly insecure: Setting<boolean>
}

const keys = {
  url: located(text()),
  login: located(text()),
  password: located(text()),
  ca_cert_path: located(text()),
  cert_path: located(text()),
  key_path: located(text()),
  insecure_skip_verify: located(bool()),
}
const fileKeys = object(keys)
const sectionKeys = object({ ...keys, credentials_path: located(text()) })
type Given = Infer<typeof fileKeys>
type Section = Infer<typeof sectionKeys>

/** CrowdSec's `local_api_credentials.yaml`, key by key. */
const fileSchema = refine(fileKeys, (given) => missingKey(given) ?? contradiction(given))

/** The section `client` of the configuration: the same keys, or the path of a file that has them. */
export const clientSchema = refine(sectionKeys, (given) => {
  if (!given.credentials_path) return missingKey(given) ?? contradiction(given)
  const more = (Object.keys(keys) as (keyof Given)[]).find((key) => given[key] !== undefined)
  return more === undefined || more === 'insecure_skip_verify'
    ? null
    : `"${more}" is in the file that "credentials_path" names: take it out here`
})

function missingKey(given: Given): string | null {
  if (!given.url) return '"url" is missing'
  const pairs = [
    ['login', 'password'],
    ['cert_path', 'key_path'],
  ] as const
  for (const [one, other] of pairs) {
    if (given[one] && !given[other]) return `"${other}" is missing beside "${one}"`
    if (given[other] && !given[one]) return `"${one}" is missing beside "${other}"`
  }
  return given.login || given.cert_path
    ? null
    : '"login" and "password" are missing, or "cert_path" and "key_path" in their place'
}

function contradiction({
  url,
  login,
  cert_path: certificate,
  ca_cert_path: authority,
}: Given): string | null {
  if (login && certificate) {
    return 'it names a login and a certificate: leave out "login" and "password", or "cert_path" and "key_path"'
  }
  const isPlain = url?.value.startsWith('https:') !== true
  return isPlain && (certificate ?? authority) ? 'certificates need an url that begins with https' : null
}

/**
 * The section as it counts; its paths are relative to the folder of the file. Throws CLI_FILE and TocsinErrors where it
 * names a file of credentials that cannot be read.
 */
export function effectiveClient(file: string | null, given: Section): ClientConfig {
  const { credentials_path: named, insecure_skip_verify: insecure } = given
  if (!named) return effectiveKeys(file, given)
  const path = relativeTo(file, named).value
  const credentials = readCredentialsFile(path)
  return effectiveKeys(path, insecure ? { ...credentials, insecure_skip_verify: insecure } : credentials)
}

function readCredentialsFile(path: string): Given {
  const { values, errors } = readDocuments(readTextFile(path, 'the credentials'), path, fileSchema)
  if (errors.length === 0 && values[0]) return values[0].value
  throw new TocsinErrors('CLI_CREDENTIALS', `cannot read the credentials ${path}:`, errors)
}

function effectiveKeys(file: string | null, given: Given): ClientConfig {
  return {
    url: setting(given.url, ''),
    login: optional(given.login),
    password: optional(given.password),
    tls: {
      authority: optionalPath(file, given.ca_cert_path),
      certificate: optionalPath(file, given.cert_path),
      key: optionalPath(file, given.key_path),
      insecure: setting(given.insecure_skip_verify, false),
    },
  }
}
