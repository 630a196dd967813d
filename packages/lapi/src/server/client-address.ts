import type { FastifyRequest } from 'fastify'
import type { Server } from 'node:net'
import { formatIp, parseIp, unmapIp } from '@tocsin/model'

/** Where a request comes from: the peer's address; 127.0.0.1 for peers on a unix socket; 0.0.0.0 if it is not known. */
export function clientAddress(request: FastifyRequest): string {
  const peer = request.raw.socket.remoteAddress
  if (peer === undefined) return isUnix(request) ? '127.0.0.1' : '0.0.0.0'
  const ip = parseIp(peer.split('%', 1)[0] ?? '')
  return ip ? formatIp(unmapIp(ip)) : peer
}

function isUnix(request: FastifyRequest): boolean {
  const { server } = request.raw.socket as { server?: Server }
  return typeof server?.address() === 'string'
}
