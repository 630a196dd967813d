import { nodeFetch } from './node-fetch.ts'
import type { Fetch } from './transport.ts'

/**
 * A fetch that speaks to the unix socket at the path, whatever host its URLs name; give `http://localhost` as the
 * url of the client. Needs Node; the package's main door does not.
 */
export function unixFetch(socketPath: string): Fetch {
  return (url, init) => nodeFetch(url, init, { socketPath })
}
