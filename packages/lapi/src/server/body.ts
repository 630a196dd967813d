import type { FastifyRequest } from 'fastify'
import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
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
): Promise<unknown> {
  const text = await readText(request, payload, limit)
  // Whether that is wrong depends on the route.
  if (text.trim() === '') return undefined
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (error) {
    throw new Refusal(400, jsonMessage(error))
  }
  return withoutNulls(parsed, 0)
}

async function readText(request: FastifyRequest, payload: IncomingMessage, limit: number): Promise<string> {
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

async function collect(body: Readable, payload: IncomingMessage, limit: number): Promise<string> {
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
  return Buffer.concat(pieces, size).toString('utf8')
}

function jsonMessage(error: unknown): string {
  const message = error instanceof Error ? error.message : ''
  return /unexpected end|unterminated/i.test(message)
    ? 'the body ends in the middle'
    : 'the body is not valid JSON'
}

const maxDepth = 16

/** Go's decoder leaves a field alone where it reads null. Nulls in lists stay, and are refused by the schemas. */
function withoutNulls(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth > maxDepth) return value
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) value[index] = withoutNulls(item, depth + 1)
    return value
  }
  const fields = value as Record<string, unknown>
  for (const key of Object.keys(fields)) {
    if (fields[key] === null) delete fields[key]
    else fields[key] = withoutNulls(fields[key], depth + 1)
  }
  return fields
}
