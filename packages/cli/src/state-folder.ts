import { mkdirSync } from 'node:fs'
import { TocsinError } from '@tocsin/model'

/** Makes the state folder, readable for its owner only. Throws CLI_STATE that names it and the cure. */
export function makeStateFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw stateError(path, cause)
  }
}

/** Words a failure in the state folder for the person who starts the daemon. */
function stateError(path: string, cause: unknown): TocsinError {
  const { code, message } = cause as NodeJS.ErrnoException
  const reasons: Record<string, string> = {
    EACCES: 'permission denied',
    EROFS: 'the file system is read-only',
    EEXIST: 'a file of that name is in the way',
    ENOTDIR: 'a part of the path is not a folder',
    ENOSPC: 'the disk is full',
  }
  return new TocsinError(
    'CLI_STATE',
    `cannot use the state folder ${path}: ${reasons[code ?? ''] ?? message}`,
    {
      cause,
      hint: 'run as the user who owns it, or name another folder: "state" in the configuration, or TOCSIN_STATE',
    },
  )
}
