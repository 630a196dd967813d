import { join } from 'node:path'
import type { Fetch } from '@tocsin/client'
import type { Config } from './config/config.ts'

/** The socket on which this machine's own agent, bouncer and command line reach a Local API that speaks TLS to others. */
export function ownSocketPath(state: string): string {
  return join(state, 'lapi.sock')
}

/** How to reach the Local API of this machine: by its socket where it speaks TLS, else as the URL says. */
export function ownTransport({ state, lapi }: Config): { fetch?: Fetch } {
  if (!lapi.enabled.value || lapi.tls === null) return {}
  const path = ownSocketPath(state.value)
  return { fetch: async (url, init) => (await import('@tocsin/client/unix')).unixFetch(path)(url, init) }
}
