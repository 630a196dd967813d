import { existsSync, mkdirSync, realpathSync, statSync } from 'node:fs'
import module from 'node:module'
import { dirname, isAbsolute, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Keeps what Node makes of the source files for the next start, which then takes half the time. Whoever can write there
 * can run code as this user, so the folder must be this user's own; Node's own choice, below the temporary folder that
 * all users share, is not. Without such a folder nothing is kept.
 */
export function keepCompiledCode() {
  const folder = candidates().find(isOurs)
  if (folder !== undefined) module.enableCompileCache(folder)
}

/** Beside the packages where this user installed them, else where the caches of this user lie. */
function candidates() {
  const installed = ['../../..', '../..']
    .map((root) => fileURLToPath(new URL(`${root}/node_modules`, import.meta.url)))
    .filter((folder) => existsSync(folder))
    .map((folder) => join(folder, '.cache/tocsin'))
  const { CACHE_DIRECTORY: ofService, XDG_CACHE_HOME: ofUser, HOME: home } = process.env
  const others = [ofService, ofUser && join(ofUser, 'tocsin'), home && join(home, '.cache/tocsin')]
  return [...installed, ...others.filter((folder) => folder && isAbsolute(folder))]
}

/** Whether a folder is this user's, and nobody but this user and root can put another in its place. */
function isOurs(folder) {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const own = process.getuid()
    if (statSync(folder).uid !== own) return false
    return ancestors(realpathSync(folder)).every((path) => {
      const { uid, mode } = statSync(path)
      return (uid === own || uid === 0) && !othersMayReplace(mode)
    })
  } catch {
    return false
  }
}

/** Whether everybody may write there, and not only what is their own, as in a folder with the sticky bit. */
function othersMayReplace(mode) {
  return (mode & 0o002) !== 0 && (mode & 0o1000) === 0
}

function ancestors(path) {
  const parent = dirname(path)
  return parent === path ? [path] : [path, ...ancestors(parent)]
}
