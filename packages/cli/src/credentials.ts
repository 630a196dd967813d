import { randomBytes } from 'node:crypto'
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { object, readDocuments, required, text } from '@tocsin/document'
import { TocsinErrors } from '@tocsin/model'
import { readTextFile } from './text-file.ts'

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

export function formatCredentials({ url, login, password }: Credentials): string {
  return `url: ${JSON.stringify(url)}\nlogin: ${JSON.stringify(login)}\npassword: ${JSON.stringify(password)}\n`
}

/** Writes the file whole or not at all, readable for its owner only. */
export function writeCredentials(path: string, credentials: Credentials): void {
  const temporary = `${path}.${process.pid}.tmp`
  writeFileSync(temporary, formatCredentials(credentials), { mode: 0o600 })
  renameSync(temporary, path)
}

/** A password nobody has to remember: 256 random bits. */
export function randomPassword(): string {
  return randomBytes(32).toString('base64url')
}
