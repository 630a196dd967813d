import { readFileSync } from 'node:fs'
import { TocsinError } from '@tocsin/model'

/** The text of a file that the user named, or a TocsinError that names it. */
export function readTextFile(path: string, what: string): string {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8')
  } catch (cause) {
    throw fileError(path, what, cause)
  }
}

/** Words a failure of the file system for the person who named the path. */
export function fileError(path: string, what: string, cause: unknown, verb = 'read'): TocsinError {
  const code = (cause as NodeJS.ErrnoException).code
  const reason =
    code === 'ENOENT'
      ? 'there is no such file'
      : code === 'EACCES'
        ? 'permission denied'
        : code === 'EISDIR'
          ? 'it is a folder'
          : (cause as Error).message
  const hint = code === 'EACCES' ? 'run as a user who may read it, or change its mode' : undefined
  return new TocsinError('CLI_FILE', `cannot ${verb} ${what} ${path}: ${reason}`, {
    where: { file: path },
    cause,
    ...(hint === undefined ? {} : { hint }),
  })
}
