import type { FastifyRequest } from 'fastify'
import type { Server } from 'node:net'
import { type Cidr, cidrContains, formatIp, type Ip, parseIp, unmapIp } from '@tocsin/model'

/** Where a request comes from. */
export interface Client {
  /** The client's address; 127.0.0.1 for peers on a unix socket; 0.0.0.0 if it is not known. */
  readonly address: string
  /** Whether it is on this machine for certain: a header cannot claim that. */
  readonly isLocal: boolean
}

declare module 'fastify' {
  interface FastifyRequest {
    client: Client
  }
}

/** A longer row of proxies is nobody's. */
const maxHops = 32

/**
 * Finds the client of a request: the peer, or what the headers `X-Forwarded-For` and `X-Real-IP` say where the peer
 * is a trusted proxy. Source: gin's ClientIP.
 */
export function clientOf(request: FastifyRequest, trustedProxies: readonly Cidr[]): Client {
  const peer = peerAddress(request)
  const isTrusted = (ip: Ip) => trustedProxies.some((range) => cidrContains(range, ip))
  if (peer && isTrusted(peer)) {
    const forwarded = forwardedAddress(request, isTrusted)
    if (forwarded) return { address: formatIp(forwarded), isLocal: false }
  }
  return peer
    ? { address: formatIp(peer), isLocal: isLoopback(peer) }
    : { address: '0.0.0.0', isLocal: false }
}

/** The address itself, not the one mapped into IPv6. Null where the peer is gone. */
function peerAddress(request: FastifyRequest): Ip | null {
  const { remoteAddress } = request.raw.socket
  if (remoteAddress === undefined) return isUnix(request) ? parseIp('127.0.0.1') : null
  return plainIp(remoteAddress.split('%', 1)[0] ?? '')
}

/** From the right, where the nearest proxy wrote: the first that is no proxy of ours. */
function forwardedAddress(request: FastifyRequest, isTrusted: (ip: Ip) => boolean): Ip | null {
  const { 'x-forwarded-for': forwarded, 'x-real-ip': real } = request.headers
  if (typeof forwarded === 'string') {
    const hops = forwarded.split(',').slice(-maxHops)
    for (let at = hops.length - 1; at >= 0; at--) {
      const ip = plainIp((hops[at] ?? '').trim())
      if (!ip) break
      if (at === 0 || !isTrusted(ip)) return ip
    }
  }
  return typeof real === 'string' ? plainIp(real.trim()) : null
}

function plainIp(text: string): Ip | null {
  const ip = parseIp(text)
  return ip && unmapIp(ip)
}

/** Whether the address is one that a machine has for itself only. */
export function isLoopback(ip: Ip): boolean {
  return ip.version === 4 ? ip.w3 >>> 24 === 127 : ip.w0 === 0 && ip.w1 === 0 && ip.w2 === 0 && ip.w3 === 1
}

function isUnix(request: FastifyRequest): boolean {
  const { server } = request.raw.socket as { server?: Server }
  return typeof server?.address() === 'string'
}
