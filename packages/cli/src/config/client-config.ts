import { bool, type Infer, located, object, refine, required, text } from '@tocsin/document'
import { optional, optionalPath, type Setting, setting } from './setting.ts'

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

const keys = object({
  url: required(located(text())),
  login: located(text()),
  password: located(text()),
  ca_cert_path: located(text()),
  cert_path: located(text()),
  key_path: located(text()),
  insecure_skip_verify: located(bool()),
})
type Given = Infer<typeof keys>

/** CrowdSec's `local_api_credentials.yaml`, key by key; the section `client` of the file is the same. */
export const clientSchema = refine(keys, (given) => missingKey(given) ?? contradiction(given))

function contradiction(given: Partial<Given>): string | null {
  const { url, login, cert_path: certificate, ca_cert_path: authority } = given
  if (login && certificate) {
    return 'it names a login and a certificate: leave out "login" and "password", or "cert_path" and "key_path"'
  }
  // Where the url is missing, that is told already.
  const isPlain = url !== undefined && !url.value.startsWith('https:')
  return isPlain && (certificate ?? authority) ? 'certificates need an url that begins with https' : null
}

function missingKey(given: Given): string | null {
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

/** The section as it counts; its paths are relative to the folder of the file. */
export function effectiveClient(file: string | null, given: Given): ClientConfig {
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
