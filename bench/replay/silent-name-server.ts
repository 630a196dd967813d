import { createSocket } from 'node:dgram'
import { once } from 'node:events'

/** A name server on loopback that takes every question and answers none. */
export interface SilentNameServer {
  /** `address:port`. */
  readonly place: string
  /** Datagrams that came. */
  readonly questions: () => number
  close(): void
}

export async function startSilentNameServer(): Promise<SilentNameServer> {
  const socket = createSocket('udp4')
  let questions = 0
  socket.on('message', () => questions++)
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const place = `127.0.0.1:${socket.address().port}`
  return { place, questions: () => questions, close: () => socket.close() }
}

/** What makes a Node program ask that server, whatever the machine is set up with and whatever resolver it makes. */
export function askingServer(place: string): NodeJS.ProcessEnv {
  const code = `
    import dns from 'node:dns'
    import { syncBuiltinESMExports } from 'node:module'
    dns.setServers(['${place}'])
    for (const where of [dns, dns.promises]) {
      where.Resolver = class extends where.Resolver {
        constructor(options) {
          super(options)
          this.setServers(['${place}'])
        }
      }
    }
    syncBuiltinESMExports()`
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` }
}
