import { TocsinError } from '@tocsin/model'

export type StoreFailure = 'unavailable' | 'full'

/**
 * What a database driver threw, in the words of this package: LAPI_DATABASE_UNAVAILABLE where the same may work
 * later, LAPI_DATABASE_FULL where somebody has to make room. Anything else is given back as it is.
 */
export function storeError(error: unknown, kind: StoreFailure | undefined): unknown {
  if (kind === undefined || error instanceof TocsinError) return error
  const reason = error instanceof Error ? error.message : String(error)
  if (kind === 'full') {
    return new TocsinError('LAPI_DATABASE_FULL', `cannot write to the database: ${reason}`, {
      hint: 'make room on its disk; reading goes on meanwhile',
      cause: error,
    })
  }
  return new TocsinError('LAPI_DATABASE_UNAVAILABLE', `cannot use the database now: ${reason}`, {
    hint: 'it is tried again with the next request',
    cause: error,
  })
}

/** Runs a call of the driver and puts what it throws into our words. */
export async function inOurWords<T>(
  call: () => Promise<T>,
  kindOf: (error: unknown) => StoreFailure | undefined,
): Promise<T> {
  try {
    return await call()
  } catch (error) {
    throw storeError(error, kindOf(error))
  }
}

/** `code` of an error: SQLSTATE of PostgreSQL, symbols of MySQL and of the system. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

/** What sockets and name servers say when a server is away. */
export const networkCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
])

/** Whether the database is away or cannot write for now, whatever was asked of it. */
export function isUnavailable(error: unknown): boolean {
  return (
    error instanceof TocsinError &&
    (error.code === 'LAPI_DATABASE_UNAVAILABLE' || error.code === 'LAPI_DATABASE_FULL')
  )
}
