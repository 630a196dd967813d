import { userInfo } from 'node:os'

/**
 * The person at the keyboard, for the audit log: who called sudo, else the user of this process. Null where the system
 * has no name that can stand in a header.
 */
export function currentUser(env: NodeJS.ProcessEnv = process.env): string | null {
  const name = env.SUDO_USER ?? systemName()
  return name !== null && /^[!-~]{1,64}$/.test(name) ? name : null
}

/** Null for a user id that the system's list of users does not have. */
function systemName(): string | null {
  try {
    return userInfo().username
  } catch {
    return null
  }
}
