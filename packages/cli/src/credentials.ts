import { randomBytes } from 'node:crypto'
import { accessSync, constants, existsSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { object, readDocuments, required, text } from '@tocsin/document'
import { TocsinError, TocsinErrors } from '@tocsin/model'
import { fileError, readTextFile } from './text-file.ts'

/** What a machine needs to log in at a Local API; the same file serves CrowdSec's agent. */
export interface Credentials {
  readonly url: string
  readonly login: string
  readonly password: string
}

const schema = object({ url: required(text()), login: required(text()), password: required(text()) })

export function credentialsPath(stateFolder: string): string {
  return join(stateFolder, 'local_api_credentials.yaml')
}

/** Throws TocsinErrors where the file is not what it should be. */
export function readCredentials(path: string): Credentials {
  const { values, errors } = readDocuments(readTextFile(path, 'the credentials'), path, schema)
  const [first] = values
  if (errors.length > 0 || !first)
    throw new TocsinErrors('CLI_CREDENTIALS', `cannot read the credentials ${path}`, errors)
  return first.value
}

/** What the file says besides, for a Local API that speaks TLS. */
export interface CredentialsTls {
  readonly ca_cert_path?: string
  readonly insecure_skip_verify?: boolean
}

export function formatCredentials({ url, login, password }: Credentials, tls: CredentialsTls = {}): string {
  return Object.entries({ url, login, password, ...tls })
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
    .join('')
}

/** Writes the file whole or not at all, readable for its owner only. */
export function writeCredentials(path: string, credentials: Credentials, tls: CredentialsTls = {}): void {
  const temporary = `${path}.${process.pid}.tmp`
  writeFileSync(temporary, formatCredentials(credentials, tls), { mode: 0o600 })
  renameSync(temporary, path)
}

/** Throws CLI_FILE where credentials cannot go into the file, before anybody makes some. */
export function checkCredentialsTarget(file: string, force: boolean): void {
  if (existsSync(file) && !force) {
    throw new TocsinError('CLI_FILE', `cannot write the credentials: ${file} exists`, {
      hint: 'choose another file with -f, print them with -f -, or overwrite it with --force',
    })
  }
  const folder = dirname(resolve(file))
  if (!existsSync(folder)) {
    throw new TocsinError(
      'CLI_FILE',
      `cannot write the credentials into ${file}: there is no folder ${folder}`,
      {
        hint: 'make the folder, or choose another file with -f',
      },
    )
  }
  try {
    accessSync(folder, constants.W_OK)
  } catch (cause) {
    throw fileError(file, 'the credentials into', cause, 'write')
  }
}

/** A password nobody has to remember: 256 random bits. */
export function randomPassword(): string {
  return randomBytes(32).toString('base64url')
}
