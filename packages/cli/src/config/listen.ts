/** An address to listen on. */
export interface Listen {
  readonly host: string
  readonly port: number
}

/** A host and a port; null where the text is neither `host:port` nor `[v6]:port`. */
export function parseListen(text: string): Listen | null {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]+)):([0-9]{1,5})$/.exec(text)
  const port = Number(match?.[3])
  const host = match?.[1] ?? match?.[2]
  return host === undefined || port > 65535 ? null : { host, port }
}

/** The inverse of parseListen. */
export function formatListen({ host, port }: Listen): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** The same place as this machine reaches it: a wildcard is the loopback. */
export function reachable({ host, port }: Listen): Listen {
  if (host === '0.0.0.0') return { host: '127.0.0.1', port }
  return { host: host === '::' ? '::1' : host, port }
}

/** Where an address and port that were checked are. */
export function listenPlace(text: string): Listen {
  return parseListen(text) ?? { host: text, port: 0 }
}
