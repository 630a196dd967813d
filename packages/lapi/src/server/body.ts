import type { FastifyRequest } from 'fastify'
import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { parseJson } from './json-in-slices.ts'
import type { LongBodies } from './long-bodies.ts'
import { Refusal } from './refusal.ts'

/** Longest body, after decompression, of requests without and with a proven sender. */
export const bodyLimits = { anonymous: 2 * 1024 * 1024, authenticated: 50 * 1024 * 1024 }

/**
 * Reads a request's JSON whatever its content type says, gunzipped where it says so, and never more than the
 * limit. Keys whose value is null are taken as absent.
 */
export async function readJsonBody(
  request: FastifyRequest,
  payload: IncomingMessage,
  limit: number,
  longBodies: LongBodies,
): Promise<unknown> {
  const text = await readText(request, payload, limit, longBodies)
  // Whether that is wrong depends on the route.
  if (text.trim() === '') return undefined
  return await parseJson(text)
}

async function readText(
  request: FastifyRequest,
  payload: IncomingMessage,
  limit: number,
  longBodies: LongBodies,
): Promise<string> {
  const bytes = await readBytes(request, payload, limit)
  await longBodies.enter(request, bytes.length)
  return bytes.toString('utf8')
}

async function readBytes(request: FastifyRequest, payload: IncomingMessage, limit: number): Promise<Buffer> {
  const encoding = request.headers['content-encoding']?.toLowerCase() ?? 'identity'
  if (encoding === 'identity') return await collect(payload, payload, limit)
  if (encoding !== 'gzip') throw new Refusal(400, `content encoding "${encoding}" is not supported, use gzip`)
  const gunzip = createGunzip()
  payload.once('error', (error) => gunzip.destroy(error))
  try {
    return await collect(payload.pipe(gunzip), payload, limit)
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal(400, 'the body is not valid gzip')
  }
}

async function collect(body: Readable, payload: IncomingMessage, limit: number): Promise<Buffer> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of body) {
    const bytes = piece as Buffer
    size += bytes.byteLength
    if (size > limit) {
      // What follows is not read: the connection ends with the answer.
      payload.unpipe()
      throw new Refusal(400, 'http: request body too large')
    }
    pieces.push(bytes)
  }
  return Buffer.concat(pieces, size)
}
