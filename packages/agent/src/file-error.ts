import { userInfo } from 'node:os'
import { TocsinError } from '@tocsin/model'

/**
 * What the system said about a log file, with the cure. Codes: SOURCE_NOT_FOUND, SOURCE_UNREADABLE (permission),
 * SOURCE_IS_FOLDER, SOURCE_FAILED for the rest.
 */
export function fileError(path: string, cause: unknown): TocsinError {
  switch (errorCode(cause)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new TocsinError('SOURCE_NOT_FOUND', `cannot read ${path}: there is no such file`, { cause })
    case 'EACCES':
    case 'EPERM':
      return new TocsinError('SOURCE_UNREADABLE', `cannot read ${path}: permission denied`, {
        cause,
        hint: `let the user ${userName()} read it, and enter its folders; for example: setfacl -m u:${userName()}:r ${path}`,
      })
    case 'EISDIR':
      return folderError(path)
    default:
      return new TocsinError('SOURCE_FAILED', `cannot read ${path}: ${reasonOf(cause)}`, { cause })
  }
}

export function folderError(path: string): TocsinError {
  const hint = `name the files in it, for example ${path.replace(/\/+$/, '')}/*.log`
  return new TocsinError('SOURCE_IS_FOLDER', `cannot read ${path}: it is a folder`, { hint })
}

/** The errno name of a system error, such as `ENOENT`; undefined for other errors. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** Whether the system failed while a file was opened or read: another file may do better, and this one later. */
export function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error
}

/** Whether it is one of the errors of this family: a file cannot be read, or not to its end. */
export function isReadError(error: unknown): error is TocsinError {
  return error instanceof TocsinError && error.code.startsWith('SOURCE_')
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Where an error that should not happen was thrown, as fields of a message. */
export function stackOf(error: unknown): { stack?: string } {
  return error instanceof Error && error.stack !== undefined ? { stack: error.stack } : {}
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    return String(process.getuid?.() ?? 'of this process')
  }
}
