import type { FastifyRequest } from 'fastify'
import { formatIp, parseIp, unmapIp } from '@tocsin/model'

/** Where a request comes from: the peer's address; 127.0.0.1 for peers on a unix socket. */
export function clientAddress(request: FastifyRequest): string {
  const peer = request.raw.socket.remoteAddress
  if (peer === undefined) return '127.0.0.1'
  const ip = parseIp(peer.split('%', 1)[0] ?? '')
  return ip ? formatIp(unmapIp(ip)) : peer
}
