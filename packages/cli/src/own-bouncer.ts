import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AdminClient } from '@tocsin/client'
import { TocsinError } from '@tocsin/model'

/**
 * The key of a bouncer of this machine, registered over the admin socket. It is kept in the state folder, readable
 * for its owner only, so that a restart is the same bouncer and not one more.
 */
export async function ownBouncerKey(admin: AdminClient, stateFolder: string, name: string): Promise<string> {
  const path = join(stateFolder, `bouncer-${name}.key`)
  const known = await isRegistered(admin, name)
  if (known && existsSync(path)) return readFileSync(path, 'utf8').trim()
  if (known) await admin.deleteBouncer(name)
  const { api_key: key } = await admin.addBouncer(name)
  writeFileSync(path, `${key}\n`, { mode: 0o600 })
  return key
}

async function isRegistered(admin: AdminClient, name: string): Promise<boolean> {
  try {
    await admin.getBouncer(name)
    return true
  } catch (error) {
    if (error instanceof TocsinError && error.code === 'LAPI_NOT_FOUND') return false
    throw error
  }
}
