import { TocsinError } from '@tocsin/model'

/** Says what to do where the Local API has no allowlist of the name; it calls that a failure of its own when it is read. */
export async function withAllowlistHint<T>(name: string, request: Promise<T>): Promise<T> {
  try {
    return await request
  } catch (error) {
    if (!(error instanceof TocsinError)) throw error
    const isMissing = error.code === 'LAPI_FAILED' && error.message.endsWith(`allowlist '${name}' not found`)
    if (error.code !== 'LAPI_NOT_FOUND' && !isMissing) throw error
    const hint =
      error.hint ?? 'tocsin allowlists list shows the names; tocsin allowlists create NAME makes one'
    throw new TocsinError('LAPI_NOT_FOUND', error.message, { hint, cause: error })
  }
}
